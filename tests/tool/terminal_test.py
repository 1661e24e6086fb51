"""Signals and job control, in a real terminal under an interactive shell: as if there were no wrapper."""

import fcntl
import os
import signal
import struct
import subprocess
import termios
import unittest

from terminal import TerminalTest

CHILD = "trap 'echo got-{0}' {0}; echo ready $$; while :; do sleep 0.02; done"


class Terminal(TerminalTest):
    def test_ctrl_c_ends_the_command_and_the_code_is_130(self):
        self.ask("signalbox run x -- sh -c 'echo ready; exec sleep 1000'", "ready")
        self.type("\x03")
        self.ask("echo code $?", "code 130")
        self.assertTrue(self.is_free("x"))

    def test_ctrl_c_reaches_the_command_once(self):
        script = self.folder / "script"
        script.write_text("count=0; trap 'echo caught $((++count))' INT; echo ready\n"
                          "while read word; do test $word != end || exit 7; echo read $word; done")
        self.ask(f"signalbox run x -- bash {script}", "ready")
        self.type("\x03")
        self.until("caught 1")
        self.ask("more", "read more")
        self.assertNotIn("caught", self.before)
        self.type("end\n")
        self.ask("echo code $?", "code 7")

    def test_ctrl_c_ends_the_shells_loop_too(self):
        self.ask("for i in 1 2 3; do signalbox run x -- sh -c 'echo ready; exec sleep 1000'; done; echo over", "ready")
        self.type("\x03")
        self.ask("echo done", "done")
        self.assertNotRegex(self.before, "ready|over")

    def test_ctrl_backslash_ends_the_command_and_the_code_is_131(self):
        self.ask("ulimit -c 0; signalbox run x -- sh -c 'echo ready; exec sleep 1000'", "ready")
        self.type("\x1c")
        self.ask("echo code $?", "code 131")

    def test_ctrl_z_stops_both_and_fg_goes_on(self):
        # A builtin alone: dash starts programs by vfork(2), and can't stop while a new one is stopped before exec.
        pid = int(self.ask("signalbox run x -- sh -c 'echo ready $$; read word; echo told $word'",
                           r"ready (\d+)").group(1))
        wrapper = self.wrapper()
        self.type("\x1a")
        self.until("Stopped")
        self.assertEqual((self.state_of(pid), self.state_of(wrapper)), ("T", "T"))
        self.assertFalse(self.is_free("x"), "who is stopped still holds")
        self.type("fg\n")
        self.eventually(lambda: "T" not in self.state_of(pid) + self.state_of(wrapper))
        self.type("again\n")
        self.until("told again")
        self.ask("echo code $?", "code 0")

    def test_in_the_background_who_reads_the_terminal_is_stopped_until_fg(self):
        self.ask("signalbox run x -- sh -c 'read word; echo told $word' &", r"\[1\]")
        wrapper = self.wrapper()
        self.eventually(lambda: self.state_of(wrapper) == "T")
        self.type("fg\n")
        self.eventually(lambda: self.state_of(wrapper) != "T")
        self.type("late\n")
        self.until("told late")

    def test_what_is_sent_to_the_wrapper_alone_reaches_the_command(self):
        for name in ("TERM", "HUP", "USR1", "INT", "QUIT", "WINCH"):
            self.ask("signalbox run x -- sh -c '" + CHILD.format(name).replace("'", "'\\''") + "'", r"ready \d+")
            wrapper = self.wrapper()
            os.kill(wrapper, signal.Signals["SIG" + name])
            self.until(f"got-{name}")
            self.type("\x03" if name != "INT" else "\x1c")
            self.ask("echo next", "next")

    def test_who_continues_the_wrapper_alone_continues_the_command(self):
        end = self.folder / "end"
        pid = int(self.ask(f"signalbox run x -- sh -c 'echo ready $$; while [ ! -e {end} ]; do sleep 0.02; done; "
                           "echo told'", r"ready (\d+)").group(1))
        wrapper = self.wrapper()
        os.kill(wrapper, signal.SIGTSTP)
        self.until("Stopped")
        self.assertEqual((self.state_of(pid), self.state_of(wrapper)), ("T", "T"))
        end.touch()
        os.kill(wrapper, signal.SIGCONT)
        self.until("told\r?\n")

    def test_a_new_size_of_the_terminal_reaches_the_command(self):
        self.ask("signalbox run x -- bash -c 'trap \"stty size\" WINCH; echo ready; while :; do sleep 0.02; done'",
                 "ready")
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
        self.until("33 77")
        self.type("\x03")

    def test_a_wait_for_a_permit_ends_at_ctrl_c_and_leaves_the_queue(self):
        holder = self.hold("x")
        self.type("signalbox run x -- true\n")
        self.eventually(lambda: "1 wait" in self.call("rm", "x").stderr)
        self.type("\x03")
        self.ask("echo code $?", "code 130")
        self.eventually(lambda: "0 wait" in self.call("rm", "x").stderr)
        self.type("signalbox run x -- true\n")
        self.eventually(lambda: "1 wait" in self.call("rm", "x").stderr)
        os.kill(self.wrapper(), signal.SIGTERM)
        self.ask("echo code $?", "code 143")
        self.finish(holder)
        self.assertTrue(self.is_free("x"))

    def test_a_wait_for_a_permit_can_be_stopped(self):
        holder = self.hold("x")
        self.type("signalbox run x -- echo inside\n")
        self.eventually(lambda: "1 wait" in self.call("rm", "x").stderr)
        self.type("\x1a")
        self.until("Stopped")
        self.finish(holder)
        self.ask("fg", "inside")

    def test_a_stopped_command_that_is_not_the_terminals_doing_leaves_the_wrapper_awake(self):
        pid = int(self.ask("signalbox run x -- sh -c 'echo ready $$; read word; echo told $word'",
                           r"ready (\d+)").group(1))
        wrapper = self.wrapper()
        os.kill(pid, signal.SIGSTOP)
        self.eventually(lambda: self.state_of(pid) == "T")
        os.kill(pid, signal.SIGCONT)
        self.type("again\n")
        self.until("told again")
        self.assertNotEqual(subprocess.run(["kill", "-0", str(wrapper)], check=False, capture_output=True), None)
        self.ask("echo code $?", "code 0")


if __name__ == "__main__":
    unittest.main()
