"""`top` on the whole screen of a real terminal: what it shows, its keys, and how it gives the terminal back."""

import fcntl
import os
import re
import signal
import struct
import termios
import time
import unittest

from screen import Screen
from terminal import TerminalTest
from tool import SECONDS_MAX
from tops import HEAD, make_cycle


class Screens(TerminalTest):
    KIND = "xterm"

    def setUp(self):
        super().setUp()
        self.modes = termios.tcgetattr(self.terminal)
        self.screen = Screen(80, 24)
        self.set_size(80, 24)

    def set_size(self, columns, rows):
        self.screen.resize(columns, rows)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def sees(self, condition):
        """Waits until the screen, as a text, fulfils the condition or matches."""
        limit = time.monotonic() + SECONDS_MAX
        while True:
            text = "\n".join(self.screen.lines())
            if not self.screen.is_whole:
                pass
            elif re.search(condition, text) if isinstance(condition, str) else condition():
                return text
            self.assertLess(time.monotonic(), limit, f"{condition!r} is never on the screen:\n{text}")
            self.screen.feed(self.read(1))

    def top(self, *options):
        self.type(" ".join(["signalbox top", *options]) + "\n")
        text = self.sees(HEAD)
        self.assertEqual(self.screen.modes, {1049: True, 25: False, 7: False})
        return text

    def is_over(self, code):
        """The shell has its terminal back, as it was."""
        self.sees(lambda: not self.screen.modes[1049])
        self.type("echo code $?\n")
        self.sees(rf"code {code}\b")
        self.assertEqual(self.screen.modes, {1049: False, 25: True, 7: True})
        self.assertEqual(termios.tcgetattr(self.terminal), self.modes)

    def test_at_80x24_and_200x50_everything_is_in_its_place(self):
        holder = self.hold("x", "-n", "2", "-w", "2", "--label", "the import " + 36 * "x")
        self.call("create", "y", "-n", 1)
        for columns, rows in ((80, 24), (200, 50)):
            self.set_size(columns, rows)
            self.top("-d", "100ms")
            lines = self.sees(r"\n    holds").split("\n")
            self.assertEqual(len(lines), rows)
            self.assertRegex(lines[0], r"^signalbox \d\d:\d\d:\d\d  2 objects, 2 held, 0 waiting, 0 gone  by waiting$")
            self.assertRegex(lines[1], rf"^  {HEAD}$")
            self.assertRegex(lines[2], r"^> x +semaphore +2 +0 +2 +0 +0 +1 +0$")
            self.assertRegex(lines[3], rf"^    holds +2 +{holder.pid} ")
            self.assertEqual(len(lines[3]) == 80, columns == 80, "cut at the edge")
            self.assertRegex(lines[4], r"^  y +semaphore +1 +1 +0 +0 +0 +0 +0$")
            self.assertEqual(lines[5:-1], [""] * (rows - 6))
            self.assertRegex(lines[-1], "^q quit  s sort  r reverse  / filter  i hide idle  space now")
            self.assertEqual([self.screen.looks(i) for i in (1, 2, 4, rows - 1)], [["7"], ["1", ""], ["2", ""], ["7"]])
            self.type("q")
            self.is_over(0)
        self.finish(holder)

    def test_it_shows_who_comes_and_goes(self):
        self.top("-d", "50ms")
        holder = self.hold("x")
        waiter = self.start("run", "x", "--", "true")
        self.sees(rf"waits +1 +{waiter.pid} ")
        self.finish(holder)
        self.sees(r"x +semaphore +1 +1 +0 +0 +0 .*\n(?!  )")
        self.assertNotIn("waits", "\n".join(self.screen.lines()))
        self.type("q")
        self.is_over(0)

    def test_a_new_size_is_drawn_at_once(self):
        for i in range(40):
            self.call("create", f"x{i:02}", "-n", 1)
        self.top("-d", "1h")
        self.assertIn("x20", self.sees("x20"))
        for columns, rows in ((40, 10), (120, 30), (1, 1), (3, 2), (80, 24)):
            self.set_size(columns, rows)
            self.sees(rf"^{'signalbox'[:columns]}" if rows > 1 else "^q$")
            lines = self.sees(lambda: self.screen.lines()[-1].startswith("q quit"[:columns])).split("\n") \
                if rows > 1 else self.screen.lines()
            self.assertEqual(sum(each[2:3] == "x" for each in lines), max(0, rows - 3))
        self.type("q")
        self.is_over(0)

    def test_keys_sort_reverse_and_hide(self):
        self.hold("b", "-n", "9", "-w", "5")
        self.hold("c", "-n", "2", "-w", "2")
        self.call("create", "a", "-n", 1)
        self.start("run", "c", "-w", "2", "--", "true")
        self.eventually(lambda: "waits" in self.call("show", "c").stdout)
        self.top("-d", "50ms")
        order = "by {}.*\n  " + HEAD + "(?s:\n. {} .*\n. {} .*\n. {} .*)"
        self.sees(order.format("waiting", *"cba"))
        for by, names in (("longest", "cba"), ("held", "bca"), ("name", "abc"), ("waiting", "cba")):
            self.type("s")
            self.sees(order.format(by, *names))
        self.type("r")
        self.sees(order.format("waiting, reversed", *"abc"))
        self.type("ri")
        self.sees("show idle")
        self.assertNotRegex("\n".join(self.screen.lines()), "(?m)^. a ")
        self.type("q")
        self.is_over(0)

    def test_a_filter_is_typed_corrected_kept_and_dropped(self):
        for name in ("disk", "database", "queue"):
            self.call("create", name, "-n", 1)
        self.top("-d", "1h")
        self.type("/dq\x7fi")
        self.sees("filter: di_ ")
        self.assertEqual([line[2:].split()[0] for line in self.screen.lines()[2:5] if line], ["disk"])
        self.type("\r")
        self.sees(r"  'di'\n(?s:.*)q quit")
        self.type("/")
        self.sees("filter: di_")
        self.type("\x1b")
        self.sees(r"\n..queue(?s:.*)q quit")
        self.type("q")
        self.is_over(0)

    def test_an_object_is_chosen_and_what_does_not_fit_is_scrolled(self):
        for i in range(60):
            self.call("create", f"x{i:02}", "-n", 1)
        self.top("-d", "1h", "--sort", "name")

        def place():
            """The first object on the screen, and the chosen one."""
            lines = [line for line in self.screen.lines()[2:-1] if line]
            return [lines[0][2:5] if lines else "", *(line[2:5] for line in lines if line[0] == ">")]

        for keys, first, chosen in (
                ("", "x00", "x00"), ("\x1b[B", "x00", "x01"), ("jj", "x00", "x03"), ("\x1b[A", "x00", "x02"),
                ("\x1bOA", "x00", "x01"), ("k", "x00", "x00"), ("k", "x00", "x00"), ("\x1b[6~", "x00", "x20"),
                ("j", "x01", "x21"), ("\x1b[F", "x39", "x59"), ("j", "x39", "x59"), ("\x1b[5~", "x39", "x39"),
                ("k", "x38", "x38"), ("\x1b[H", "x00", "x00"), ("\x1b[6~\x1b[1~", "x00", "x00")):
            self.type(keys)
            self.sees(lambda keys=[first, chosen]: place() == keys)
        self.type("q")
        self.is_over(0)

    def test_the_chosen_one_stays_chosen_when_the_order_changes_or_another_goes(self):
        for name in "abc":
            self.call("create", name, "-n", 1)
        self.top("-d", "50ms")
        self.sees("(?m)^> a ")
        self.type("j")
        self.sees("(?m)^> b ")
        holder = self.hold("c")
        self.sees(r"(?m)^  c .*\n.*holds.*\n  a .*\n> b ")
        self.call("rm", "a")
        self.sees(r"(?m)^  c .*\n.*holds.*\n> b ")
        self.call("rm", "b")
        self.sees("(?m)^> c ")
        self.finish(holder)
        self.type("q")
        self.is_over(0)

    def test_one_is_shown_alone_with_all_who_hold_and_wait(self):
        holders = [self.hold("x", "-n", "30") for _ in range(4)]
        waiters = [self.start("run", "x", "-w", "30", "--", "true") for _ in range(25)]
        self.call("create", "y", "-n", 1)
        self.eventually(lambda: self.call("ls", "-o", "waiting").stdout.split() == ["WAITING", "25", "0"])
        self.top("-d", "50ms", "--sort", "name")
        self.type("\r")
        text = self.sees(r"q quit  Esc all objects")
        self.assertEqual([len(re.findall(f"(?m)^ +{word} ", text)) for word in ("holds", "waits")], [4, 16])
        self.type("\x1b[F")
        last = re.findall(r"waits +30 +(\d+)", self.call("show", "x").stdout)[-1]
        text = self.sees(rf"waits +30 +{last} .*\nq quit")
        self.assertNotRegex(text, "(?m)^. y ")
        for waiter in waiters:
            waiter.kill()
            waiter.wait()
        self.call("show", "x")  # a user, which gives back what the dead have left
        self.sees(lambda: "waits" not in "".join(self.screen.lines()))
        self.type("\x1b")
        self.sees(r"(?m)^> x (?s:.*)^  y ")
        for holder in holders:
            self.finish(holder)
        self.type("q")
        self.is_over(0)

    def test_a_blank_looks_at_once(self):
        self.top("-d", "1h")
        self.call("create", "x", "-n", 1)
        self.type(" ")
        self.sees("(?m)^. x +semaphore")
        self.type("q")
        self.is_over(0)

    def test_dead_holders_and_deadlocks_are_red(self):
        make_cycle(self)
        job = self.hold("c")
        job.kill()
        self.top("-d", "50ms")
        lines = self.sees("gone; its children hold on").split("\n")
        self.assertRegex(lines[1], "^deadlock: ")
        red = [i for i in range(24) if "1;31" in self.screen.looks(i)]
        self.assertEqual(red, [i for i, each in enumerate(lines) if "deadlock" in each or "gone;" in each])
        self.assertEqual(len(red), 4)
        self.type("q")
        self.is_over(0)

    def test_without_colours_when_they_are_refused(self):
        self.call("create", "x", "-n", 1)
        self.ask("export NO_COLOR=1", "")
        self.top("-d", "50ms")
        self.sees("(?m)^. x ")
        self.assertEqual({look for i in range(24) for look in self.screen.looks(i)}, {""})
        self.type("q")
        self.is_over(0)

    def test_every_signal_that_ends_it_gives_the_terminal_back(self):
        for name, code in (("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131)):
            self.top("-d", "1h")
            os.kill(self.wrapper(), signal.Signals["SIG" + name])
            self.is_over(code)
        self.top("-d", "1h")
        self.type("\x03")
        self.is_over(130)

    def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(self):
        self.call("create", "x", "-n", 1)
        self.top("-d", "1h")
        for _ in range(2):
            pid = self.wrapper()
            self.type("\x1a")
            self.sees(r"\bStopped\b")
            self.eventually(lambda pid=pid: self.state_of(pid) == "T")
            self.is_over(148)
            self.type("fg\n")
            self.sees("(?m)^. x +semaphore")
            self.assertEqual(self.screen.modes, {1049: True, 25: False, 7: False})
        self.type("q")
        self.is_over(0)

    def test_stopped_otherwise_it_draws_again_and_quits_well(self):
        self.call("create", "x", "-n", 1)
        self.top("-d", "1h")
        pid = self.wrapper()
        os.kill(pid, signal.SIGSTOP)
        self.eventually(lambda: self.state_of(pid) == "T")
        self.type("stty sane -echo; clear; echo sane\n")
        self.screen.clear()
        self.sees("sane")
        self.modes = termios.tcgetattr(self.terminal)
        self.type("fg\n")
        self.sees("(?m)^. x +semaphore")
        self.type("q")
        self.is_over(0)

    def test_in_the_background_it_stops_until_fg_or_ends_when_it_is_told(self):
        self.type("signalbox top -d 1h &\n")
        pid = self.wrapper()
        self.eventually(lambda: self.state_of(pid) == "T")
        self.type("fg\n")
        self.sees(HEAD)
        self.type("\x1a")
        self.sees(lambda: not self.screen.modes[1049])
        self.eventually(lambda: self.state_of(pid) == "T")
        self.type("kill %1\n")
        self.eventually(lambda: not os.path.exists(f"/proc/{pid}"))
        self.is_over("[0-9]+")

    def test_a_terminal_that_can_not_do_it_gets_tables(self):
        for more in ("TERM=dumb", "TERM="):
            self.ask(f"{more} signalbox top -d 50ms", f"(?s){HEAD}.*{HEAD}")
            self.type("\x03")
            self.ask("echo code $?", "code 130")
        self.ask("signalbox top -d 50ms < /dev/null", f"(?s){HEAD}.*{HEAD}")
        self.assertNotIn("\x1b[H", self.before)


if __name__ == "__main__":
    unittest.main()
