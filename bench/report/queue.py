"""The part `queue`: how many items a second go through a bounded queue, and the goals for it."""
from . import table
from .cells import OURS, time_text
from .measure import status_of, summarize
from .verdict import at_least, figure, find, rivals

FIGURES = ["rate", "cpu_ns", "items"]
CELLS = [(capacity, threads, size) for capacity in (1, 64, 1024) for threads in (1, 2, 4) for size in (8, 64)]
LEAST_AT_ONE = 3e6  # items a second, at capacity 1 with a thread on each side


def queued(programs, cell, plan):
    capacity, threads, size = cell
    rows = programs.lines("bench_queue", "--capacity", capacity, "--threads", threads, "--size", size,
                          "--ms", plan.ms, "--repeat", plan.repeat)
    for row in rows:
        row["summary"] = summarize(row["repeats"], FIGURES)
        row["status"] = status_of(row["repeats"])
    return {"capacity": capacity, "threads": threads, "size": size, "peers": rows,
            "title": f"capacity {capacity}, {threads}P{threads}C, {size} bytes"}


def measure(programs, plan):
    return [queued(programs, cell, plan) for cell in CELLS if plan.name == "full" or cell[2] == 8]


def rate_text(rate):
    return f"{rate / 1e6:.3g} M/s"


def judge(results):
    """Ahead of the best peer in every cell; at capacity 1 with a thread on each side at least 3 M/s."""
    for cell in results.get("queue", []):
        ours = figure(find(cell["peers"], OURS), "rate")
        best = max(rivals(cell["peers"]), key=lambda row: figure(row, "rate"), default=None)
        each = at_least("queue, items a second", cell["title"], ours, figure(best, "rate"), rate_text)
        yield {**each, "text": each["text"] + (f" ({best['peer']})" if best else "")}
        if (cell["capacity"], cell["threads"]) == (1, 1):
            yield at_least("queue of 1, 1P1C, 3 M/s", cell["title"], ours, LEAST_AT_ONE, rate_text)


def section(cell, verdicts):
    rows = sorted(cell["peers"], key=lambda row: -(figure(row, "rate") or 0))
    body = []
    for row in rows:
        if not row["summary"]:
            body.append((table.named(row["peer"]), "-", "-", "-", row["status"]))
            continue
        rate = row["summary"]["rate"]
        body.append((table.named(row["peer"]), rate_text(rate["median"]),
                     f"{rate['min'] / 1e6:.3g}..{rate['max'] / 1e6:.3g}", time_text(figure(row, "cpu_ns")),
                     row["status"]))
    return [f"### {cell['title']}", ""] + table.verdict_lines(verdicts, cell["title"]) \
        + table.table(["", "items", "min..max", "CPU/item", "status"], body)


def markdown(results, verdicts):
    cells = results.get("queue", [])
    lines = ["", "## Bounded queues", "", "Items a second, through all producers and consumers.", ""] if cells else []
    for cell in cells:
        lines += section(cell, verdicts)
    return "\n".join(lines) + "\n" if lines else ""
