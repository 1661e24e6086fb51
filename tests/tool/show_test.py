"""`show`, `why` and `wrap`: who holds what, who waits for whom."""

import json
import os
import pty
import signal
import subprocess
import unittest

from tool import SIGNALBOX, ToolTest


class Show(ToolTest):
    def seen(self, name):
        result = self.call("show", name, "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def test_an_idle_semaphore(self):
        self.call("create", "x", "-n", 4, "--initial", 3)
        self.expect(0, ["show", "x"], stdout="x: semaphore, 3 of 4 free, 0 held, 1 out, 0 waiting\n")
        self.assertEqual(self.seen("x"), {
            "name": "x", "kind": "semaphore", "file": f"{self.folder}/objects/signalbox.x", "closed": False, "set": False,
            "capacity": 4, "free": 3, "held": 0, "out": 1, "holders": [], "waiters": []})

    def test_holders_and_waiters_have_pid_user_label_command_and_time(self):
        holder = self.hold("x", "-n", "3", "-w", "2", "--label", "the import")
        waiter = self.start("run", "x", "-w", "3", "--", "true")
        self.eventually(lambda: self.seen("x")["waiters"])
        seen = self.seen("x")
        self.assertEqual((seen["free"], seen["held"], seen["out"]), (1, 2, 0))
        held, = seen["holders"]
        waits, = seen["waiters"]
        self.assertEqual(list(held), ["pid", "permits", "user", "label", "command", "alive", "using_seconds",
                                      "held_seconds"])
        self.assertEqual((held["pid"], held["permits"], held["label"], held["alive"]),
                         (holder.pid, 2, "the import", True))
        self.assertTrue(held["command"].startswith(f"{SIGNALBOX} run x -n 3"), held)
        self.assertEqual(list(waits), ["pid", "permits", "user", "label", "command", "alive", "waiting_seconds"])
        self.assertEqual((waits["pid"], waits["permits"], waits["label"]), (waiter.pid, 3, "true"))
        for each in (held["using_seconds"], waits["waiting_seconds"]):
            self.assertTrue(0 <= each < 1000, each)
        self.assertTrue(0 <= held["held_seconds"] <= held["using_seconds"], held)
        text = self.call("show", "x").stdout.split("\n")
        self.assertEqual(text[0], "x: semaphore, 1 of 3 free, 2 held, 0 out, 1 waiting")
        self.assertRegex(text[2], rf"^holds  +2 +{holder.pid} .* >[0-9.]+ s  .*signalbox run x .*  \[the import\]$")
        self.assertRegex(text[3], rf"^waits  +3 +{waiter.pid} .* s  .*signalbox run x .*  \[true\]$")
        self.finish(holder)

    def test_a_hold_that_nobody_waits_for_is_younger_than_the_use(self):
        holder = self.hold("x")
        self.assertIsNone(self.seen("x")["holders"][0]["held_seconds"])
        self.assertRegex(self.call("show", "x").stdout.split("\n")[2], r"^holds .* <[0-9.]+ s  ")
        self.finish(holder)

    def test_a_holder_that_is_gone_and_whose_command_holds_on(self):
        job = self.hold("x")
        job.kill()
        job.wait()
        self.assertIs(self.seen("x")["holders"][0]["alive"], False)
        self.assertIn("gone; its children hold on  [sh -c", self.call("show", "x").stdout)
        os.kill(job.child, signal.SIGKILL)
        self.eventually(lambda: not self.seen("x")["holders"])

    def test_a_mutex_and_a_closed_semaphore(self):
        owner = self.hold("m", command="lock")
        self.assertTrue(self.call("show", "m").stdout.startswith("m: mutex, locked, 0 waiting\n"))
        self.assertEqual(self.seen("m")["holders"][0]["pid"], owner.pid)
        self.finish(owner)
        self.expect(0, ["show", "m"], stdout="m: mutex, free, 0 waiting\n")
        self.call("create", "x", "-n", 1)
        self.call("close", "x")
        self.expect(0, ["show", "x"], stdout="x: semaphore, 1 of 1 free, 0 held, 0 out, 0 waiting, closed\n")
        self.assertIs(self.seen("x")["closed"], True)

    def test_what_does_not_exist_is_66(self):
        self.assertEqual(self.call("show", "x").returncode, 66)

    def test_colours_on_a_terminal_alone_and_not_with_no_color(self):
        self.call("create", "x", "-n", 1)
        for more, has_colours in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)):
            ours, theirs = pty.openpty()
            subprocess.run([SIGNALBOX, "show", "x"], stdout=theirs, env={**self.environment, **more}, check=True)
            os.close(theirs)
            self.assertEqual("\x1b[1mx\x1b[0m:" in os.read(ours, 4096).decode(), has_colours)
            os.close(ours)
        self.assertNotIn("\x1b", self.call("show", "x").stdout)

    def test_a_label_can_not_write_to_the_terminal(self):
        job = self.hold("x", "--label", "a\x1b[2Jb\nc")
        self.assertNotIn("\x1b", self.call("show", "x").stdout)
        self.assertIn("a [2Jb c", self.call("show", "x").stdout)
        self.finish(job)


