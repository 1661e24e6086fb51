#!/usr/bin/env python3
"""Checks the rules of style that a machine can check, and prints each breach as path:line: rule: message.

  style.py ROOT      checks the C++ and Promela files under include, src, tests, bench, examples and models

Files may exceed a size only as far as RATCHET says, and RATCHET must not allow more than is needed.
"""
import re
import sys
from pathlib import Path

FOLDERS = ("include", "src", "tests", "bench", "examples", "models")
SUFFIXES = {".hpp", ".cpp", ".pml"}
LABELS = {"Invariant", "Because", "Edges", "Fairness", "Lifetime", "Crash", "Checked by", "Source"}
MOST = {"file": 300, "header": 200, "function": 40, "columns": 110}
RATCHET: dict[tuple[str, str], int] = {  # (path, rule) -> what it may reach for now
    # A model is one automaton: divided, its steps could not be read beside those of the code.
    ("models/condition.pml", "file"): 398,
    ("models/shared.pml", "file"): 393,
}

SYSTEMS = r"__linux__|__linux|__unix__|__gnu_linux__|_WIN32|_WIN64|__APPLE__|__MACH__|__FreeBSD__" \
          r"|__ANDROID__|__x86_64__|__i386__|__aarch64__|__arm__|__riscv|__powerpc|_MSC_VER|__GLIBC__"
OUTSIDE_PLATFORM = {
    r"\bstd::atomic\w*|<atomic>": "platform::atomic",
    r"\bstd::(recursive_|timed_|shared_)*mutex\b|\bstd::condition_variable\w*": "a primitive of this library",
    r"\bstd::this_thread\b|\bstd::j?thread\b|<thread>": "platform::this_thread() and the like",
    r"\bstd::stop_(token|source|callback)\b|<stop_token>": "platform::stop_token",
    r"\b(steady|system|high_resolution)_clock::now\b|\bclock_gettime\b": "platform::now()",
    r"\bthread_local\b|\b__thread\b": "platform::this_thread()",
    r"\bsyscall\b|\bSYS_\w+|\bFUTEX_\w+|\bfutex\s*\(|<linux/|<sys/|<unistd\.h>":
        "platform::wait() and wake_one()",
    r"\bpthread_\w+|<pthread\.h>|<sched\.h>|\bsched_\w+": "what platform offers",
    r"\b_mm_pause\b|__builtin_ia32_\w+|\basm\b|\b__asm__\b": "platform::spin_pause()",
    r"\bvolatile\b": "platform::atomic",
}
TEXT_OR_COMMENT = r'"(\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(\\.|[^\'\\\n])+\'|/\*.*?\*/|//[^\n]*'
HEAVY = r"#\s*include\s*<(iostream|regex|functional|format|fstream|sstream|map|unordered_map|thread)>"


class File:
    """One file: its lines, and its lines without comments and texts."""

    def __init__(self, root, path):
        self.root, self.path = root, path
        self.text = (root / path).read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.code = re.sub(TEXT_OR_COMMENT, blanked, self.text, flags=re.S).split("\n")
        self.reached: dict[str, int] = {}  # rule -> the greatest number found
        self.is_cpp = not path.endswith(".pml")
        self.is_product = path.startswith(("include/", "src/")) and self.is_cpp
        self.is_platform = path.startswith(("src/platform/", "src/tool/linux/"))
        public = path.startswith("include/") or "/platform/linux/include/" in path
        self.is_public = public and "/detail/" not in path

    def head(self):
        """The lines of the comment with which the file begins, without its marks."""
        if self.text.startswith("/*"):
            return [re.sub(r"^ ?\*/? ?", "", line) for line in self.text[2:self.text.find("*/")].split("\n")]
        end = next((i for i, line in enumerate(self.lines) if not line.startswith("//")), len(self.lines))
        return [line[2:].lstrip("/") for line in self.lines[:end]]


def blanked(match):
    """Something as long, with the same line ends, that holds no code."""
    return re.sub(r"[^\n]", " ", match.group()) if match.group()[0] == "/" else \
        match.group()[0] + " " * (len(match.group()) - 2) + match.group()[-1]


def head_sentence(file):
    """Each file begins with a sentence that says what it is; its sections have names that readers know."""
    head = file.head()
    end = next((i for i, line in enumerate(head) if not line.strip()), len(head))
    paragraph = " ".join(head[:end]).strip()
    if not re.match(r"[\w`].*?[.:](\s|$)", paragraph):
        yield 1, "head", "the file does not begin with a sentence that says what it is"
    for number, line in enumerate(head, 1):
        label = re.match(r" ([A-Z][a-z]+(?: [a-z]+)?)(?: \d+)?  +\S", line)
        if label and label.group(1) not in LABELS:
            yield number, "head", f"no section of a head is called '{label.group(1)}'"


def sizes(file):
    most = MOST["header"] if file.is_public and file.path.endswith(".hpp") else MOST["file"]
    count = len(file.lines) - (file.lines[-1] == "")
    yield from within(file, "file", 1, count, most, "lines in this file")
    for number, line in enumerate(file.lines, 1):
        yield from within(file, "columns", number, len(line), MOST["columns"], "columns in this line")
        if line != line.rstrip() or "\t" in line:
            yield number, "blanks", "a tab, or blanks at the end of the line"


