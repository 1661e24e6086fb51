"""The results as Markdown: the goals first, then every cell with every peer, losing cells included."""
from statistics import median

from . import processes
from .cells import OURS, time_text
from .verdict import PINGPONG_GOALS, fastest, figure

MARKS = {True: "met", False: "**missed**", None: "not measured"}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(value) for value in row) + " |" for row in rows]
    return lines + [""]


def named(peer):
    return f"**{peer}**" if peer.startswith(OURS) else peer


def head(results):
    where = results["machine"]
    foreign = [repeat["foreign"] for cell in results["contended"] for row in cell["peers"]
               for repeat in row["repeats"] if "foreign" in repeat]
    disturbed = sum(1 for share in foreign if share > 0.1)
    virtual = " (virtual)" if where["virtual"] else ""
    lines = ["# Signalbox beside its peers", "",
             f"{results['when']}; {where['processor']}, {where['cores']} cores{virtual}, "
             f"kernel {where['kernel']}. Plan `{results['plan']}`: {results['repeat']} repeats "
             f"of {results['ms']} ms a pass, {results['seconds']} s in all. "
             "How it is measured, and what it can't show: `bench/README.md`.", ""]
    if foreign:
        warning = ": read the figures with care." if disturbed * 10 > len(foreign) else "."
        lines += [f"Something else took more than 10 % of the machine in {disturbed} of {len(foreign)} "
                  f"repeats{warning}", ""]
    absent = [f"{peer} ({kind})" for kind, peers in results["absent"].items() for peer in peers]
    if absent:
        lines += ["Left out, because this build lacks them: " + ", ".join(absent) + ".", ""]
    return lines


def brief(text):
    """A verdict's figure, without the goal and the percentage."""
    return text.split(", goal")[0].replace("better in both: ", "")


def summary(verdicts):
    """One row per goal."""
    goals = {}
    for each in verdicts:
        goals.setdefault(each["goal"], []).append(each)
    rows = []
    for goal, parts in goals.items():
        judged = [part for part in parts if part["met"] is not None]
        met = sum(1 for part in judged if part["met"])
        if len(parts) == 1:
            text = parts[0]["text"]
        else:
            text = "<br>".join(f"{part['where']}: {brief(part['text'])}"
                               for part in judged if not part["met"])
        rows.append((goal, f"{met} of {len(judged)}" if judged else "not measured", text))
    return ["## Goals", "", "The last column lists what was missed, as kind, permits (N), threads (T), "
            "ns inside/outside; the sections below have every figure.", ""] + table(
                ["goal", "met", "missed, and by how much"], rows)


def verdict_lines(verdicts, where):
    lines = [f"- {each['goal']}: {MARKS[each['met']]} ({each['text']})"
             for each in verdicts if each["where"] == where]
    return lines + [""] if lines else []


def uncontended_section(results, verdicts):
    rows = results["uncontended"]
    if not rows:
        return []
    lines = ["## Uncontended", "",
             "Nanoseconds for a pair of operations (of one failed try; of a round trip for the last floors): "
             "median and quartiles over all rounds. The ratio is to the floor's round of the same moment: a "
             "compare-and-swap and an exchange for mutexes, two read-modify-writes for semaphores.", ""]
    lines += [f"- {each['goal']}, {each['where']}: {MARKS[each['met']]} ({each['text']})".replace(", :", ":")
              for each in verdicts if each["goal"] in ("mutex, uncontended", "semaphore, uncontended",
                                                       "failed try_acquire")] + [""]
    for group, title in (("floor_mutex", "floors of a mutex"), ("floor_semaphore", "floors of a semaphore"),
                         ("floor2", "floors of two threads"), ("mutex", "mutex: lock and unlock"),
                         ("semaphore", "semaphore: acquire and release"),
                         ("many", "semaphore: 3 permits at once"),
                         ("try", "failed try_acquire")):
        body = [(named(row["peer"]), row["permits"] or "", row["bytes"] or "", f"{row['ns'][1]:.2f}",
                 f"{row['ns'][0]:.2f}..{row['ns'][2]:.2f}",
                 "{1:.3f} ({0:.3f}..{2:.3f})".format(*row["ratio"]) if "ratio" in row else "")
                for row in rows if row["group"] == group]
        if body:
            lines += [f"### {title}", ""]
            lines += table(["", "permits", "bytes", "ns", "quartiles", "x floor"], body)
    return lines


