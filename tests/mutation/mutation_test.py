"""The mutation script: what it finds in a source, what it composes, and that its table fits the sources."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import composed  # noqa: E402
import mutants  # noqa: E402

TEXT = """// A word.
int one(int a) { return a + 1; }

void give(word& it)
{
    // relaxed: std::memory_order_acquire is only spoken of here
    it.store(1, std::memory_order_release);
    wake(it);
}
"""
TABLE = """src/core/a.cpp give
- wake(it);
? nobody is woken
"""


class mutation_test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "src/core").mkdir(parents=True)
        (self.root / "src/core/a.cpp").write_text(TEXT, encoding="utf-8")

    def found(self, table=TABLE):
        (self.root / "wake.txt").write_text(table, encoding="utf-8")
        return mutants.all_mutants(self.root, self.root)

    def test_orders_are_found_in_code_alone(self):
        orders = [m.name for m in self.found() if m.kind == "order"]
        self.assertEqual(orders, ["order a.cpp give: store release -> relaxed"])

    def test_a_mutant_changes_its_place_alone(self):
        wake = self.found()[-1]
        self.assertEqual(wake.apply(TEXT), TEXT.replace("wake(it);", ""))

    def test_a_text_that_is_not_found_once_is_an_error(self):
        for text in ("vanished();", "it"):
            with self.assertRaises(mutants.TableError):
                self.found(TABLE.replace("wake(it);", text))

    def test_all_mutants_of_a_function_stand_beside_what_ships(self):
        source = mutants.Source(self.root, "src/core/a.cpp")
        text = composed.compose(source, list(enumerate(self.found(), 1)))
        self.assertIn("if (is_mutant(1)) {", text)
        self.assertIn("if (is_mutant(2)) {", text)
        self.assertEqual(text.count("wake(it);"), 2)
        self.assertEqual(text.count("std::memory_order_relaxed"), 1)
        self.assertIn("int one(int a) { return a + 1; }", text)

    def test_an_error_of_the_compiler_is_traced_to_its_mutant(self):
        source = mutants.Source(self.root, "src/core/a.cpp")
        text = composed.compose(source, list(enumerate(self.found(), 1)))
        line = text[:text.index("std::memory_order_relaxed")].count("\n") + 1
        self.assertEqual(composed.number_at(text, line), 1)

    def test_the_table_fits_the_sources(self):
        known = mutants.all_mutants(HERE.parent.parent, HERE / "sites")
        self.assertGreater(len(known), 100)
        self.assertEqual(len({m.name for m in known}), len(known))


if __name__ == "__main__":
    unittest.main()
