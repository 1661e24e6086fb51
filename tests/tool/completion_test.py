"""Completions, loaded by the shells that they are for."""

import os
import shutil
import subprocess
import unittest

from terminal import TerminalTest
from tool import SIGNALBOX, ToolTest


class Completion(ToolTest):
    def setUp(self):
        super().setUp()
        self.environment["PATH"] = f"{os.path.dirname(SIGNALBOX)}:{self.environment['PATH']}"
        self.environment["HOME"] = str(self.folder)
        self.call("create", "database", "-n", 1)
        self.call("create", "disk", "-n", 1)

    def shell(self, name, *args):
        if not shutil.which(name):
            self.skipTest(f"no {name} here")
        result = subprocess.run([name, *args], capture_output=True, text=True, env=self.environment, cwd=self.folder,
                                stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result)
        return result.stdout.split()

    def bash(self, *words):
        line = " ".join(f"'{each}'" for each in words)
        return self.shell("bash", "--norc", "-c", f"source <(signalbox completion bash); COMP_WORDS=({line}); "
                          f"COMP_CWORD={len(words) - 1}; _signalbox; printf '%s\\n' \"${{COMPREPLY[@]}}\"")

    def test_bash_completes_subcommands_options_names_and_commands(self):
        self.assertEqual(self.bash("signalbox", "s"), ["signal", "show"])
        self.assertEqual(self.bash("signalbox", "run", "d"), ["database", "disk"])
        self.assertEqual(self.bash("signalbox", "run", "disk", "--t"), ["--timeout", "--try"])
        self.assertIn("-n", self.bash("signalbox", "run", "-"))
        self.assertEqual(self.bash("signalbox", "show", "x", "--"), ["--help", "--json"])
        self.assertIn("flock", self.bash("signalbox", "run", "disk", "--", "floc"))
        self.assertEqual(self.bash("signalbox", "completion", "f"), ["fish"])
        self.assertEqual(self.bash("signalbox", "help", "clo"), ["close"])
        (self.folder / "file").touch()
        self.assertEqual(self.bash("signalbox", "wrap", "fi"), ["file"])
        self.assertIn("file", self.bash("signalbox", "run", "disk", "--", "cat", "fi"))

    def fish(self, line):
        return self.shell("fish", "--no-config", "-c", f"signalbox completion fish | source; complete -C '{line}'")

    def test_fish_completes_subcommands_options_and_names(self):
        self.assertEqual(self.fish("signalbox sho")[0], "show")
        self.assertIn("--timeout", self.fish("signalbox run disk --t"))
        self.assertEqual(self.fish("signalbox run d"), ["database", "disk"])
        self.assertEqual(self.fish("signalbox completion b"), ["bash"])

    def test_fish_completes_the_command_behind_the_dashes_and_nothing_of_ours(self):
        self.assertIn("flock", self.fish("signalbox run disk -- floc"))
        (self.folder / "dates").touch()
        self.assertEqual(self.fish("signalbox lock disk -- cat da"), ["dates"])
        self.assertNotIn("--timeout", self.fish("signalbox run disk -- true --tim"))

    def test_another_shell_is_64(self):
        self.expect(64, ["completion", "tcsh"],
                    "signalbox: there is no completion for 'tcsh'; there is one for bash, zsh and fish\n")


class Typed(TerminalTest):
    """Completed at the prompt of a real shell by the tabulator, and executed: what comes is what was completed."""

    def setUp(self):
        super().setUp()
        self.environment["HOME"] = str(self.folder)
        self.call("create", "disk", "-n", 1)

    def at_prompt_of(self, shell, *setup):
        if not shutil.which(shell.split()[0]):
            self.skipTest(f"no {shell} here")
        self.type(f"HOME={self.folder} {shell}\n")
        for line in (*setup, "echo re''ady"):
            self.type(line + "\r")
        self.until("ready\r?\n")
        self.type("signalbox --ver\t\r")
        self.until(r"signalbox \d+\.\d+\.\d+")
        self.type("signalbox sho\tdis\t\r")
        self.until("semaphore, 1 of 1 free")
        self.type("signalbox run disk --tr\t-- floc\t--version\r")
        self.until("flock from util-linux")
        (self.folder / "a file").write_text("told\n")
        self.type(f"cd {self.folder}\r")
        self.type("signalbox run disk -- cat a\t\r")
        self.until("told\r?\n")

    def test_in_bash(self):
        self.at_prompt_of("bash --norc -i", "source <(signalbox completion bash)")

    def test_in_zsh(self):
        self.at_prompt_of("zsh -f -i", "autoload -U compinit", "compinit -D -u", "source <(signalbox completion zsh)")

    def test_in_fish(self):
        self.at_prompt_of("fish --no-config -i", "signalbox completion fish | source")


if __name__ == "__main__":
    unittest.main()