def contended_row(row, best):
    if not row["summary"]:
        return (named(row["peer"]),) + ("-",) * 10 + (row["status"],)
    spread = row["summary"]["rate"]
    worst = row["summary"]["wait_worst_ns"]
    return (named(row["peer"]), f"{spread['median'] / 1e6:.3g}",
            f"{spread['min'] / 1e6:.3g}..{spread['max'] / 1e6:.3g}",
            f"{spread['median'] / best:.2f}" if best else "-", f"{figure(row, 'jain'):.3f}",
            f"{figure(row, 'smallest_share'):.2f}", time_text(figure(row, "wait_p50_ns")),
            time_text(figure(row, "wait_p999_ns")), time_text(worst["median"]),
            f"{time_text(worst['min'])}..{time_text(worst['max'])}", time_text(figure(row, "cpu_ns")),
            row["status"])


def contended_section(cell, verdicts):
    rows = sorted(cell["peers"], key=lambda row: -(figure(row, "rate") or 0))
    best = fastest(rows)
    foreign = [repeat["foreign"] for row in rows for repeat in row["repeats"] if "foreign" in repeat]
    lines = [f"### {cell['title']}", ""] + verdict_lines(verdicts, cell["short"])
    if foreign and median(foreign) > 0.1:
        share = 100 * median(foreign)
        lines += [f"Disturbed: something else took {share:.0f} % of the machine meanwhile.", ""]
    return lines + table(["", "M/s", "min..max", "of fastest peer", "Jain", "smallest share", "p50", "p99.9",
                          "worst", "min..max", "CPU/op", "status"],
                         [contended_row(row, figure(best, "rate")) for row in rows])


def pingpong_section(game, verdicts):
    titles = {"two": "two cores", "one": "one core", "busy": "two cores and two busy threads",
              "busy_pinned": "two cores with a busy thread pinned to each"}
    rows = sorted(game["peers"], key=lambda row: figure(row, "mean_ns") or float("inf"))
    lines = [f"### ping-pong, {titles[game['placement']]}", ""]
    lines += [f"- {each['where']}: {MARKS[each['met']]} ({each['text']})" for each in verdicts
              if each["goal"] == PINGPONG_GOALS.get(game["placement"])] + [""]
    body = []
    for row in rows:
        if not row["summary"]:
            body.append((named(row["peer"]),) + ("-",) * 9 + (row["status"],))
            continue
        mean = row["summary"]["mean_ns"]
        others = [time_text(figure(row, name))
                  for name in ("p50_ns", "p99_ns", "p999_ns", "worst_ns", "cpu_ns")]
        body.append((named(row["peer"]), time_text(mean["median"]),
                     f"{time_text(mean['min'])}..{time_text(mean['max'])}", time_text(2 * mean["median"]),
                     *others, f"{100 * figure(row, 'busy_share'):.0f} %", row["status"]))
    return lines + table(["", "mean per hand-over", "min..max", "round trip", "p50", "p99", "p99.9", "worst",
                          "CPU", "busy threads got", "status"], body)


def notify_section(cell, verdicts):
    rows = sorted(cell["peers"], key=lambda row: figure(row, "last_ns") or float("inf"))
    lines = [f"### {cell['title']}", ""] + verdict_lines(verdicts, cell["title"])
    body = []
    for row in rows:
        if not row["summary"]:
            body.append((named(row["peer"]),) + ("-",) * 6 + (row["status"],))
            continue
        last = row["summary"]["last_ns"]
        body.append((named(row["peer"]), time_text(figure(row, "notifier_ns")),
                     time_text(figure(row, "first_ns")), time_text(last["median"]),
                     f"{time_text(last['min'])}..{time_text(last['max'])}",
                     time_text(figure(row, "last_p99_ns")), time_text(figure(row, "cpu_ns")), row["status"]))
    return lines + table(["", "notifier", "first waiter", "last waiter", "min..max", "last, p99", "CPU/waiter",
                          "status"], body)


