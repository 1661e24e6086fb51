"""gdb tells who waits for what, on a live process and on a core file, without the library's debug information."""

import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

HUNG = os.environ["HUNG"]
SCRIPT = pathlib.Path(os.environ["SOURCE"]) / "share/gdb/signalbox-gdb.py"
PATIENCE = float(os.environ.get("SIGNALBOX_PATIENCE_SECONDS", "60"))
NAMES = {1: "hung", 2: "first", 3: "second", 4: "guest", 5: "Plato", 6: "Kant"}


def gdb(target, *commands):
    """What the commands print."""
    words = ["gdb", "-nx", "-batch", "-ex", "set debuginfod enabled off", "-ex", f"source {SCRIPT}"]
    for command in commands:
        words += ["-ex", command]
    result = subprocess.run(words + target, capture_output=True, text=True, timeout=2 * PATIENCE, check=False)
    return result.stdout + result.stderr


class Gdb(unittest.TestCase):
    """The program begins its threads in the order of NAMES, so that gdb numbers them so."""

    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen([HUNG], stderr=subprocess.DEVNULL)
        cls.live = ["-p", str(cls.process.pid)]
        cls.folder = tempfile.TemporaryDirectory()
        end = time.monotonic() + PATIENCE
        while gdb(cls.live, "signalbox waiters").count(" waits for ") < 5:
            if time.monotonic() > end:
                raise AssertionError("they don't all come to wait:\n" + gdb(cls.live, "signalbox waiters"))

    @classmethod
    def tearDownClass(cls):
        cls.process.kill()
        cls.process.wait()
        cls.folder.cleanup()

    def core(self):
        path = pathlib.Path(self.folder.name) / "core"
        subprocess.run(["gcore", "-o", path, str(self.process.pid)], capture_output=True, timeout=2 * PATIENCE,
                       check=True)
        return [HUNG, f"{path}.{self.process.pid}"]

    def expect_waiters(self, output, names, time_text):
        """Every queue in full, the names as gdb gives them."""
        def thread(number):
            return f'thread {number}{names.get(number, "")}'
        def queue(kind, name, state, *waiters):
            return rf"{kind} 0x[0-9a-f]+ {re.escape(name)}, {state}\n" + \
                "".join(rf"  {thread(number)} {time_text}{more}\n" for number, more in waiters)
        for expected in (queue("semaphore", '<seats> "chairs"', "3 out, 0 free", (4, ", wants 2")),
                         queue("mutex", "<forks>", f"owned by {thread(5)}", (6, "")),
                         queue("mutex", "<forks+4>", f"owned by {thread(6)}", (5, ""))):
            self.assertRegex(output, expected)
        both = "|".join(queue("mutex", "<table>", f"owned by {thread(1)}", (a, ""), (b, "")) for a, b in ((2, 3), (3, 2)))
        self.assertRegex(output, both)

    def expect_chains(self, output, names):
        self.assertRegex(output, rf'thread 2{names.get(2, "")} .*<table>, owned by thread 1{names.get(1, "")}\n'
                                 rf'thread 1{names.get(1, "")} waits for nothing of Signalbox')
        self.assertRegex(output, rf'thread 6{names.get(6, "")} .*<forks>, owned by thread 5{names.get(5, "")}\n'
                                 rf'thread 5{names.get(5, "")} .*<forks\+4>, owned by thread 6{names.get(6, "")}\n'
                                 "this is a deadlock\n")

    def test_a_live_process_tells_who_waits_and_why(self):
        names = {number: f' "{name}"' for number, name in NAMES.items()}
        output = gdb(self.live, "signalbox waiters", "signalbox why 2", "signalbox why 6")
        self.expect_waiters(output, names, r"waits for \d+\.\d{3} s")
        self.expect_chains(output, names)

    def test_a_core_file_tells_who_waits_and_why(self):
        output = gdb(self.core(), "signalbox waiters", "signalbox why 2", "signalbox why 6")
        self.expect_waiters(output, {4: ' "guest"'}, r"came (first|\d+\.\d{3} s after the first)")
        self.expect_chains(output, {})

    def test_values_print_as_what_they_mean(self):
        output = gdb(self.core(), "print table", "print seats", "print taken", "print owner", "print forks._M_elems[0]")
        self.assertIn("$1 = mutex: owned by thread 1, 2 waiting\n", output)
        self.assertIn('$2 = semaphore "chairs": 3 out, 0 free, 1 waiting\n', output)
        self.assertRegex(output, r'\$3 = permit of 3 from semaphore 0x[0-9a-f]+ <seats> "chairs"\n')
        self.assertIn("$4 = thread 1\n", output)
        self.assertIn("$5 = mutex: owned by thread 5, 1 waiting\n", output)

    def test_values_of_the_other_types_print_too(self):
        output = gdb(self.core(), "print again", "print turn", "print count", "print for_ever", "print for_ever.until_")
        self.assertIn('$1 = recursive_mutex "once more": owned by thread 1, locked 2 times\n', output)
        self.assertIn("$2 = auto_reset_event: set\n", output)
        self.assertIn("$3 = guarded 4, mutex: free\n", output)
        self.assertIn("$4 = limit: for ever\n", output)
        self.assertIn("$5 = deadline: never\n", output)

    def test_a_thread_may_be_named(self):
        output = gdb(self.core(), "signalbox why guest", "thread 6", "signalbox why", "signalbox why nobody", "signalbox why 99")
        self.assertRegex(output, r'thread 4 "guest" .*, wants 2: semaphore 0x[0-9a-f]+ <seats> "chairs", 3 out, 0 free\n')
        self.assertRegex(output, r"thread 6 .*<forks>, owned by thread 5\n")
        self.assertIn("no thread is called nobody", output)
        self.assertIn("no thread is called 99", output)

    def test_printing_a_value_leaves_the_frame_that_was_selected(self):
        output = gdb(self.core(), "frame function main", "print table", "python print('in', gdb.selected_frame().name())")
        self.assertIn("$1 = mutex: owned by thread 1, 2 waiting\nin main\n", output)

    def test_a_program_without_it_is_told_so(self):
        self.assertIn("doesn't contain it", gdb([], "signalbox waiters"))


if __name__ == "__main__":
    unittest.main()
