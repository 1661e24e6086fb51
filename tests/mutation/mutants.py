"""Mutants of the shipped sources: what is changed, where, and under which name.

Two kinds are found by reading the sources, so that new code is mutated by itself: memory orders (class
`order`) and operators of the pure words (class `word`). The others stand in sites/CLASS*.txt, whose texts
must each be found exactly once: a table that no longer fits the sources is an error.
"""
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SOURCES = ("src/core", "src/thread", "src/patterns/call_line.cpp", "include/signalbox")
NOT_MUTATED = {"src/core/errors.cpp", "src/core/errors.hpp"}  # texts of messages
WORDS = ("include/signalbox/detail/owner_word.hpp", "include/signalbox/detail/permit_word.hpp")
CLASSES = ("order", "wake", "recheck", "waiter", "lifetime", "word")

WEAKER = {"acq_rel": ("acquire", "release"), "acquire": ("relaxed",), "release": ("relaxed",),
          "seq_cst": ("acq_rel",)}
WEAKER_FOR = {"load": {"seq_cst": "acquire"}, "store": {"seq_cst": "release"}}  # acq_rel is not allowed there

OPERATORS = {"==": "!=", "!=": "==", "<=": "<", ">=": ">", "&&": "||", "||": "&&", "+": "-", "-": "+",
             "&": "|", "|": "&", "~": "", "<<": ">>", ">>": "<<", "*": "+"}
OPERATOR = re.compile(r"(?<= )(==|!=|<=|>=|&&|\|\||\+|-|&|\||<<|>>|\*)(?= )|~(?=[\w(])")
NUMBER = re.compile(r"(?<![\w.'{])\d+(?![\w.'])|(?<=\{)\d+(?=\})")


class TableError(Exception):
    """The table does not fit the sources."""


@dataclass(frozen=True)
class Mutant:
    kind: str
    path: str
    function: str
    what: str
    start: int
    end: int
    text: str

    @property
    def name(self):
        return f"{self.kind} {Path(self.path).name} {self.function}: {self.what}"

    def apply(self, source):
        return source[:self.start] + self.text + source[self.end:]


def without_comments(text):
    """The text with blanks for comments and for what stands between quotes."""
    pattern = r'"(\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/'
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found.group()), text, flags=re.S)


class Function(NamedTuple):
    name: str
    start: int  # of its declaration
    body: int   # its opening brace
    end: int    # behind its closing brace


class Source:
    def __init__(self, root, path):
        self.path = path
        self.text = (root / path).read_text(encoding="utf-8")
        self.code = without_comments(self.text)
        self.functions = list(self.find_functions())

    def find_functions(self):
        """Each function, by the layout: a brace alone in its line, or a body in one line."""
        lines = self.code.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        for number, line in enumerate(lines):
            one_line = re.match(r" *[\w:<>&*\[\], ]*?\b(operator\(\)|\w+)\(.*\).*\{.*\}$", line)
            if one_line and not re.match(r" *(if|for|while|return)\b", line):
                body = starts[number] + last_block(line)
                yield Function(one_line.group(1), starts[number], body, starts[number] + len(line))
            if line.strip() != "{":
                continue
            first = self.head_of(lines, number)
            name = re.search(r"\b(operator\(\)|\w+)\(", " ".join(lines[first:number]))
            close = line.rstrip().replace("{", "}")
            last = next((i for i in range(number, len(lines)) if lines[i].startswith(close)), None)
            if name and last is not None:
                end = starts[last] + len(close)
                yield Function(name.group(1), starts[first], starts[number] + line.index("{"), end)

    @staticmethod
    def head_of(lines, brace):
        """The line in which the declaration begins that belongs to the brace."""
        first = brace
        while first > 0 and lines[first - 1].strip() and lines[first - 1].rstrip()[-1] not in ";{}:":
            first -= 1
        return first

    def function_at(self, position):
        """The innermost function around the position, or none."""
        inside = [f for f in self.functions if f.start <= position < f.end]
        return min(inside, key=lambda f: f.end - f.start) if inside else None

    def name_at(self, position):
        function = self.function_at(position)
        return function.name if function else "-"

    def scope(self, name):
        """The parts of the file that belong to functions of this name; `-` is the whole file."""
        return [(0, len(self.code))] if name == "-" else [f[1::2] for f in self.functions if f.name == name]


