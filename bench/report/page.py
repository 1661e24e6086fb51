"""The page docs/figures.md: what was measured, won and lost, in three tables between its prose."""
import re

from .cells import FLOOR, OURS, time_text
from .table import table
from .verdict import fastest, figure, find, rivals

BEGIN, END = "<!-- measured: bench/run --page -->", "<!-- measured until here -->"


def rate_and_wait(row, mark=""):
    return f"{mark}{figure(row, 'rate') / 1e6:.3g}{mark} · {time_text(figure(row, 'wait_worst_ns'))}"


def contended(cell):
    """One row: ours, the fastest peer and the one with the shortest worst wait, each with both figures."""
    peers = rivals(cell["peers"])
    ours = find(cell["peers"], OURS)
    if figure(ours, "rate") is None or not peers:
        return None
    floor = figure(find(cell["peers"], FLOOR), "wait_worst_ns")
    calmest = min(peers, key=lambda row: figure(row, "wait_worst_ns"))
    return (cell["short"], rate_and_wait(ours, "**"),
            *(f"{row['peer']} {rate_and_wait(row)}" for row in (fastest(cell["peers"]), calmest)),
            time_text(floor) if floor is not None else "")


def queued(cell):
    ours, best = find(cell["peers"], OURS), fastest(cell["peers"])
    if figure(ours, "rate") is None or best is None:
        return None
    single = figure(find(cell["peers"], OURS + "_one_to_one"), "rate")
    return (cell["title"], f"**{figure(ours, 'rate') / 1e6:.3g}**", f"{single / 1e6:.3g}" if single else "",
            f"{best['peer']} {figure(best, 'rate') / 1e6:.3g}")


def reached(text):
    """A verdict's figure, in brackets what it should have been, without the percentage."""
    text = text.split(", missed by")[0].replace("better in both: ", "")
    return re.sub(r", goal [<>]= (.*)$", r" (\1)", text)


def goals(verdicts):
    kept = {}
    for each in verdicts:
        if each["met"] is not None:
            kept.setdefault(each["goal"], []).append(each)
    for goal, parts in kept.items():
        met = sum(1 for part in parts if part["met"])
        missed = "; ".join(f"{part['where'].replace(' 100/100', '')}: {reached(part['text'])}"
                           for part in parts if not part["met"])
        yield (goal, f"{met} of {len(parts)}",
               reached(parts[0]["text"]) if len(parts) == 1 else missed)


def markdown(results):
    """The part of the page that a run decides."""
    where = results["machine"]
    lines = [f"Plan `{results['plan']}` ({results['repeat']} repeats of {results['ms']} ms a pass, medians) on "
             f"{where['cores']} cores, {where['processor']}, kernel {where['kernel']}.", "", "## Fast and fair",
             "Millions of operations a second, and the longest that any thread waited. The fastest and the calmest peer "
             "each have", "their other figure beside them. \"Without\" is the longest time in which a thread of the same "
             "loop without a lock did not run.", ""]
    rows = [contended(cell) for cell in results["contended"] if cell["threads"] > 1]
    lines += table(["cell (N permits, T threads, ns inside/outside)", "ours", "fastest peer", "calmest peer", "without"],
                   [row for row in rows if row])
    rows = [queued(cell) for cell in results.get("queue", [])]
    if any(rows):
        lines += ["## Queues", "Millions of items a second.", ""]
        lines += table(["cell", "`bounded_queue`", "`one_to_one`", "best peer"], [row for row in rows if row])
    return "\n".join(lines + ["## Goals", ""] + table(["goal", "met", "figure, or what was missed (the goal)"],
                                                      goals(results["verdicts"])))


def rewrite(path, results):
    """Puts the figures between the marks of the page."""
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{markdown(results)}{END}{after}")