def functions(file):
    """By the layout: the brace of a function stands alone in its line, under where its declaration begins."""
    for number, line in enumerate(file.code):
        if line.strip() != "{" or not file.is_cpp:
            continue
        close = line.rstrip().replace("{", "}")
        count = next((i for i, other in enumerate(file.code[number + 1:]) if other.startswith(close)), 0)
        yield from within(file, "function", number, count, MOST["function"], "lines in this function")


def within(file, rule, number, count, most, what):
    allowed = max(most, RATCHET.get((file.path, rule), 0))
    file.reached[rule] = max(count, file.reached.get(rule, 0))
    if count > allowed:
        yield number, rule, f"{count} {what}, at most {allowed}"


def ratchet(file):
    """What is exceptional gets no worse, and what has got better stays better."""
    for (path, rule), allowed in RATCHET.items():
        reached = file.reached.get(rule, 0)
        if path == file.path and reached < allowed:
            yield 1, "ratchet", f"{rule} reaches {reached}, and the ratchet allows {allowed}"


def memory_orders(file):
    """Each weak order gives its reason; each acquire and release names an edge that the file's head declares.
    In the simulated platform orders are data: it says what they mean."""
    if not file.is_product or file.path.startswith("src/platform/simulated/"):
        return
    declared = {edge for line in file.head() for edge in re.findall(r"^ +(?:Edges +)?(E\d+)  ", line)}
    used = set()
    for number, line in enumerate(file.code):
        for order in re.findall(r"memory_order(?:_|::)(acquire|release|acq_rel|relaxed|consume)\b", line):
            reason = reason_for(file, number)
            edges = re.findall(rf"\b(E\d+)(?:, E\d+)* {order}\b", reason)
            used.update(re.findall(r"\bE\d+\b", reason))
            if order == "relaxed" and not re.search(r"\brelaxed: \S", reason):
                yield number + 1, "order", "relaxed without a reason: say `// relaxed: ...`"
            elif order != "relaxed" and not edges:
                yield number + 1, "order", f"{order} names no edge: say `// E1 {order}: pairs with ...`"
            for edge in set(edges) - declared:
                yield number + 1, "order", f"{edge} is not declared under Edges in the head of this file"
        if re.search(r"\batomic_(thread|signal)_fence\b", line):
            yield number + 1, "order", "a stand-alone fence"
    for edge in sorted(declared - used):
        yield 1, "order", f"{edge} is declared in the head, and no order of this file uses it"


def reason_for(file, number):
    """The comments of the statement that the line belongs to: at its lines' ends, and directly above it."""
    found = [comment_of(file, number)]
    for i in range(number - 1, -1, -1):
        code = file.code[i].strip()
        if not code:
            while i >= 0 and file.lines[i].strip().startswith("//"):
                found.append(comment_of(file, i))
                i -= 1
            break
        if code[-1] in ";{}":
            break
        found.append(comment_of(file, i))
    return " ".join(found)


def comment_of(file, number):
    line = file.lines[number]
    code = file.code[number].rstrip()
    return line[len(code):].strip()


def layers(file):
    """Above the platform nothing knows the system: what it offers has a name in platform/."""
    if not file.is_product or file.is_platform:
        return
    for number, line in enumerate(file.code, 1):
        for pattern, instead in OUTSIDE_PLATFORM.items():
            match = re.search(pattern, line)
            if match:
                yield number, "layer", f"{match.group()} outside src/platform: use {instead}"
        if re.match(rf"\s*#\s*(if|ifdef|ifndef|elif)\b.*({SYSTEMS})", line):
            yield number, "layer", "#if on a system or processor outside src/platform"


def headers(file):
    if file.path.endswith(".hpp") and "#pragma once" not in file.code:
        yield 1, "header", "no #pragma once"
    if file.is_public:
        for number, line in enumerate(file.code, 1):
            match = re.match(HEAVY, line)
            if match:
                yield number, "header", f"a public header includes <{match.group(1)}>"


def paths(file):
    """Every file that a head speaks of exists."""
    for number, line in enumerate(file.head(), 1):
        for path in re.findall(r"(?<![\w/.])(?:(?:docs|tools|" + "|".join(FOLDERS) + r")/[\w./-]*\w)", line):
            if not (file.root / path).exists():
                yield number, "path", f"{path} does not exist"


def words(file):
    for number, line in enumerate(file.lines, 1):
        match = re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", line)
        if match:
            yield number, "word", f"{match.group()}: do it, or open an issue"


def test_names(file):
    if not file.path.startswith("tests/"):
        return
    for number, line in enumerate(file.code, 1):
        for name in re.findall(r"^(?:TYPED_)?TEST(?:_F|_P)?\((\w+, *\w+)\)", line):
            if not re.fullmatch(r"[a-z0-9_]+, *[a-z0-9_]+", name):
                yield number, "test", f"the name is no claim in lower case: {name}"


RULES = (head_sentence, sizes, functions, ratchet, memory_orders, layers, headers, paths, words, test_names)


def check(root):
    """Every breach under the root, as (path, line, rule, message)."""
    root = Path(root)
    found = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                file = File(root, path.relative_to(root).as_posix())
                found += [(file.path, *breach) for rule in RULES for breach in rule(file)]
    return found


def main():
    breaches = check(sys.argv[1])
    for path, line, rule, message in breaches:
        print(f"{path}:{line}: {rule}: {message}")
    print(f"{len(breaches)} breaches of style")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
