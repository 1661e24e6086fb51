"""What users of package_sizes see: the report, and a clear error and exit code for all that can be wrong."""

import os
import pathlib
import pty
import re
import resource
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(os.environ["EXAMPLES"]) / "package_sizes"
SECONDS_MAX = 120  # a safety net: nothing here takes a second

TWO = """\
Package: a
Section: libs
Installed-Size: 1024
Version: 1

Package: b
Installed-Size: 1024
Version: 1
"""


def run(*args, **options):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=SECONDS_MAX, **options)


class PackageSizes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, content):
        path = self.folder / "status"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def expect_failure(self, code, message, *args, **options):
        result = run(*args, **options)
        self.assertEqual(result.returncode, code, result)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr, f"package_sizes: {message}\n")

    def expect_usage(self, message, *args):
        self.expect_failure(64, f"{message}\nTry 'package_sizes --help'.", *args)

    def expect_malformed(self, line, message, content):
        path = self.file(content)
        self.expect_failure(65, f"{path}:{line}: {message}", path)

    # The report

    def test_the_report_has_sections_permits_waits_and_the_audit(self):
        result = run("--workers", "2", "--slots", "3", self.file(TWO))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        self.assertRegex(result.stdout, r"(?m)^libs +1 +1\.0 +50\.0 %$")
        self.assertRegex(result.stdout, r"(?m)^\(none\) +1 +1\.0 +50\.0 %$")
        self.assertRegex(result.stdout, r"(?m)^all +2 +2\.0 +100\.0 %$")
        self.assertRegex(result.stdout, r"(?m)^records  2, of which 0 are not installed; by worker: \d \d$")
        self.assertRegex(result.stdout, r"(?m)^permits  3 slots, at most [123] in use at once, 0 in use now$")
        self.assertRegex(result.stdout, r"(?m)^waits    the producer \d+ times .*, the workers \d+ times .*$")
        self.assertRegex(result.stdout, "every record was handled exactly once; a single pass agrees\n$")

    def test_real_input_gives_the_sum_that_another_tool_gives(self):
        status = pathlib.Path("/var/lib/dpkg/status")
        if not status.exists():
            self.skipTest("no Debian here")
        sizes = re.findall(r"(?m)^Installed-Size: (\d+)$", status.read_text())
        result = run(status)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"{sum(map(int, sizes)) / 1024:.1f}", re.search(r"(?m)^all .*$", result.stdout).group())

    def test_the_database_of_the_system_is_the_default(self):
        self.assertIn("/var/lib/dpkg/status", run("--help").stdout)

    def test_a_pipe_is_read_like_a_file(self):
        reading, writing = os.pipe()
        os.write(writing, TWO.encode())
        os.close(writing)
        self.addCleanup(os.close, reading)
        self.assertEqual(run(f"/dev/fd/{reading}", pass_fds=[reading]).returncode, 0)

    @staticmethod
    def all_of(terminal):
        """What was written to a terminal that everybody has closed; it may come in parts."""
        seen = b""
        try:
            while part := os.read(terminal, 4096):
                seen += part
        except OSError:  # there is no more
            pass
        return seen.decode()

    def test_a_terminal_gets_a_progress_line_and_a_pipe_none(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        with open(theirs, "wb", closefd=True) as terminal:
            result = subprocess.run([PROGRAM, self.file(TWO)], stdout=subprocess.PIPE, stderr=terminal,
                                    timeout=SECONDS_MAX, check=False)
            self.assertEqual(result.returncode, 0)
        seen = self.all_of(ours)
        self.assertRegex(seen, r"^\r\d+ records", "shown")
        self.assertTrue(seen.endswith("\r\x1b[K"), "and wiped")
        self.assertEqual(run(self.file(TWO)).stderr, "")

    # Usage: 64

    def test_help_names_every_option(self):
        result = run("--help")
        self.assertEqual(result.returncode, 0)
        for option in ("--workers", "--slots", "1 to 256", "1 to 65536"):
            self.assertIn(option, result.stdout)

    def test_workers_out_of_range(self):
        for value in ("0", "257", "-1", "two", "1.5", "99999999999999999999"):
            self.expect_usage(f"--workers: '{value}' is no whole number from 1 to 256", f"--workers={value}")
        self.expect_usage("--workers: 1 required NUMBER:1 to 256 missing", "--workers=")

    def test_slots_out_of_range(self):
        for value in ("0", "65537", "many"):
            self.expect_usage(f"--slots: '{value}' is no whole number from 1 to 65536", "--slots", value)

    def test_unknown_options_and_surplus_files(self):
        self.expect_usage("The following argument was not expected: --fast", "--fast")
        self.expect_usage("The following argument was not expected: b", "a", "b")

    # No input: 66

    def test_a_missing_file(self):
        missing = self.folder / "status"
        self.expect_failure(66, f"can't read {missing}: No such file or directory", missing)

    def test_a_directory(self):
        self.expect_failure(66, f"can't read {self.folder}: Is a directory", self.folder)

    def test_an_unreadable_file(self):
        path = self.file(TWO)
        path.chmod(0)
        self.folder.chmod(0o755)
        options = {"user": 65534} if os.geteuid() == 0 else {}
        try:
            self.expect_failure(66, f"can't read {path}: Permission denied", path, **options)
        except PermissionError:
            self.skipTest("the program stands where another user can't run it")

    def test_a_file_that_never_ends(self):
        message = "can't read /dev/zero: it is larger than 256 MiB; that is no package database"
        self.expect_failure(66, message, "/dev/zero")

    # Malformed: 65

    def test_a_record_without_a_package(self):
        self.expect_malformed(6, "the record that begins here has no Package field",
                              TWO.replace("Package: b", "Tag: b"))

    def test_a_bad_size(self):
        message = "Installed-Size is '12 MB'; it must be a whole number of KiB, at most 1099511627776"
        self.expect_malformed(7, message, TWO.replace("b\nInstalled-Size: 1024", "b\nInstalled-Size: 12 MB"))

    def test_a_file_cut_short_within_a_line(self):
        self.expect_malformed(8, "the file ends within this line; it is cut short", TWO[:-3])

    def test_a_file_cut_short_between_lines(self):
        message = "the record of package 'b' that begins here has no Version field; is the file cut short?"
        self.expect_malformed(6, message, TWO[:TWO.rindex("Version")])

    def test_binary_garbage(self):
        message = "byte {} is no text; this is not a package database"
        self.expect_malformed(1, message.format("0x7f at column 1"), PROGRAM.read_bytes())
        self.expect_malformed(3, message.format("0x00 at column 15"), TWO.replace("Size: ", "Size\0 ", 1))

    def test_text_that_is_no_database(self):
        self.expect_malformed(1, "'# Signalbox' is no 'Field: value'", "# Signalbox\n\nSemaphores\n")

    def test_an_empty_file(self):
        self.expect_malformed(1, "the file holds no record of a package", "")

    # The world fails: 71, 74

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, self.file(TWO)], stdout=full, stderr=subprocess.PIPE, text=True,
                                    timeout=SECONDS_MAX, check=False)
        self.assertEqual(result.returncode, 74)
        self.assertEqual(result.stderr, "package_sizes: the report can't be written\n")

    def test_no_memory_for_so_many_threads(self):
        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
            resource.setrlimit(resource.RLIMIT_STACK, (32 << 20, 32 << 20))

        message = "256 workers can't be started: Resource temporarily unavailable"
        self.expect_failure(71, message, "--workers=256", self.file(TWO), preexec_fn=little_memory)


if __name__ == "__main__":
    unittest.main()
