"""What the tests of the command share: a folder of objects for each test, calls, and waiting for a state."""

import os
import pathlib
import subprocess
import tempfile
import time
import unittest

SIGNALBOX = os.environ["SIGNALBOX"]
SECONDS_MAX = 60  # a safety net: nothing here takes so long


class ToolTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "objects").mkdir()
        self.environment = {**os.environ, "SIGNALBOX_DIR": str(self.folder / "objects")}
        self.environment.pop("NO_COLOR", None)

    def call(self, *args, **options):
        """Calls it, and waits for its end."""
        options = {"env": self.environment, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True,
                   "timeout": SECONDS_MAX, **options}
        return subprocess.run([SIGNALBOX, *map(str, args)], check=False, **options)

    def start(self, *args, **options):
        """Starts it; it is killed at the end of the test if need be."""
        options = {"env": self.environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, "text": True, **options}
        process = subprocess.Popen([SIGNALBOX, *map(str, args)], **options)

        def end():
            process.kill()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    pipe.close()
            process.wait()

        self.addCleanup(end)
        return process

    def expect(self, code, args, stderr="", stdout=""):
        """Its exit code, what it says (a regular expression for all of it), and what it writes."""
        result = self.call(*args)
        self.assertEqual(result.returncode, code, result)
        self.assertRegex(result.stderr, rf"\A{stderr}\Z")
        self.assertEqual(result.stdout, stdout)
        return result

    def eventually(self, condition, what=""):
        end = time.monotonic() + SECONDS_MAX
        while not condition():
            self.assertLess(time.monotonic(), end, what or "the state that this test waits for")
            time.sleep(0.005)

    def hold(self, name, *options, command="run"):
        """A job that holds until finish(); it holds already when this returns."""
        inside = self.folder / f"inside.{os.urandom(4).hex()}"
        job = self.start(command, name, *options, "--", "sh", "-c", f"echo $$ > {inside}; read end",
                         stdin=subprocess.PIPE)
        self.eventually(lambda: inside.exists() and inside.read_text().endswith("\n"))
        job.child = int(inside.read_text())
        return job

    def finish(self, job):
        job.communicate("\n", timeout=SECONDS_MAX)
        return job.returncode

    def is_free(self, name, count=1):
        """Whether so many permits can be held at once."""
        return self.call("run", name, "--try", "-w", count, "--", "true").returncode == 0
