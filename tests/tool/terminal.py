"""An interactive shell in a real terminal, for tests that type into it."""

import os
import pty
import re
import select
import signal
import termios
import time

from tool import SECONDS_MAX, SIGNALBOX, ToolTest


class TerminalTest(ToolTest):
    KIND = "dumb"

    def setUp(self):
        super().setUp()
        self.environment.update(PS1="", TERM=self.KIND, HISTFILE="", INPUTRC="/dev/null")
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], self.environment)
        self.seen = ""
        self.addCleanup(self.end)
        modes = termios.tcgetattr(self.terminal)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(self.terminal, termios.TCSANOW, modes)
        self.ask(f"PATH={os.path.dirname(SIGNALBOX)}:$PATH; printf 'be%s\\n' gun", "begun")

    def end(self):
        os.close(self.terminal)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for name in os.listdir("/proc"):  # what the shell left running
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if os.fsencode(str(self.folder)) in file.read() and int(name) != os.getpid():
                        os.kill(int(name), signal.SIGKILL)
            except (OSError, ValueError):
                continue

    def type(self, text):
        os.write(self.terminal, text.encode())

    def read(self, seconds):
        """What has come; nothing if nothing comes for so long."""
        return os.read(self.terminal, 65536) if select.select([self.terminal], [], [], seconds)[0] else b""

    def until(self, pattern):
        """Reads until the pattern is seen; `before` is what came up to it."""
        limit = time.monotonic() + SECONDS_MAX
        while not (found := re.search(pattern, self.seen)):
            self.assertLess(time.monotonic(), limit, f"{pattern!r} never came: {self.seen!r}")
            self.seen += self.read(1).decode(errors="replace")
        self.before, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return found

    def ask(self, line, pattern):
        self.type(line + "\n")
        return self.until(pattern)

    def state_of(self, pid):
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    def wrapper(self):
        """The pid of the wrapper, whose parent is the shell."""
        found = []

        def is_there():
            with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as file:
                found[:] = [int(each) for each in file.read().split()]
            return len(found) == 1

        self.eventually(is_there)
        return found[0]