def last_block(line):
    """Where the block begins that ends with the line."""
    depth = 0
    for position in range(len(line) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(line[position], 0)
        if depth == 0:
            return position
    raise TableError(f"no block ends with this line: {line}")


def sources(root):
    files = [p for name in SOURCES for p in (root / name, *(root / name).rglob("*.[ch]pp")) if p.is_file()]
    paths = sorted(p.relative_to(root).as_posix() for p in files)
    return {path: Source(root, path) for path in paths if path not in NOT_MUTATED}


def numbered(found):
    """Gives those that would have the same name a number."""
    seen = {}
    for mutant in found:
        seen.setdefault(mutant.name, []).append(mutant)
    for same in seen.values():
        for number, m in enumerate(same, 1):
            what = m.what if len(same) == 1 else f"{m.what} ({number})"
            yield Mutant(m.kind, m.path, m.function, what, m.start, m.end, m.text)


def weakened_orders(source):
    for found in re.finditer(r"memory_order(_|::)(\w+)", source.code):
        order = found.group(2)
        calls = re.findall(r"(\w+)\((?=[^;]*$)", source.code[max(0, found.start() - 300):found.start()])
        operations = [c for c in calls if re.match(r"load|store|exchange|compare|fetch", c)]
        operation = operations[-1] if operations else ""
        weaker = WEAKER_FOR.get(operation, {}).get(order)
        for to in (weaker,) if weaker else WEAKER.get(order, ()):
            what = f"{operation} {order} -> {to}"
            yield Mutant("order", source.path, source.name_at(found.start()), what, *found.span(2), to)


def changed_operators(source):
    """Each operator of a function or constant of a word replaced, each of its numbers one more."""
    for line in re.finditer(r"[^\n]+", source.code):
        text = line.group()
        if not re.search(r"\breturn\b|=|\?|\bif\b", text) or re.match(r" *(#|using|static_assert)", text):
            continue
        where = source.name_at(line.start())
        constant = re.search(r"static constexpr \w[\w:]* (\w+) =", text)
        where = constant.group(1) if constant and where == "-" else where
        changes = [(f, f"{f.group()} becomes {OPERATORS[f.group()] or 'nothing'}", OPERATORS[f.group()])
                   for f in OPERATOR.finditer(text)]
        changes += [(f, f"{f.group()} becomes {int(f.group()) + 1}", str(int(f.group()) + 1))
                    for f in NUMBER.finditer(text)]
        for found, what, to in changes:
            start, end = (line.start() + position for position in found.span())
            yield Mutant("word", source.path, where, what, start, end, to)


def located(source, function, find, where):
    """The one place of the text within the function; blanks and comments between its parts do not matter."""
    tokens = re.findall(r"\w+|[^\w\s]", find)
    pattern = re.compile(r"\s*".join(r"\b" + re.escape(t) + r"\b" if re.match(r"\w", t) else re.escape(t)
                                     for t in tokens))
    scopes = source.scope(function)
    if not scopes:
        raise TableError(f"{where}: {source.path} has no function {function}")
    spots = sorted({m.span() for start, end in scopes for m in pattern.finditer(source.code, start, end)})
    if len(spots) != 1:
        raise TableError(f"{where}: found {len(spots)} times in {function} of {source.path}: {find}")
    return spots[0]


def from_table(path, all_sources):
    """
    The mutants of one file of the table. A line `file function` says where; then, for each mutant,
      - the text to find (over several lines if need be)
      + what to put there (nothing: it is removed)
      ? what is wrong then
    """
    source, function, find, put = None, "-", [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        mark, rest = line[:2].strip(), line[2:].strip()
        if not line.strip() or mark == "#":
            continue
        if mark == "-":
            find.append(rest)
        elif mark == "+":
            put.append(rest)
        elif mark == "?":
            if source is None or not find:
                raise TableError(f"{where}: no text to find")
            start, end = located(source, function, " ".join(find), where)
            yield Mutant(path.stem.partition("-")[0], source.path, function, rest, start, end, " ".join(put))
            find, put = [], []
        else:
            file, function = line.split()
            if file not in all_sources:
                raise TableError(f"{where}: there is no {file}")
            source = all_sources[file]
    if find or put:
        raise TableError(f"{path.name}: the last text has no `?` line")


def by_number(found):
    """{number: mutant}; a mutant keeps its number when others come or go, so that little is built anew."""
    known = {zlib.crc32(m.name.encode()) & 0x7FFF_FFFF: m for m in found}
    if len(known) != len(found) or 0 in known:
        raise TableError("two mutants have the same number: rename one")
    return known


def all_mutants(root, table):
    known = sources(root)
    found = []
    for path, source in known.items():
        found += weakened_orders(source)
        if path in WORDS:
            found += changed_operators(source)
    for kind in CLASSES:
        for file in sorted(table.glob(f"{kind}*.txt")):
            found += from_table(file, known)
    return sorted(numbered(found), key=lambda mutant: CLASSES.index(mutant.kind))
