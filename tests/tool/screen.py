"""A terminal's screen, as far as the tests need one: what a program writes, in rows and columns."""

import codecs
import re

CONTROL = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")


class Screen:
    def __init__(self, columns, rows):
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.rest = ""
        self.modes = {1049: False, 25: True, 7: True}  # another screen, the cursor, wrapping
        self.look = ""
        self.is_whole = True  # not in the midst of drawing all of it anew
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.clear()

    def clear(self):
        self.cells = [[(" ", "")] * self.columns for _ in range(self.rows)]
        self.x = self.y = 0

    def lines(self):
        return ["".join(cell[0] for cell in row).rstrip() for row in self.cells]

    def looks(self, row):
        """The looks in a row, in their order: what stands between ESC [ and m."""
        found = []
        for _, look in self.cells[row]:
            if not found or found[-1] != look:
                found.append(look)
        return found

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self.put(text[at])
                at += 1
                continue
            found = CONTROL.match(text, at)
            if not found:
                assert len(text) - at < 12, f"not known here: {text[at:at + 20]!r}"
                break
            self.obey(*found.groups())
            at = found.end()
        self.rest = text[at:]

    def put(self, letter):
        if letter == "\r":
            self.x = 0
        elif letter == "\n":
            self.y += 1
            if self.y == self.rows:  # everything moves up
                self.cells = self.cells[1:] + [[(" ", "")] * self.columns]
                self.y -= 1
        elif letter >= " ":
            if self.x == self.columns and self.modes[7]:
                self.put("\r")
                self.put("\n")
            self.cells[self.y][min(self.x, self.columns - 1)] = (letter, self.look)
            self.x += 1

    def obey(self, private, numbers, final):
        number = int(numbers) if numbers.isdigit() else 0
        if private:
            assert number in self.modes and final in "hl", (numbers, final)
            self.modes[number] = final == "h"
            if number == 1049:
                self.clear()
                self.is_whole = True
        elif final == "H":
            assert numbers == "", numbers
            self.x = self.y = 0
            self.is_whole = False
        elif final == "A":
            self.y = max(0, self.y - max(number, 1))
            self.is_whole = False
        elif final == "K":
            self.cells[self.y][self.x:] = [(" ", "")] * (self.columns - self.x)
        elif final == "J":
            kept = self.x, self.y
            if number == 2:
                self.clear()
            else:
                self.obey("", "", "K")
                self.cells[self.y + 1:] = [[(" ", "")] * self.columns for _ in range(self.rows - self.y - 1)]
            self.x, self.y = kept
            self.is_whole = True
        elif final == "m":
            self.look = "" if numbers in ("", "0") else numbers
        else:
            raise AssertionError(f"not known here: {numbers}{final}")
