"""`create`, `resize`, `close`, `rm`, `wait`, `signal`, help and version."""

import os
import stat
import unittest

from tool import ToolTest

NONE = ("signalbox: there is no 'x'; `signalbox create x -n CAPACITY` makes a semaphore, `run` and `lock` make what "
        "they need\n")


class Objects(ToolTest):
    def test_what_was_created_is_there_once(self):
        self.expect(0, ["create", "x", "-n", "3"])
        self.assertTrue(self.is_free("x", 3))
        self.expect(73, ["create", "x", "-n", "3"], "signalbox: 'x' exists already; `signalbox resize x CAPACITY` "
                    "changes its capacity, `signalbox rm x` removes it\n")

    def test_permission_is_as_given(self):
        for args, mode in (([], 0o600), (["--mode", "0660"], 0o660), (["--mode", "644"], 0o644)):
            self.call("create", f"x{mode}", "-n", 1, *args)
            self.assertEqual(stat.S_IMODE(os.stat(self.folder / f"objects/signalbox.x{mode}").st_mode), mode)

    def test_initial_permits_are_free_and_the_others_out(self):
        self.call("create", "x", "-n", 3, "--initial", 1)
        self.expect(0, ["wait", "x", "--try"])
        self.expect(75, ["wait", "x", "--try"],
                    "signalbox: 'x' was not signalled at once; `signalbox show x` says what is free\n")

    def test_wrong_calls_are_64(self):
        self.call("create", "there", "-n", 1)
        for args, says in (
                ([], "no subcommand"),
                (["sing"], "there is no subcommand 'sing'"),
                (["create"], "NAME is required"),
                (["create", "x"], "--capacity is missing"),
                (["create", "x", "-n", "2", "--initial", "3"], "--initial: '3' is no whole number from 0 to 2"),
                (["create", "x", "-n", "2", "--mode", "0888"], "--mode: '0888' is no permission, as 0660"),
                (["create", "x", "-n", "2", "--mode", "7777"], "--mode: '7777'"),
                (["create", "x", "-n", "9999999999"], "--capacity: '9999999999' is no size"),
                (["create", "x y", "-n", "2"], "'x y' is no name"),
                (["resize", "there"], "CAPACITY is required"),
                (["resize", "there", "many"], "CAPACITY: 'many' is no size"),
                (["wait", "there", "2"], "2 permits are more than the capacity of 'there', 1"),
                (["wait", "there", "0"], "N: '0' is no whole number from 1"),
                (["wait", "there", "--try", "--timeout", "1"], "exclude each other"),
                (["signal", "there"], "'there' can't take 1 more: fewer are out"),
                (["rm"], "NAME is required"),
                (["close"], "NAME is required"),
        ):
            with self.subTest(args):
                result = self.call(*args)
                self.assertEqual((result.returncode, result.stdout), (64, ""), result)
                self.assertTrue(result.stderr.startswith("signalbox: "), result.stderr)
                self.assertIn(says, result.stderr)

    def test_what_does_not_exist_is_66(self):
        for args in (["wait", "x"], ["signal", "x"], ["resize", "x", "2"], ["close", "x"], ["rm", "x"]):
            self.expect(66, args, NONE)
        (self.folder / "objects/signalbox.x").write_text("not ours" * 100)
        self.assertEqual(self.call("wait", "x").returncode, 66)

    def test_resizing_lets_in_who_waits(self):
        holder = self.hold("x")
        waiter = self.start("run", "x", "--", "echo", "in")
        self.eventually(lambda: "1 wait" in self.call("rm", "x").stderr)
        self.expect(0, ["resize", "x", "2"])
        self.assertEqual(waiter.communicate()[0], "in\n")
        self.expect(0, ["resize", "x", "0"])
        self.assertFalse(self.is_free("x"))
        self.finish(holder)

    def test_a_signal_lets_one_wait_through(self):
        self.call("create", "x", "-n", 10, "--initial", 0)
        waiter = self.start("wait", "x", 2)
        self.expect(0, ["signal", "x"])
        self.expect(75, ["wait", "x", "2", "--timeout", "20ms"],
                    "signalbox: 'x' was not signalled within 20ms; `signalbox show x` says what is free\n")
        self.expect(0, ["signal", "x"])
        self.assertEqual(waiter.wait(), 0)
        self.expect(0, ["signal", "x", "3"])
        self.expect(0, ["wait", "x", "3"])

    def test_a_closed_one_is_69_for_who_waits(self):
        self.call("create", "x", "-n", 1)
        self.expect(0, ["close", "x"])
        self.expect(69, ["wait", "x"], "signalbox: 'x' is closed; `signalbox rm x` removes it\n")

    def test_rm_removes_several_and_goes_on_behind_one_that_is_not_there(self):
        self.call("create", "a", "-n", 1)
        self.call("lock", "b", "--", "true")
        self.expect(66, ["rm", "a", "x", "b"], NONE)
        self.assertEqual(os.listdir(self.folder / "objects"), [])

    def test_rm_spares_what_is_in_use_unless_forced(self):
        for command, name in (("run", "x"), ("lock", "m")):
            holder = self.hold(name, command=command)
            self.expect(75, ["rm", name], f"signalbox: '{name}' is in use: 1 hold it, 0 wait for it; `signalbox show "
                        f"{name}` says who, --force removes it all the same\n")
            self.expect(0, ["rm", "--force", name])
            self.assertEqual(self.finish(holder), 0)
        self.assertEqual(os.listdir(self.folder / "objects"), [])
        self.expect(0, ["rm", "--force", "x"])

    def test_help_names_every_subcommand_and_each_its_options_and_exit_codes(self):
        everything = self.call("--help")
        self.assertEqual((everything.returncode, everything.stderr), (0, ""))
        for name in ("run", "lock", "wait", "signal", "create", "resize", "close", "rm"):
            self.assertRegex(everything.stdout, rf"(?m)^  {name} +\w")
            one = self.call(name, "--help")
            self.assertEqual((one.returncode, one.stderr), (0, ""))
            self.assertTrue(one.stdout.startswith(f"Usage: signalbox {name} "), one.stdout)
            for code in ("64", "66", "69", "70", "73", "75", "77", "126", "127", r"128\+N"):
                self.assertRegex(one.stdout, rf"(?m)^  {code} +\w")
            self.assertLessEqual(max(map(len, one.stdout.split("\n"))), 80)
        for option in ("-n, --capacity SIZE", "-w, --weight N", "--timeout", "--try", "--label", "--conflict-exit",
                       "--hold-limit", "--shell"):
            self.assertIn(f"  {option}", self.call("run", "--help").stdout)

    def test_the_version_is_the_librarys(self):
        self.assertRegex(self.expect(0, ["--version"], stdout=self.call("--version").stdout).stdout,
                         r"\Asignalbox \d+\.\d+\.\d+\n\Z")

    def test_output_that_can_not_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = self.call("--help", capture_output=False, stdout=full)
            self.assertEqual(result.returncode, 70)


if __name__ == "__main__":
    unittest.main()
