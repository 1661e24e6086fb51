"""README's code is the examples' code: each snippet names a file and equals the lines between its markers. The
links of all pages lead somewhere."""

import os
import pathlib
import re
import textwrap
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE"])
README = (SOURCE / "README.md").read_text()


def marked_region(path):
    text = (SOURCE / path).read_text()
    region = re.search(r"(?s)\n *// README begin\n(.*?)\n *// README end\n", text)
    return textwrap.dedent(region.group(1)) if region else None


class Readme(unittest.TestCase):
    def test_every_snippet_names_its_example(self):
        blocks = README.count("```cpp\n")
        named = len(re.findall(r"<!-- (\S+\.cpp) -->\n```cpp\n", README))
        self.assertGreaterEqual(blocks, 1)
        self.assertEqual(blocks, named)

    def test_every_snippet_equals_its_example(self):
        for path, code in re.findall(r"(?s)<!-- (\S+\.cpp) -->\n```cpp\n(.*?)\n```\n", README):
            with self.subTest(path):
                self.assertEqual(code, marked_region(path))

    def test_every_link_to_a_file_leads_somewhere(self):
        pages = [SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *(SOURCE / "docs").rglob("*.md")]
        self.assertGreater(len(pages), 10)
        for page in pages:
            prose = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", page.read_text())
            for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
                with self.subTest(target):
                    self.assertTrue((page.parent / target).exists(), f"{page.name} links to {target}")


if __name__ == "__main__":
    unittest.main()
