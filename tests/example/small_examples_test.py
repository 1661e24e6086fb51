"""The small examples do what their first line says, and stay small."""

import os
import pathlib
import re
import subprocess
import unittest

EXAMPLES = pathlib.Path(os.environ["EXAMPLES"])
SOURCES = pathlib.Path(os.environ["SOURCE"]) / "examples"


class SmallExamples(unittest.TestCase):
    def expect_output(self, name, pattern):
        source = (SOURCES / f"{name}.cpp").read_text()
        self.assertLessEqual(source.count("\n"), 60)
        result = subprocess.run([EXAMPLES / name], capture_output=True, text=True, timeout=120, check=True)
        self.assertTrue(re.fullmatch(pattern, result.stdout), result.stdout)

    def test_mutual_exclusion_loses_no_addition_and_refuses_a_second_unlock(self):
        self.expect_output("mutual_exclusion", r"sum: 2002000\nrefused: .+\n")

    def test_signalling_lets_the_reader_see_what_was_written(self):
        self.expect_output("signalling", r"read: the semaphore is up\n")

    def test_limiting_serves_everybody_until_it_closes(self):
        self.expect_output("limiting", r"(ate\n){10}free seats: 3\nleft: stopped\n")

    def test_between_processes_the_dead_give_back(self):
        self.expect_output("between_processes", r"killed inside: 4\nall four again: acquired\n")

    def test_hand_over_passes_every_number_on_and_refuses_late_ones(self):
        self.expect_output("hand_over", r"sum: 500500\nlate: closed\n")

    def test_deadlock_is_told_to_one_philosopher_and_the_others_eat(self):
        round_the_table = ["Plato waits for fork 2\n", "Kant waits for fork 3\n", "Hume waits for fork 1\n"]
        cycles = ["".join(round_the_table[i:] + round_the_table[:i]) for i in range(3)]
        self.expect_output("deadlock", f"({'|'.join(cycles)})(one ate\n){{2}}")

    def test_stuck_says_who_holds_what_and_where(self):
        held = r"held by thread \d+ \(report\) \(4 permits\) at stuck.cpp:\d+ since \d\.\d s\n"
        self.expect_output(
            "stuck",
            r"(signalbox: threads that wait: \d, for objects: \d\n([^q]+\n)+)+"
            r"query: timed_out\nsemaphore db: 4 of 4 out; " + held + r"semaphore db: 0 of 4 out\n")


if __name__ == "__main__":
    unittest.main()