def gather_section(cell, verdicts):
    rows = sorted(cell["peers"], key=lambda row: figure(row, "round_ns") or float("inf"))
    lines = [f"### {cell['title']}", ""] + verdict_lines(verdicts, cell["title"])
    is_event = cell["kind"] == "event"
    body = []
    for row in rows:
        if not row["summary"]:
            body.append((named(row["peer"]),) + ("-",) * (6 if is_event else 3) + (row["status"],))
            continue
        whole = row["summary"]["round_ns"]
        others = [time_text(figure(row, name)) for name in ("p99_ns", "first_ns", "setter_ns")]
        body.append((named(row["peer"]), time_text(whole["median"]),
                     f"{time_text(whole['min'])}..{time_text(whole['max'])}", *(others if is_event else []),
                     time_text(figure(row, "cpu_ns")), row["status"]))
    names = ["last waiter", "min..max", "p99", "first waiter", "setter"] if is_event else ["a round", "min..max"]
    return lines + table(["", *names, "CPU/thread", "status"], body)


def overhead_section(rows):
    body = [(row["subject"], row["variant"], f"{row['ns']:.2f}",
             "{1:.3f} ({0:.3f}..{2:.3f})".format(*row["ratio"])) for row in rows]
    return ["## What detection, names, probes and call sites cost", "",
            "Nanoseconds for an uncontended pair. `bare`: no detection, no names, a library without probes; `ships`: "
            "with all three; `sites`: compiled with call sites, tracking off; `noted`: with tracking on. The ratio "
            "is to the block of `bare` just before.", ""] + table(["", "", "ns", "x bare (quartiles)"], body)


def pool_section(rows):
    body = [(row["subject"], f"{row['ns']:.1f}", f"{row['mean_us']:.0f}", f"{row['worst_us']:.0f}",
             f"{row['worst_us'] / row['mean_us']:.2f}") for row in rows]
    return ["## Pools", "", "Borrowing and giving back alone; and how 16 threads wait for 4 things that each uses "
            "for 1 ms.", ""] + table(["", "alone, ns", "mean wait, us", "worst, us", "x mean"], body)


def process_section(group, results, verdicts):
    rows = results.get(group)
    if not rows:
        return []
    goals = [goal[-1] for goal in processes.GOALS[group]]
    lines = [f"## {processes.TITLES[group]}", "", "Medians, least and greatest; ratios are taken within a round.", ""]
    lines += [f"- {each['goal']}: {MARKS[each['met']]} ({each['text']})" for each in verdicts
              if each["goal"] in goals] + [""]
    return lines + table(["", "", "median", "min..max", "beside"], processes.body(rows))


def single_cells(verdicts):
    names = ("100 ns inside, 2 threads", "1 us inside, 32 threads", "1 permit, 64 threads, 1 us")
    rows = [(each["goal"], each["where"], MARKS[each["met"]], each["text"]) for each in verdicts
            if each["goal"] in names]
    return ["## Goals of single cells", ""] + table(["cell", "what", "", "figure"], rows)


def markdown(results, verdicts, pictures):
    lines = head(results) + summary(verdicts)
    lines += [f"![{name}]({name}.svg)" for name in pictures] + [""]
    lines += uncontended_section(results, verdicts)
    if results["contended"]:
        lines += single_cells(verdicts)
    for kind in ("mutex", "semaphore", "shared"):
        cells = [cell for cell in results["contended"] if cell["kind"] == kind]
        lines += [f"## {kind}, contended", ""] if cells else []
        for cell in cells:
            lines += contended_section(cell, verdicts)
    if results["pingpong"]:
        lines += ["## Ping-pong", "", "Every figure is per hand-over (one way) but the round trip.", ""]
    for game in results["pingpong"]:
        lines += pingpong_section(game, verdicts)
    if results.get("notify"):
        lines += ["## Condition variables", "", "Times count from just before the notify.", ""]
    for cell in results.get("notify", []):
        lines += notify_section(cell, verdicts)
    if results.get("gather"):
        lines += ["## Latches, barriers, events", "", "Of an event, times count from just before the set.", ""]
    for cell in results.get("gather", []):
        lines += gather_section(cell, verdicts)
    if results.get("overhead"):
        lines += overhead_section(results["overhead"])
    if results.get("pool"):
        lines += pool_section(results["pool"])
    for group in processes.TITLES:
        lines += process_section(group, results, verdicts)
    return "\n".join(lines) + "\n"


def console(verdicts):
    """The goals in a few lines, for the end of the run."""
    goals = {}
    for each in verdicts:
        goals.setdefault(each["goal"], []).append(each)
    for goal, parts in goals.items():
        judged = [part for part in parts if part["met"] is not None]
        met = sum(1 for part in judged if part["met"])
        text = parts[0]["text"] if len(parts) == 1 else ""
        yield f"  {goal:42} met in {met} of {len(judged)}  {text}" if judged else f"  {goal:42} not measured"
