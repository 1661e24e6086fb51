"""`signalbox run` and `lock`: limits on who is inside, exit codes, and what the command sees of it."""

import os
import signal
import subprocess
import time
import unittest

from tool import SIGNALBOX, ToolTest


class Run(ToolTest):
    def test_a_command_is_executed_directly_and_its_output_and_exit_code_come_through(self):
        self.expect(0, ["run", "x", "--", "echo", "a  b", "$HOME"], stdout="a  b $HOME\n")
        for code in (1, 3, 64, 75, 255):
            self.expect(code, ["run", "x", "--", "sh", "-c", f"exit {code}"])

    def test_standard_input_is_passed_on(self):
        result = self.call("run", "x", "--", "cat", input="told\n", stdin=None)
        self.assertEqual(result.stdout, "told\n")

    def test_a_line_for_the_shell(self):
        self.expect(0, ["run", "x", "--shell", "--", "echo a |", "tr a b"], stdout="b\n")

    def test_the_command_is_told_what_is_held(self):
        self.expect(0, ["run", "x", "-n", "5", "-w", "3", "--", "sh", "-c", "echo $SIGNALBOX_NAME $SIGNALBOX_PERMITS"],
                    stdout="x 3\n")
        self.expect(0, ["lock", "m", "--", "sh", "-c", "echo $SIGNALBOX_NAME $SIGNALBOX_PERMITS"], stdout="m 1\n")

    def test_no_more_than_the_capacity_are_inside(self):
        first = self.hold("x", "-n", "2")
        self.assertTrue(self.is_free("x"))
        second = self.hold("x")
        self.assertFalse(self.is_free("x"))
        self.assertEqual(self.finish(first), 0)
        self.assertTrue(self.is_free("x"))
        self.assertFalse(self.is_free("x", 2))
        self.assertEqual(self.finish(second), 0)
        self.assertTrue(self.is_free("x", 2))

    def test_who_waits_is_let_in_when_a_permit_is_given_back(self):
        holder = self.hold("x")
        waiter = self.start("run", "x", "--", "echo", "in")
        self.assertFalse(self.is_free("x"))
        self.finish(holder)
        self.assertEqual(waiter.communicate()[0], "in\n")
        self.assertEqual(waiter.returncode, 0)

    def test_weights_are_permits(self):
        holder = self.hold("x", "-n", "4", "-w", "3")
        self.assertTrue(self.is_free("x", 1))
        self.assertFalse(self.is_free("x", 2))
        self.finish(holder)
        self.assertTrue(self.is_free("x", 4))

    def test_not_obtained_is_75_or_what_was_asked_for(self):
        self.hold("x")
        says = "signalbox: 'x' was not obtained {}; `signalbox show x` says who holds it\n"
        self.expect(75, ["run", "x", "--try", "--", "true"], says.format("at once"))
        self.expect(75, ["run", "x", "--timeout", "50ms", "--", "true"], says.format("within 50ms"))
        self.expect(9, ["run", "x", "--try", "--conflict-exit", "9", "--", "true"], says.format("at once"))
        self.expect(0, ["run", "x", "--try", "--conflict-exit", "0", "--", "true"], says.format("at once"))

    def test_a_time_out_lasts_as_long_as_it_says(self):
        self.hold("x")
        begin = time.monotonic()
        self.call("run", "x", "--timeout", "0.3", "--", "true")
        self.assertGreaterEqual(time.monotonic() - begin, 0.3)

    def test_who_gave_up_waiting_has_left_the_queue(self):
        holder = self.hold("x")
        self.call("run", "x", "--timeout", "10ms", "--", "true")
        self.finish(holder)
        self.assertTrue(self.is_free("x"))

    def test_another_capacity_is_told_and_the_old_one_kept(self):
        self.call("create", "x", "-n", 2)
        self.expect(0, ["run", "x", "-n", "3", "--", "true"],
                    "signalbox: 'x' has a capacity of 2, not 3, and keeps it; `signalbox resize x 3` changes it\n")
        self.assertTrue(self.is_free("x", 2))
        self.expect(64, ["run", "x", "-w", "3", "--", "true"], "signalbox: --weight 3 is more than the capacity of "
                    "'x', 2; `signalbox resize x 3` changes it\n")
        self.call("resize", "x", 3)
        self.expect(0, ["run", "x", "-n", "3", "-w", "3", "--", "true"])

    def test_sizes_may_be_shares_of_the_processors(self):
        count = len(os.sched_getaffinity(0))
        for text, size in (("50%", max(1, count // 2)), ("200%", 2 * count), ("+1", count + 1), ("1%", 1)):
            self.call("create", f"x{size}", "-n", size)
            self.expect(0, ["run", f"x{size}", "-n", text, "--", "true"])

    def test_a_command_that_is_not_there_or_no_command_gives_back_what_was_held(self):
        for command in ("run", "lock"):
            self.expect(127, [command, command, "--", "no-such-command"],
                        "signalbox: 'no-such-command' can't be executed: No such file or directory\n")
            self.expect(126, [command, command, "--", "/etc/passwd"],
                        "signalbox: '/etc/passwd' can't be executed: Permission denied\n")
            self.expect(0, [command, command, "--try", "--", "true"])

    def test_a_killed_command_is_128_and_the_signal(self):
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGHUP):
            self.expect(128 + number, ["run", "x", "--", "sh", "-c", f"kill -{number:d} $$"])
        result = self.call("run", "x", "--", "sh", "-c", "kill -INT $$")
        self.assertEqual(result.returncode, -signal.SIGINT, "interrupted itself, so that a shell ends its loop")
        shell = subprocess.run(["sh", "-c", f"{SIGNALBOX} run x -- sh -c 'kill -INT $$'; echo $?"], text=True,
                               env=self.environment, capture_output=True, check=False)
        self.assertEqual(shell.stdout, "130\n")

    def test_the_hold_limit_ends_a_command_first_politely(self):
        says = "signalbox: the command held 'x' longer than 100ms, and was ended\n"
        self.expect(143, ["run", "x", "--hold-limit", "100ms", "--", "sleep", "100"], says)
        polite = "trap 'echo end; exit 5' TERM; while :; do sleep 0.01; done"
        self.expect(5, ["run", "x", "--hold-limit", "100ms", "--", "sh", "-c", polite], says, "end\n")
        self.expect(0, ["run", "x", "--hold-limit", "100s", "--", "true"])
        self.assertTrue(self.is_free("x"))

    def test_the_hold_limit_kills_who_does_not_listen(self):
        self.expect(137, ["run", "x", "--hold-limit", "50ms", "--", "sh", "-c", "trap '' TERM; read x < /dev/zero"],
                    "signalbox: the command held 'x' longer than 50ms, and was ended\n")

    def test_an_ignored_sigchld_does_not_hide_the_end_of_the_command(self):
        result = self.call("run", "x", "--", "sh", "-c", "exit 4",
                           preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(result.returncode, 4)

    def test_a_closed_semaphore_is_69_also_for_who_waits(self):
        holder = self.hold("x")
        waiter = self.start("run", "x", "--", "true")
        begun = self.call("run", "x", "--timeout", "30ms", "--", "true")
        self.assertEqual(begun.returncode, 75)
        self.call("close", "x")
        says = "signalbox: 'x' is closed; `signalbox rm x` removes it\n"
        self.assertEqual(waiter.communicate()[1], says)
        self.assertEqual(waiter.returncode, 69)
        self.expect(69, ["run", "x", "--try", "--", "true"], says)
        self.assertEqual(self.finish(holder), 0)

    def test_a_removed_semaphore_is_69_for_who_waits(self):
        holder = self.hold("x")
        waiter = self.start("run", "x", "--", "true")
        self.eventually(lambda: "1 wait" in self.call("rm", "x").stderr)
        self.call("rm", "--force", "x")
        self.assertIn("was removed meanwhile", waiter.communicate()[1])
        self.assertEqual(waiter.returncode, 69)
        self.finish(holder)

    def test_where_no_object_can_be_made_is_73_and_forbidden_is_77(self):
        self.environment["SIGNALBOX_DIR"] = str(self.folder / "nowhere")
        self.expect(73, ["run", "x", "--", "true"], "signalbox: 'x' can't be created in .*nowhere: No such file.*\n")
        if os.geteuid() == 0:
            self.folder.chmod(0o755)
            self.environment["SIGNALBOX_DIR"] = str(self.folder / "objects")
            self.call("create", "x", "-n", 1)
            try:
                result = self.call("run", "x", "--", "true", user=65534)
            except PermissionError:
                self.skipTest("the program stands where another user can't run it")
            self.assertEqual(result.returncode, 77, result)
            self.assertIn("--mode 0660", result.stderr)

    def test_wrong_calls_are_64(self):
        for args, says in (
                (["run"], "NAME is required"),
                (["run", "x"], "no command to execute: say `signalbox run NAME "),
                (["run", "x", "--"], "no command to execute"),
                (["run", "x", "true"], "not expected: true; the command to execute stands behind `--`"),
                (["run", "x", "--fast", "--", "true"], "--fast"),
                (["run", "x", "-n", "0", "--", "true"], "would let nobody in"),
                (["run", "x", "-n", "some", "--", "true"], "--capacity: 'some' is no size, as 4, 50%"),
                (["run", "x", "-w", "0", "--", "true"], "--weight: '0' is no whole number from 1 to"),
                (["run", "x", "--timeout", "5x", "--", "true"], "--timeout: '5x' is no duration, as 500ms, 30s"),
                (["run", "x", "--timeout=-1", "--", "true"], "--timeout: '-1' is no duration"),
                (["run", "x", "--try", "--timeout", "1", "--", "true"], "exclude each other"),
                (["run", "x", "--hold-limit", "soon", "--", "true"], "--hold-limit: 'soon'"),
                (["run", "x", "--conflict-exit", "256", "--", "true"], "--conflict-exit: '256'"),
                (["run", "a/b", "--", "true"], "'a/b' is no name: it must be 1 to 64 of A-Z"),
                (["lock", "a/b", "--", "true"], "'a/b' is no name"),
        ):
            with self.subTest(args):
                result = self.call(*args)
                self.assertEqual((result.returncode, result.stdout), (64, ""), result)
                self.assertTrue(result.stderr.startswith("signalbox: "), result.stderr)
                self.assertIn(says, result.stderr)

    def test_durations_are_read_as_people_write_them(self):
        self.hold("x")
        for text in ("10ms", "0.01", "0.01s", "0.0001m", "0.00001h", "0.0000001d", "0"):
            with self.subTest(text):
                self.assertEqual(self.call("run", "x", "--timeout", text, "--", "true").returncode, 75)


class Lock(ToolTest):
    def test_one_is_inside(self):
        owner = self.hold("m", command="lock")
        self.expect(75, ["lock", "m", "--try", "--", "true"],
                    "signalbox: 'm' was not obtained at once; `signalbox show m` says who holds it\n")
        self.assertEqual(self.finish(owner), 0)
        self.expect(0, ["lock", "m", "--try", "--", "true"])

    def test_the_death_of_the_last_owner_is_told_and_the_command_executed(self):
        owner = self.hold("m", "--label", "the import", command="lock")
        owner.kill()
        self.finish(owner)
        self.expect(0, ["lock", "m", "--", "echo", "in"], rf"signalbox: the last owner of 'm' died and left it "
                    rf"\(pid {owner.pid}, the import\); what it guards may be half changed\n", "in\n")
        self.expect(0, ["lock", "m", "--", "true"])

    def test_a_semaphore_is_no_mutex_and_the_other_way_round(self):
        self.call("create", "x", "-n", 1)
        self.call("lock", "m", "--", "true")
        self.expect(66, ["lock", "x", "--", "true"], "signalbox: 'x' is .*semaphore, not a mutex\n")
        self.expect(66, ["run", "m", "--", "true"], "signalbox: 'm' is .*mutex, not a semaphore\n")


if __name__ == "__main__":
    unittest.main()
