"""`ls` and `collect`: every object, and those that nobody uses any more."""

import json
import os
import pty
import signal
import subprocess
import unittest

from tool import SIGNALBOX, ToolTest

HEAD = r"NAME +KIND +CAPACITY +FREE +HELD +OUT +WAITING +USERS +DEAD +STATE\n"


class Ls(ToolTest):
    def test_nothing_is_a_head_alone(self):
        self.assertRegex(self.call("ls").stdout, rf"\A{HEAD}\Z")
        self.assertEqual(json.loads(self.call("ls", "--json").stdout), [])

    def test_a_line_for_each_object_by_name(self):
        self.call("create", "c", "-n", 5, "--initial", 2)
        self.call("close", "c")
        self.call("lock", "b", "--", "true")
        holder = self.hold("a", "-n", "3", "-w", "2", "--label", "first")
        waiter = self.start("run", "a", "-w", "2", "--", "true")
        self.eventually(lambda: "waits" in self.call("show", "a").stdout)
        text = self.call("ls").stdout
        self.assertRegex(text, rf"\A{HEAD}a +semaphore +3 +1 +2 +0 +1 +2 +0\nb +mutex +1 +1 +0 +0 +0 +0 +0\n"
                         r"c +semaphore +5 +2 +0 +3 +0 +0 +0 +closed\n\Z")
        self.assertEqual(json.loads(self.call("ls", "--json").stdout)[0], {
            "name": "a", "kind": "semaphore", "capacity": 3, "free": 1, "held": 2, "out": 0, "waiting": 1, "users": 2,
            "dead": 0, "state": "", "mode": "0600", "label": "first"})
        self.finish(holder)
        waiter.wait()

    def test_a_dead_user_is_counted_as_dead(self):
        job = self.hold("x")
        job.kill()
        job.wait()
        self.assertRegex(self.call("ls", "-o", "held,users,dead").stdout, r"\n +1 +1 +0\n", "its command holds on")
        os.kill(job.child, signal.SIGKILL)
        self.eventually(lambda: self.call("ls", "-o", "held,users,dead").stdout.split("\n")[1].split() == ["1", "0", "1"])

    def test_columns_are_chosen(self):
        self.call("create", "x", "-n", 5, "--mode", "0640")
        self.expect(0, ["ls", "-o", "mode,name"], stdout="MODE  NAME\n0640  x\n")
        self.assertIn("there is no column 'colour'; there are name,kind", self.call("ls", "-o", "name,colour").stderr)
        self.assertEqual(self.call("ls", "-o", "name,colour").returncode, 64)


class Collect(ToolTest):
    def setUp(self):
        super().setUp()
        self.call("create", "idle", "-n", 1)
        self.call("create", "signalled", "-n", 1, "--initial", 0)
        self.job = self.hold("used")

    def names(self):
        return sorted(os.listdir(self.folder / "objects"))

    def test_what_nobody_uses_is_removed_and_named(self):
        self.expect(0, ["collect", "--yes"], stdout="idle\nsignalled\n")
        self.assertEqual(self.names(), ["signalbox.used"])
        self.assertEqual(self.finish(self.job), 0)
        self.expect(0, ["collect", "-y"], stdout="used\n")
        self.expect(0, ["collect", "-y"])

    def test_without_a_terminal_nobody_is_asked(self):
        self.expect(64, ["collect"], "signalbox: nobody can be asked here; --yes removes what no living process uses\n")
        self.assertEqual(len(self.names()), 3)

    def test_it_asks_and_only_yes_is_yes(self):
        for answer, left in (("n\n", 3), ("\n", 3), ("x\n", 3), ("yes\n", 1)):
            ours, theirs = pty.openpty()
            job = subprocess.Popen([SIGNALBOX, "collect"], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
                                   env=self.environment)
            os.close(theirs)
            seen = b""
            while not seen.endswith(b"[y/N] "):
                seen += os.read(ours, 4096)
            self.assertIn(b"no living process uses: idle signalled\r\nremove them?", seen)
            os.write(ours, answer.encode())
            job.communicate(timeout=60)
            os.close(ours)
            self.assertEqual((job.returncode, len(self.names())), (0, left), answer)


if __name__ == "__main__":
    unittest.main()
