"""The probes stand in the binary, with their arguments, and gdb stops at one."""

import os
import re
import subprocess
import unittest

HUNG = os.environ["HUNG"]
ARGUMENTS = {"wait_begin": 4, "wait_end": 4, "hand_over": 3, "time_out": 3, "stop": 3, "deadlock": 4}


class Probes(unittest.TestCase):
    def test_every_probe_is_in_the_binary_once(self):
        notes = subprocess.run(["readelf", "--notes", "--wide", HUNG], capture_output=True, text=True,
                               check=True).stdout
        found = re.findall(r"Provider: signalbox\s+Name: (\w+)\s.*?Arguments: ([^\n]*)", notes, re.S)
        self.assertEqual({name: len(arguments.split()) for name, arguments in found}, ARGUMENTS)
        self.assertEqual(len(found), len(ARGUMENTS))

    def test_a_deadlock_stops_gdb_at_its_probe(self):
        result = subprocess.run(
            ["gdb", "-nx", "-batch", "-ex", "set debuginfod enabled off", "-ex", "break -probe-stap signalbox:deadlock",
             "-ex", "run", "-ex", "printf \"threads %d\\n\", $_probe_arg3", "-ex", "kill", HUNG],
            capture_output=True, text=True, timeout=120, check=False)
        self.assertIn("threads 2", result.stdout, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
