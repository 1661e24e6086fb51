"""Between processes, and the command: what is run, its goals, and its tables.

A row is {part, name, unit, median, min, max, reference, ratio}; the ratio is to the reference of the same round.
"""
import json
import os
import subprocess
import sys

from .cells import time_text
from .verdict import at_least, at_most, verdict

TITLES = {"process": "Between processes", "command": "The command"}
NS = {"ns": 1, "us": 1e3, "ms": 1e6}

# (part, name, figure, "most" or "least", limit in the unit of the row, goal)
GOALS = {
    "process": [
        ("pair", "permit, capacity 4", "ratio", "most", 0.8, "process: permit, uncontended"),
        ("pair", "permit for 3, capacity 10^6", "ratio", "most", 1.25, "process: several permits, uncontended"),
        ("pair", "process::mutex", "ratio", "most", 0.9, "process: mutex, uncontended"),
        ("set-up", "create + remove", "median", "most", 10_000, "process: create and remove"),
        ("set-up", "open", "ratio", "most", 1, "process: open"),
        ("ping-pong, two cores", "process::semaphore", "median", "most", 1_000, "process: ping-pong, two cores"),
        ("ping-pong, one core", "process::semaphore", "ratio", "most", 1.15, "process: ping-pong, one core"),
        ("8 processes, 1 permit", "process::semaphore", "ratio", "least", 2, "process: 8 processes, plain"),
        ("8 processes, 1 permit", "permit", "ratio", "least", 2, "process: 8 processes, permit"),
        ("8 processes, smallest/largest", "process::semaphore", "median", "least", 0.8,
         "process: smallest share of 8, plain"),
        ("8 processes, smallest/largest", "permit", "median", "least", 0.8,
         "process: smallest share of 8, permit"),
        ("notice", "0 MB resident", "median", "most", 150, "process: death notice"),
        ("notice", "1500 MB resident", "median", "most", 150, "process: death notice, 1.5 GB resident"),
    ],
    "command": [
        ("one run", "signalbox run", "ratio", "most", 1.5, "command: one run"),
        ("jobs of true, 4 permits", "signalbox run", "ratio", "most", 1.2, "command: 1,000 jobs beside xargs"),
        ("jobs of true, 4 permits", "signalbox run", "of sem", "most", 1 / 20, "command: jobs beside GNU sem"),
        ("ls of 1,000 objects", "signalbox ls", "median", "most", 50, "command: ls of 1,000 objects"),
    ],
}


def measure_processes(programs, plan):
    return programs.lines("bench_process", "--rounds", plan.process_rounds, "--notices", plan.process_notices,
                          "--repeat", plan.process_repeat, "--ms", plan.ms)


def measure_command(programs, plan):
    tool = next((path for path in (os.path.join(programs.folder, place, "signalbox")
                                   for place in ("../src/tool", "src/tool", ".")) if os.access(path, os.X_OK)), None)
    if tool is None:
        sys.exit(f"run: the command signalbox is not built beside {programs.folder}")
    script = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "command.py")
    words = [sys.executable, script, tool, str(plan.command_rounds), str(plan.command_jobs), "--json"]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def find(rows, part, name):
    return next((row for row in rows if (row["part"], row["name"]) == (part, name)), None)


def value_of(rows, part, name, figure):
    """A figure of a row; `of sem`: its median beside GNU sem's."""
    row = find(rows, part, name)
    if row is None or figure != "of sem":
        return row and row[figure]
    sem = find(rows, part, "GNU sem")
    return sem and row["median"] / sem["median"]


def text_of(row, figure):
    """How a value of that figure is shown."""
    if figure == "ratio":
        return lambda value: f"{value:.3f} x {row['reference']}"
    if figure == "of sem":
        return lambda value: f"{value:.3f} x GNU sem"
    return (lambda value: time_text(value * NS[row["unit"]])) if row["unit"] in NS else lambda value: f"{value:.2f}"


def judge(results):
    """Goals of the parts that were measured."""
    for group, goals in GOALS.items():
        rows = results.get(group, [])
        for part, name, figure, sense, limit, goal in goals if rows else []:
            value = value_of(rows, part, name, figure)
            if value is None:
                yield verdict(goal, f"{part}: {name}", None, "not measured")
            else:
                compare = at_most if sense == "most" else at_least
                yield compare(goal, f"{part}: {name}", value, limit, text_of(find(rows, part, name), figure))


def shown(row, value):
    return time_text(value * NS[row["unit"]]) if row["unit"] in NS else f"{value:.3g} {row['unit']}".strip()


def body(rows):
    """Rows of a Markdown table."""
    for row in rows:
        name = f"**{row['name']}**" if any(word in row["name"] for word in ("process::", "permit", "signalbox")) \
            or row["name"] in ("create + remove", "open", "plain acquire, release") else row["name"]
        beside = f"{row['ratio']:.3f} x {row['reference']}" if row["reference"] else ""
        yield (row["part"], name, shown(row, row["median"]),
               f"{shown(row, row['min'])}..{shown(row, row['max'])}", beside)
