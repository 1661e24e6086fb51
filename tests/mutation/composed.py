"""All mutants in one program: each function's body is there once as it ships and once for each mutant in it.

Because      Compiling takes longer than running. A function `f() { B }` with two mutants becomes
             `f() { if (is_mutant(7)) { B7 } else if (is_mutant(8)) { B8 } else { B } }`, and the environment
             variable SIGNALBOX_MUTANT says which one runs. In constant expressions none does.
"""
import re

HEADER = "include/signalbox/detail/mutant.hpp"
BODY = "src/core/mutant.cpp"
FILES = {
    HEADER: """#pragma once
extern "C" __attribute__((visibility("default"))) const int signalbox_mutant;
constexpr bool is_mutant(int number)
{
    return !__builtin_is_constant_evaluated() && signalbox_mutant == number;
}
""",
    BODY: """#include <cstdlib>
extern "C" {
__attribute__((visibility("default"))) int signalbox_mutant = 0;
}
namespace {
// Before any other constructor of the library runs.
[[gnu::constructor(100)]] void choose()
{
    const char* const number = std::getenv("SIGNALBOX_MUTANT");
    signalbox_mutant = number == nullptr ? 0 : std::atoi(number);
}
}
""",
}


def functions_of(source, numbered):
    """{function: its mutants}; those outside of any function's body are left out."""
    found = {}
    for number, mutant in numbered:
        function = source.function_at(mutant.start)
        if function and function.body < mutant.start and mutant.end < function.end:
            found.setdefault(function, []).append((number, mutant))
    return found


def compose(source, numbered):
    """The text of the file with all these mutants, each given as (number, mutant)."""
    text = source.text
    parts, at = ["#include <signalbox/detail/mutant.hpp>\n"], 0
    for function, mine in sorted(functions_of(source, numbered).items(), key=lambda pair: pair[0].body):
        if function.body < at:
            raise ValueError(f"{source.path}: {function.name} stands in another function that has mutants")
        parts.append(text[at:function.body] + "{\n")
        for number, mutant in mine:
            body = text[function.body:mutant.start] + mutant.text + text[mutant.end:function.end]
            parts.append(f"if (is_mutant({number})) {body} else\n")
        parts.append(text[function.body:function.end] + "\n}")
        at = function.end
    return "".join(parts) + text[at:]


def number_at(text, line):
    """The mutant to which this line of a composed text belongs, 0 for none."""
    for number in range(line - 1, -1, -1):
        found = re.match(r"if \(is_mutant\((\d+)\)\) \{", text.split("\n")[number])
        if found:
            return int(found.group(1))
    return 0
