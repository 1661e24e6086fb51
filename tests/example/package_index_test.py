"""What users of package_index see: every package once in the database, whoever is killed, and clear errors."""

import os
import pathlib
import pty
import re
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

PROGRAM = pathlib.Path(os.environ["EXAMPLES"]) / "package_index"
SECONDS_MAX = 120  # a safety net
RECORD = "Package: p{0}\nStatus: install ok installed\nSection: libs\nInstalled-Size: {0}\nArchitecture: all\nVersion: 1.{0}\n"


def records(count):
    return "\n".join(RECORD.format(i) for i in range(count))


@unittest.skipUnless(PROGRAM.exists(), "built without SQLite or libpq")
class PackageIndex(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.database = self.folder / "db"

    def file(self, content):
        path = self.folder / "status"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run_it(self, *args, database=None, **options):
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        return subprocess.run([PROGRAM, "--spread=0", "--database", database or self.database, *args],
                              capture_output=True, text=True, timeout=SECONDS_MAX, check=False, env=environment,
                              **options)

    def expect_failure(self, code, message, *args, **options):
        result = self.run_it(*args, **options)
        self.assertEqual((result.returncode, result.stderr), (code, f"package_index: {message}\n"), result)

    def rows(self):
        with sqlite3.connect(self.database) as db:
            return db.execute("select number, name, version, section, kib from packages order by number").fetchall()

    # The work

    def test_every_package_is_in_the_database_once(self):
        result = self.run_it("--kill=0", self.file(records(100)))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.rows(), [(i, f"p{i}", f"1.{i}", "libs", i) for i in range(100)])
        self.assertEqual(result.stderr, "")
        self.assertIn("packages     100 of 100, each exactly once\n", result.stdout)
        self.assertRegex(result.stdout, "audit        all of this is as it should be\n$")

    def test_fields_that_are_missing_are_empty(self):
        result = self.run_it("--kill=0", self.file("Package: p\nVersion: 1\n"))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.rows(), [(0, "p", "1", "(none)", 0)])

    def test_a_worker_that_is_killed_with_permits_and_the_mutex_costs_nothing(self):
        result = self.run_it("--workers=2", "--threads=2", "--permits=2", self.file(records(300)))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(len(self.rows()), 300)
        self.assertRegex(result.stdout, r"(?m)^killed    worker \d \(process \d+\) while it held [12] connections? and "
                                        r"the mutex$")
        self.assertRegex(result.stdout, r"(?m)^recovered after \d+\.\d ms; worker 3 takes over$")
        self.assertRegex(result.stdout, r"(?m)^recovery     worker \d: [12] permits? back after \d+\.\d ms, "
                                        r"the mutex after \d+\.\d ms$")
        self.assertRegex(result.stdout, r"(?m)^permits      2 of 2 are back, and the mutex is free$")

    def test_the_only_worker_may_be_killed_again_and_again(self):
        result = self.run_it("--workers=1", "--kill=3", "--permits=1", self.file(records(300)))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(len(re.findall("(?m)^recovery ", result.stdout)), 3)
        self.assertEqual(len(self.rows()), 300)

    def test_a_file_of_one_package_is_enough_for_every_kill(self):
        result = self.run_it("--kill=3", self.file(records(1)))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(len(re.findall("(?m)^recovery ", result.stdout)), 3)
        self.assertEqual(len(self.rows()), 1)

    def test_the_database_of_this_machine_is_what_dpkg_query_says(self):
        if not pathlib.Path("/var/lib/dpkg/status").exists():
            self.skipTest("no Debian here")
        result = self.run_it("--kill=2")
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stdout, r"(?m)^packages     (\d+) of \1, each exactly once; dpkg-query knows \1$")

    def test_seeds_kill_at_different_places(self):
        path = self.file(records(400))
        sizes = set()
        for seed in range(3):
            result = self.run_it(f"--seed={seed}", path)
            self.assertEqual(result.returncode, 0, result)
            sizes.add(result.stdout)
        self.assertEqual(len(sizes), 3)

    def disturb(self, what, *options):
        """A run in which a worker gets a signal at some moment: its pid, the exit code, output and errors."""
        path = self.file(records(4000))
        with subprocess.Popen([PROGRAM, "--kill=0", "--spread=2", *options, "--database", self.database, path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as master:
            children = pathlib.Path(f"/proc/{master.pid}/task/{master.pid}/children")
            deadline = time.monotonic() + SECONDS_MAX
            while len(children.read_text().split()) < 3 and time.monotonic() < deadline:
                pass  # the reader is the first of them, and may have ended already
            child = int(children.read_text().split()[-1])
            os.kill(child, what)
            out, errors = master.communicate(timeout=SECONDS_MAX)
        return child, master.returncode, out, errors

    def test_a_worker_that_somebody_else_kills_is_replaced(self):
        _, code, *said = self.disturb(signal.SIGKILL)
        self.assertEqual(code, 0, said)
        self.assertEqual(len(self.rows()), 4000)

    def test_a_worker_that_hangs_ends_the_run_and_is_named(self):
        child, code, _, errors = self.disturb(signal.SIGSTOP, "--patience=1")
        self.assertEqual(code, 75, errors)
        self.assertRegex(errors, r"\Apackage_index: nothing was done for 3 s; --patience allows no more\n"
                                 rf"(.*\n)*  worker \d, process {child}: is stopped\b")
        self.assertFalse(pathlib.Path(f"/proc/{child}").exists(), "nothing is left behind")

    def test_a_postgresql_server_gets_every_package_and_counts_the_connections(self):
        tool = pathlib.Path(os.environ["SOURCE"]) / "tools" / "postgres"
        self.folder.chmod(0o755)
        server = self.folder / "postgres"
        started = subprocess.run([tool, "start", server], stdout=subprocess.PIPE, text=True, check=False)
        if started.returncode != 0:
            self.skipTest("no PostgreSQL server can be started here")
        self.addCleanup(subprocess.run, [tool, "stop", server], check=True)
        result = self.run_it("--kill=2", "--permits=2", self.file(records(400)), database=started.stdout.strip())
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stdout, "(?m)^packages     400 of 400, each exactly once$")
        self.assertRegex(result.stdout, r"(?m)^connections  at most [12] open at once, of 2; the server, asked \d+ times, "
                                        r"saw at most [012]$")

    # What is shown

    def test_a_pipe_gets_plain_lines(self):
        result = self.run_it(self.file(records(200)))
        self.assertNotIn("\x1b", result.stdout)
        self.assertRegex(result.stdout, "^start     3 workers of 3 threads, at most 4 connections, into ")

    def test_a_terminal_gets_a_picture_that_is_wiped(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        with subprocess.Popen([PROGRAM, "--database", self.database, self.file(records(200))], stdout=theirs) as it:
            os.close(theirs)
            seen = b""
            try:
                while chunk := os.read(ours, 65536):
                    seen += chunk
            except OSError:  # the terminal's other end is closed
                pass
            self.assertEqual(it.wait(SECONDS_MAX), 0, seen)
        self.assertIn(b"batches", seen)
        self.assertRegex(seen, rb"worker 1 ")
        self.assertRegex(seen, rb"\x1b\[\d+A\x1b\[J")

    # What can be wrong

    def test_values_out_of_range(self):
        for option, least, most in (("workers", 1, 32), ("threads", 1, 32), ("permits", 1, 1024), ("kill", 0, 16),
                                    ("spread", 0, 60), ("patience", 1, 86400)):
            for value in (str(least - 1), str(most + 1), "two", "1.5"):
                self.expect_failure(64, f"--{option}: '{value}' is no whole number from {least} to {most}\n"
                                        "Try 'package_index --help'.", f"--{option}={value}")
        self.expect_failure(64, "--seed: 'x' is no whole number from 0 to 18446744073709551615\n"
                                "Try 'package_index --help'.", "--seed=x")

    def test_a_malformed_file(self):
        path = self.file(records(50).replace("Version: 1.49", "Vresion: 1.49"))
        self.expect_failure(65, f"{path}:344: the record of package 'p49' that begins here has no Version field; is "
                                "the file cut short?", "--kill=0", path)
        path = self.file(records(50)[:-3])
        self.expect_failure(65, f"{path}:349: the file ends within this line; it is cut short", "--kill=0", path)
        path = self.file("")
        self.expect_failure(65, f"{path}:1: the file holds no record of a package", path)

    def test_a_missing_file(self):
        self.expect_failure(66, "can't read /nonexistent: No such file or directory", "/nonexistent")

    def test_a_database_that_cannot_be_opened(self):
        self.expect_failure(69, "can't open the database /nonexistent/db: unable to open database file",
                            self.file(records(1)), database="/nonexistent/db")
        self.expect_failure(69, "mysql://x/y is neither a file nor the URL postgres://... of a server",
                            self.file(records(1)), database="mysql://x/y")
        result = self.run_it(self.file(records(1)), database="postgres:///x?host=/nonexistent")
        self.assertEqual(result.returncode, 69)
        self.assertIn("package_index: can't connect to the database: ", result.stderr)

    def test_no_process_is_left_behind(self):
        self.run_it(self.file(records(50)))
        self.expect_failure(65, f"{self.folder}/status:1: the file holds no record of a package", self.file(""))
        left = subprocess.run(["pgrep", "-f", str(self.database)], capture_output=True, text=True, check=False)
        self.assertEqual(left.stdout, "")


if __name__ == "__main__":
    unittest.main()
