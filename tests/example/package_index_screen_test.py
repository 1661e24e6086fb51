"""package_index on terminals of several sizes: what stands on the screen while it runs, and what stays."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE"])
PROGRAM = pathlib.Path(os.environ["EXAMPLES"]) / "package_index"
RECORD = "Package: p{0}\nSection: libs\nVersion: 1.{0}\n"
SECONDS_MAX = 120  # a safety net


@unittest.skipUnless(PROGRAM.exists(), "built without SQLite or libpq")
class PackageIndexScreen(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "status").write_text("\n".join(RECORD.format(i) for i in range(400)))

    def picture(self, size, pattern, *options):
        """What stands on a screen of that size at the first moment when it matches."""
        result = subprocess.run([SOURCE / "tools" / "picture", "picture.svg", size, pattern, PROGRAM, "--spread=1",
                                 "--database=db", *options, "status"], cwd=self.folder, capture_output=True, text=True,
                                timeout=SECONDS_MAX, check=False, env={**os.environ, "DATABASE_URL": ""})
        self.assertEqual((result.returncode, result.stderr), (0, ""), result)
        return result.stdout

    def test_holders_and_waiters_and_the_owner_of_the_mutex_are_on_the_screen(self):
        text = self.picture("80x24", "4 of 4.*owns it")
        self.assertRegex(text, r"\Astart     3 workers of 3 threads, at most 4 connections, into db\n\n"
                               r"  \[=+-+\] \d+ of 50 batches\n"
                               r"  4 of 4 connections held, \d threads? waiting for one\n\n"
                               r"            process   connections   waiting         cursor's mutex\n"
                               r"(  worker [123]  \d+ +#* +(\d threads?)? *(owns it|\d threads?)?\n){3}\Z")
        self.assertEqual(len(re.findall("#", text)), 4)
        drawing = (self.folder / "picture.svg").read_text()
        self.assertIn(">owns it</text>", drawing)
        self.assertRegex(drawing, 'fill="#7ee787"[^>]*>##?#?</text>')

    def test_who_was_killed_is_told_and_its_successor_stands_among_the_others(self):
        text = self.picture("80x24", r"recovered.*worker 4  +\d")
        self.assertRegex(text, r"\nkilled    worker \d \(process \d+\) while it held \d connections? and the mutex\n"
                               r"recovered after \d+\.\d ms; worker 4 takes over\n")

    def test_a_large_screen_has_a_longer_bar(self):
        self.assertRegex(self.picture("200x50", "of 50 batches"), r"\n  \[[=-]{100}\] \d+ of 50 batches\n")

    def test_a_small_screen_has_as_much_as_fits(self):
        text = self.picture("40x8", "and 31 more", "--workers=32", "--kill=0")
        lines = text.splitlines()
        self.assertEqual(len(lines), 7, text)
        self.assertLess(max(map(len, lines)), 40, text)
        self.assertEqual(self.picture("12x3", r"\[", "--kill=0").count("\n"), 2)

    def test_nothing_of_the_picture_stays(self):
        text = self.picture("80x24", "audit +all")
        self.assertNotIn("batches", text)
        self.assertRegex(text, r"\Astart .*\nkilled .*\nrecovered .*\npackages .*\nconnections .*\npermits .*\n"
                               r"recovery .*\naudit .*\n\Z")

    def test_colors_can_be_refused(self):
        os.environ["NO_COLOR"] = "1"
        self.addCleanup(os.environ.pop, "NO_COLOR")
        self.picture("80x24", "4 of 4.*worker 1")
        self.assertNotIn("#7ee787", (self.folder / "picture.svg").read_text())


if __name__ == "__main__":
    unittest.main()
