"""The manual page is what the program says of itself, and is shown without a warning; so is help."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from tool import ToolTest

PAGE = pathlib.Path(os.environ["SOURCE"]) / "share/man/man1/signalbox.1"
ALL = ("run", "lock", "wrap", "wait", "signal", "create", "resize", "close", "rm", "ls",
       "show", "top", "why", "collect", "help", "completion")


class Manual(ToolTest):
    def test_the_page_is_what_the_program_says(self):
        self.assertEqual(PAGE.read_text(), self.call("help", "--roff").stdout,
                         "make it anew: signalbox help --roff > share/man/man1/signalbox.1")

    def test_it_is_shown_without_a_warning(self):
        if not shutil.which("groff"):
            self.skipTest("no groff here")
        result = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-rLL=80n", PAGE], capture_output=True, text=True,
                                check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", result.stdout)
        for name in ALL:
            self.assertRegex(text, rf"(?m)^   signalbox {name}\b")
        for words in ("--conflict-exit N", "SIGNALBOX_DIR", "EXIT STATUS", "128+N", "50% of the processors"):
            self.assertIn(words, text)

    def test_help_of_a_subcommand_is_its_help(self):
        for name in ALL:
            self.expect(0, ["help", name], stdout=self.call(name, "--help").stdout)
        self.expect(0, ["help"], stdout=self.call("--help").stdout)
        self.expect(64, ["help", "sing"], "signalbox: there is no subcommand 'sing'\nTry 'signalbox --help'.\n")

    def test_every_subcommand_is_listed(self):
        listed = re.findall(r"(?m)^  ([a-z]+) +\w", self.call("--help").stdout.split("Exit codes")[0])
        self.assertEqual(tuple(listed), ALL)


if __name__ == "__main__":
    unittest.main()
