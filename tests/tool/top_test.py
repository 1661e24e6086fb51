"""`top` without a terminal: plain tables, one for each interval."""

import os
import re
import signal
import subprocess
import time
import unittest

from tool import SECONDS_MAX, SIGNALBOX, ToolTest
from tops import HEAD, make_cycle

class Table(ToolTest):
    def test_a_table_has_objects_holders_and_waiters(self):
        self.call("create", "idle", "-n", 3, "--initial", 1)
        holder = self.hold("x", "-n", "2", "-w", "2", "--label", "the import")
        waiter = self.start("run", "x", "--", "true")
        self.eventually(lambda: "waits" in self.call("show", "x").stdout)
        lines = self.call("top", "--count", 1).stdout.split("\n")
        self.assertRegex(lines[0], r"^signalbox \d\d:\d\d:\d\d  2 objects, 2 held, 1 waiting, 0 gone  by waiting$")
        self.assertRegex(lines[1], rf"^{HEAD}$")
        self.assertRegex(lines[2], r"^x +semaphore +2 +0 +2 +0 +1 +2 +0$")
        self.assertRegex(lines[3], rf"^  holds +2 +{holder.pid} \w+ +>\d+\.\d s  .*signalbox run x .*  \[the import\]$")
        self.assertRegex(lines[4], rf"^  waits +1 +{waiter.pid} \w+ +\d+\.\d s  .*signalbox run x -- true  \[true\]$")
        self.assertRegex(lines[5], r"^idle +semaphore +3 +1 +0 +2 +0 +0 +0$")
        self.assertEqual(lines[6:], [""])
        self.finish(holder)

    def test_it_is_sorted_and_filtered(self):
        self.call("create", "a", "-n", 1)
        self.hold("b", "-n", "9", "-w", "5", "--label", "ninth")
        self.hold("c", "-n", "2", "-w", "2")
        self.start("run", "c", "-w", "2", "--", "true")
        self.eventually(lambda: "waits" in self.call("show", "c").stdout)

        def names(*options):
            return re.findall(r"(?m)^([abc]) ", self.call("top", "--count", 1, *options).stdout)

        self.assertEqual(names(), ["c", "b", "a"])
        self.assertEqual(names("--sort", "longest"), ["c", "b", "a"])
        self.assertEqual(names("--sort", "held"), ["b", "c", "a"])
        self.assertEqual(names("--sort", "name"), ["a", "b", "c"])
        self.assertEqual(names("--busy"), ["c", "b"])
        self.assertEqual(names("--filter", "ninth"), ["b"])
        self.assertEqual(names("--filter", "a", "--sort", "name")[0], "a")

    def test_a_table_for_each_interval_until_it_is_ended(self):
        begin = time.monotonic()
        result = self.call("top", "-d", "100ms", "-n", 3)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertEqual(len(re.findall(HEAD, result.stdout)), 3)
        job = self.start("top", "--interval", "50ms")
        seen = "".join(job.stdout.readline() for _ in range(9))
        self.assertGreater(len(re.findall(HEAD, seen)), 2)
        job.send_signal(signal.SIGTERM)
        self.assertEqual(job.wait(), -signal.SIGTERM)

    def test_it_ends_when_nobody_reads_it(self):
        for pipe in ("", "trap '' PIPE;"):  # a signal ends it, or may not
            result = subprocess.run(["bash", "-c", f"{pipe} {SIGNALBOX} top -d 1h | head -1; echo ${{PIPESTATUS[0]}}"],
                                    env=self.environment, capture_output=True, text=True, timeout=SECONDS_MAX,
                                    stdin=subprocess.DEVNULL, check=False)
            self.assertRegex(result.stdout, r"^signalbox .*\n(0|141)\n$")
            self.assertEqual(result.stderr, "")

    def test_who_looks_is_no_user_and_gives_nothing_back(self):
        job = self.hold("x")
        job.kill()
        job.wait()
        self.assertRegex(self.call("top", "-n", 1).stdout, r"1 gone(?s:.*) - +<\d+\.\d s  gone; its children "
                         r"hold on  \[sh -c\]")
        os.kill(job.child, signal.SIGKILL)
        self.eventually(lambda: self.call("ls", "-o", "dead").stdout == "DEAD\n   1\n")
        for _ in range(2):
            self.assertRegex(self.call("top", "-n", 1).stdout, r"x +semaphore +1 +0 +1 +0 +0 +0 +1\n  holds .*  dead  \[sh")
        self.assertEqual(self.call("ls", "-o", "users,dead").stdout, "USERS  DEAD\n    0     1\n")

    def test_a_cycle_is_marked_and_named(self):
        make_cycle(self)
        text = self.call("top", "-n", 1).stdout
        self.assertRegex(text, r"\ndeadlock: ('a' -> 'b' -> 'a'|'b' -> 'a' -> 'b')\n")
        self.assertEqual(len(re.findall(r"(?m)^[ab] .* deadlock$", text)), 2)

    def test_a_cycle_that_others_may_end_is_no_deadlock(self):
        bystander = self.hold("s", "-n", "2")
        self.start("run", "s", "--", SIGNALBOX, "run", "s", "-w", "2", "--", "true")
        self.eventually(lambda: "waits" in self.call("show", "s").stdout)
        self.assertIn("\ncycle: 's' -> 's'\n", self.call("top", "-n", 1).stdout)
        self.finish(bystander)

    def test_wrong_calls_are_64(self):
        for args, says in ((["--interval", "soon"], "--interval: 'soon' is no duration"),
                           (["--interval", "1ms"], "--interval: '1ms' is less than 50ms"),
                           (["--sort", "colour"], "--sort: 'colour' is none of waiting, longest, held and name"),
                           (["--count", "0"], "--count: '0' is no whole number from 1"), (["x"], "not expected: x")):
            result = self.call("top", *args)
            self.assertEqual((result.returncode, result.stdout), (64, ""), result)
            self.assertIn(says, result.stderr)


if __name__ == "__main__":
    unittest.main()
