"""SIGKILL of wrappers and commands: permits are held as long as somebody works, and all come back."""

import os
import random
import signal
import subprocess
import time
import unittest

from tool import SIGNALBOX, ToolTest

SOAK = float(os.environ.get("SIGNALBOX_SOAK_SECONDS", "0"))


class Kill(ToolTest):
    def test_a_killed_wrapper_leaves_its_permit_to_the_command(self):
        job = self.hold("x")
        job.kill()
        job.wait()
        self.expect(75, ["run", "x", "--timeout", "250ms", "--", "true"], "signalbox: 'x' was not obtained.*\n")
        os.kill(job.child, signal.SIGKILL)
        self.expect(0, ["run", "x", "--", "true"])

    def test_a_killed_command_gives_its_permit_back_by_its_wrapper(self):
        job = self.hold("x")
        os.kill(job.child, signal.SIGKILL)
        self.expect(0, ["run", "x", "--", "true"])
        self.assertEqual(job.wait(), 137)

    def test_a_grandchild_keeps_the_permit_of_a_killed_wrapper(self):
        young = self.folder / "young"
        job = self.start("run", "x", "--", "sh", "-c", f"sleep 1000 > /dev/null 2>&1 & echo $! > {young}; read end",
                         stdin=subprocess.PIPE)
        self.eventually(lambda: young.exists() and young.read_text().endswith("\n"))
        job.kill()
        job.communicate()  # the command reads the end of its input, and ends
        self.expect(75, ["run", "x", "--timeout", "250ms", "--", "true"], "signalbox: 'x' was not obtained.*\n")
        os.kill(int(young.read_text()), signal.SIGKILL)
        self.expect(0, ["run", "x", "--", "true"])

    def test_a_grandchild_does_not_keep_the_permit_of_a_wrapper_that_lives(self):
        young = self.folder / "young"
        self.expect(0, ["run", "x", "--", "sh", "-c", f"sleep 1000 > /dev/null 2>&1 & echo $! > {young}"])
        self.expect(0, ["run", "x", "--try", "--", "true"])
        os.kill(int(young.read_text()), signal.SIGKILL)

    def test_a_killed_waiter_has_left_the_queue(self):
        holder = self.hold("x")
        waiter = self.start("run", "x", "--", "true")
        self.eventually(lambda: "1 wait" in self.call("rm", "x").stderr)
        waiter.kill()
        self.eventually(lambda: "0 wait" in self.call("rm", "x").stderr)
        self.finish(holder)
        self.assertTrue(self.is_free("x"))

    def test_killed_at_random_nothing_is_lost_and_never_too_many_are_inside(self):
        """Each command makes a file while it is inside; those that are killed there are no longer inside."""
        end = time.monotonic() + SOAK
        while True:
            self.storm(200, 5)
            if time.monotonic() >= end:
                break

    def command_of(self, job):
        """The process id of what it executes; None if it still waits, or has ended."""
        try:
            with open(f"/proc/{job.pid}/task/{job.pid}/children", encoding="ascii") as children:
                return int((children.read().split() or [0])[0]) or None
        except OSError:
            return None

    def storm(self, count, capacity):
        self.call("create", "x", "-n", capacity)
        inside = self.folder / "inside"
        inside.mkdir(exist_ok=True)
        # A command says who it is by a locked file: the kernel drops the lock with the process. It counts
        # the others' locks, and leaves a complaint if there are too many.
        script = self.folder / "command.py"
        script.write_text(COMMAND)
        complaint = self.folder / "complaint"
        jobs = [subprocess.Popen([SIGNALBOX, "run", "x", "--", "python3", "-S", "-E", script, inside, str(capacity),
                                  complaint], env=self.environment, stdin=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL) for _ in range(count)]
        chance = random.Random(count)
        killed = {"wrapper": 0, "wrapper of a command": 0, "command": 0}
        for victim in chance.sample(jobs, count // 3):
            inside = {job.pid: command for job in jobs if (command := self.command_of(job))}
            wrapper = chance.choice(list(inside)) if inside and chance.random() < 0.67 else victim.pid
            is_command = wrapper in inside and chance.random() < 0.5
            try:
                os.kill(inside[wrapper] if is_command else wrapper, signal.SIGKILL)
                killed["command" if is_command else "wrapper of a command" if wrapper in inside else "wrapper"] += 1
            except ProcessLookupError:
                pass
            time.sleep(chance.random() * 0.02)
        for job in jobs:
            job.wait()
        self.assertFalse(complaint.exists(), complaint.exists() and complaint.read_text())
        self.assertTrue(all(killed.values()), killed)
        self.expect(0, ["run", "x", "-w", str(capacity), "--timeout", "60s", "--", "true"])
        self.expect(0, ["ls", "-o", "free,held,waiting"], stdout=f"FREE  HELD  WAITING\n{capacity:4}     0        0\n")
        self.expect(0, ["rm", "x"])


COMMAND = """\
import fcntl, os, struct, sys, time


def is_locked(file):
    asked = struct.pack('hhqqi', fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    return struct.unpack('hhqqi', fcntl.fcntl(file, fcntl.F_GETLK, asked))[0] != fcntl.F_UNLCK


folder, capacity, complaint = sys.argv[1], int(sys.argv[2]), sys.argv[3]
mine = os.open(f"{folder}/{os.getpid()}", os.O_CREAT | os.O_RDWR)
fcntl.lockf(mine, fcntl.LOCK_EX)
inside = 0
for name in os.listdir(folder):
    if name == str(os.getpid()):
        inside += 1
        continue
    try:
        other = os.open(f"{folder}/{name}", os.O_RDWR)
        inside += is_locked(other)
        os.close(other)
    except FileNotFoundError:
        pass
if inside > capacity:
    with open(complaint, "a") as file:
        file.write(f"{inside} inside\\n")
time.sleep(0.05)
os.unlink(f"{folder}/{os.getpid()}")
"""


if __name__ == "__main__":
    unittest.main()
