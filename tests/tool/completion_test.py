"""Completions, loaded by the shells that they are for."""

import os
import shutil
import subprocess
import unittest

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

    def zsh(self, *words):
        line = " ".join(f"'{each}'" for each in words)
        return self.shell("zsh", "-f", "-c",
                          "compdef() { :; }; compadd() { [[ $1 == -- ]] && shift; print -rl -- $@; }; "
                          "_describe() { print -rl -- ${(P)2%%:*}; }; _files() { print files; }; "
                          "_command_names() { print commands; }; source <(signalbox completion zsh); "
                          f"words=({line}); CURRENT={len(words)}; _signalbox")

    def test_zsh_offers_subcommands_options_and_names(self):
        self.assertIn("show", self.zsh("signalbox", ""))
        self.assertIn("--timeout", self.zsh("signalbox", "run", "disk", "-"))
        self.assertEqual(self.zsh("signalbox", "run", ""), ["database", "disk"])
        self.assertEqual(self.zsh("signalbox", "wrap", ""), ["files"])
        self.assertEqual(self.zsh("signalbox", "run", "disk", "--", ""), ["commands"])
        self.assertEqual(self.zsh("signalbox", "completion", ""), ["bash", "zsh", "fish"])

    def test_another_shell_is_64(self):
        self.expect(64, ["completion", "tcsh"],
                    "signalbox: there is no completion for 'tcsh'; there is one for bash, zsh and fish\n")


if __name__ == "__main__":
    unittest.main()