class Why(ToolTest):
    def test_who_waits_for_nothing(self):
        self.expect(0, ["why", os.getpid()], stdout=f"{os.getpid()} waits for nothing here\n")

    def test_a_chain_is_followed_to_its_end(self):
        first = self.hold("b")
        second = self.start("run", "a", "-n", "2", "--", SIGNALBOX, "run", "b", "--", "true")
        self.eventually(lambda: "waits" in self.call("show", "b").stdout)
        third = self.start("run", "a", "-w", "2", "--", "true")

        def told():
            return self.call("why", third.pid).stdout.split("\n")

        self.eventually(lambda: len(told()) > 4)
        lines = told()
        self.assertRegex(lines[0], rf"^{third.pid} \(.*\) waits for semaphore 'a', 2 of 2 permits, \d+\.\d s$")
        self.assertRegex(lines[1], rf"^  {second.pid} \(.*\) holds 1$")
        self.assertRegex(lines[2], r"^    \d+ \(.*\) waits for semaphore 'b', 1 of 1 permits, \d+\.\d s$")
        self.assertRegex(lines[3], rf"^      {first.pid} \(.*\) holds 1$")
        self.assertEqual(lines[4:], [""])
        self.assertEqual(self.call("why", second.pid).stdout.count("waits for"), 1)
        self.finish(first)

    def test_a_cycle_of_mutexes_is_a_deadlock(self):
        jobs = {}
        for mine, other in (("a", "b"), ("b", "a")):
            script = f"read go; exec {SIGNALBOX} lock {other} -- true"
            ready = self.folder / mine
            jobs[mine] = self.start("lock", mine, "--", "sh", "-c", f"echo > {ready}; {script}",
                                    stdin=subprocess.PIPE)
            self.eventually(ready.exists)
        for job in jobs.values():
            job.stdin.write("\n")
            job.stdin.flush()
        self.eventually(lambda: "cycle" in self.call("why", jobs["a"].pid).stdout)
        text = self.call("why", jobs["a"].pid).stdout
        self.assertIn("a cycle: 'b' -> 'a' -> 'b'; a deadlock: none of these can go on\n", text)
        for job in jobs.values():
            os.kill(job.pid, signal.SIGTERM)

    def test_permits_that_are_out_are_nobodys(self):
        self.call("create", "x", "-n", 3, "--initial", 0)
        waiter = self.start("wait", "x")
        self.eventually(lambda: "waits" in self.call("show", "x").stdout)
        self.assertIn("nobody holds 3 that are out: `signalbox signal x 3` gives them back",
                      self.call("why", waiter.pid).stdout)

    def test_no_process_is_66_and_no_number_64(self):
        self.expect(66, ["why", (1 << 22) - 1], "signalbox: there is no process .*\n")
        self.expect(64, ["why", "me"], "signalbox: PID: 'me' is no whole number from 1 to .*\n")
        self.expect(64, ["why"], "signalbox: PID is required\nTry 'signalbox why --help'.\n")


class Wrap(ToolTest):
    def name_of(self, path, **options):
        result = self.call("wrap", path, "--", "sh", "-c", "echo $SIGNALBOX_NAME", **options)
        self.assertEqual(result.returncode, 0, result)
        return result.stdout.rstrip("\n")

    def test_the_same_path_is_the_same_name_and_another_another(self):
        path = self.folder / "a lock"
        self.assertRegex(self.name_of(path), r"^a_lock\.[0-9a-f]{16}$")
        self.assertEqual(self.name_of(path), self.name_of("a lock", cwd=self.folder))
        self.assertEqual(self.name_of(path), self.name_of(self.folder / "objects/../a lock"))
        self.assertNotEqual(self.name_of(path), self.name_of(self.folder / "objects/a lock"))
        (self.folder / "link").symlink_to(self.folder / "objects")
        self.assertEqual(self.name_of(self.folder / "link/x"), self.name_of(self.folder / "objects/x"))
        self.assertFalse(path.exists(), "the file is not made")
        self.assertLessEqual(len(self.name_of(self.folder / ("n" * 200))), 64)

    def test_it_limits_as_run_does(self):
        holder = self.hold(str(self.folder / "f"), "-n", "2", command="wrap")
        self.expect(0, ["wrap", self.folder / "f", "--try", "--", "true"])
        self.assertEqual(self.call("wrap", self.folder / "f", "-w", "2", "--try", "--", "true").returncode, 75)
        self.finish(holder)


if __name__ == "__main__":
    unittest.main()
