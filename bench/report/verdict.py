"""Holds the figures against the goals.

Every verdict is {goal, where, met, text}; met is None where it could not be judged. Medians over the
repeats are compared, without tolerance: a goal that is missed by a hair is missed, and by how much is said.
A peer that hung in some repeats still counts with the others.
"""
from .cells import FLOOR, OURS, time_text


def verdict(goal, where, met, text):
    return {"goal": goal, "where": where, "met": met, "text": text}


def at_most(goal, where, value, limit, show):
    """Met if value <= limit."""
    if value is None or limit is None:
        return verdict(goal, where, None, "not measured")
    text = f"{show(value)}, goal <= {show(limit)}"
    return verdict(goal, where, value <= limit, text + missed(value / limit - 1 if limit else 0))


def at_least(goal, where, value, limit, show):
    """Met if value >= limit."""
    if value is None or limit is None:
        return verdict(goal, where, None, "not measured")
    text = f"{show(value)}, goal >= {show(limit)}"
    return verdict(goal, where, value >= limit, text + missed(1 - value / limit if limit else 0))


def missed(by):
    return f", missed by {100 * by:.{0 if by >= 0.1 else 1}f} %" if by > 0 else ""


def figure(row, name):
    return row["summary"][name]["median"] if row and row["summary"] else None


def find(rows, peer):
    return next((row for row in rows if row["peer"] == peer), None)


def rivals(rows):
    """Other people's rows with figures."""
    return [row for row in rows
            if not row["peer"].startswith(OURS) and row["peer"] != FLOOR and row["summary"]]


def fastest(rows):
    return max(rivals(rows), key=lambda row: figure(row, "rate"), default=None)


def ratio(value):
    return f"{value:.3f}"


def rate_text(value):
    return f"{value / 1e6:.3g} M/s"


def uncontended(results):
    rows = results["uncontended"]
    for group, limit, goal, what in (("mutex", 1.10, "mutex, uncontended", "lock and unlock"),
                                     ("semaphore", 1.20, "semaphore, uncontended", "one of {permits}"),
                                     ("many", 1.20, "semaphore, uncontended", "3 of {permits} at once")):
        for row in rows:
            if row["group"] == group and row["peer"] == OURS:
                yield at_most(goal, what.format(**row), row["ratio"][1], limit, lambda v: f"{v:.3f} x floor")
    for row in rows:
        if row["group"] == "try" and row["peer"] == OURS:
            yield at_most("failed try_acquire", "", row["ns"][1], 2.0, lambda v: f"{v:.2f} ns")


def dominance(where, ours, rows):
    """No peer is better in both throughput and worst wait."""
    better = [row["peer"] for row in rivals(rows)
              if figure(row, "rate") > figure(ours, "rate")
              and figure(row, "wait_worst_ns") < figure(ours, "wait_worst_ns")]
    text = "no peer is better in both" if not better else "better in both: " + ", ".join(better)
    return verdict("no peer better in both", where, not better, text)


def contended(cell):
    rows = cell["peers"]
    ours = find(rows, OURS)
    where = cell["short"]
    if ours is None or not ours["summary"] or not rivals(rows):
        yield verdict("no peer better in both", where, None, "not measured")
        return
    best = figure(fastest(rows), "rate")
    rate = figure(ours, "rate")
    yield dominance(where, ours, rows)
    yield at_least("throughput >= 0.95 x fastest", where, rate / best, 0.95, ratio)
    yield at_least("throughput >= 0.85 x fastest", where, rate / best, 0.85, ratio)
    limit = 5e6 if cell["threads"] <= 4 else 6e6
    yield at_most("worst wait", where, figure(ours, "wait_worst_ns"), limit, time_text)
    yield at_least("Jain's index", where, figure(ours, "jain"), 0.97, ratio)


BOUNDED = 10e6  # ns: a worst wait that somebody may rely on


def shared(cell):
    """Ahead of the best peer, of those whose worst wait is bounded too, with a bounded worst wait."""
    ours = find(cell["peers"], OURS)
    where = cell["short"]
    fair = [row for row in cell["peers"] if row["summary"] and figure(row, "wait_worst_ns") <= BOUNDED]
    for goal, rows in (("shared mutex, ahead of the fastest", cell["peers"]),
                       ("shared mutex, ahead of the fastest that is bounded", fair)):
        best = fastest(rows)
        if ours is None or not ours["summary"] or best is None:
            yield verdict(goal, where, None, "not measured")
        else:
            each = at_least(goal, where, figure(ours, "rate") / figure(best, "rate"), 1, ratio)
            yield {**each, "text": f"{each['text']} ({best['peer']})"}
    if cell["threads"] > 1:
        limit = 5e6 if cell["threads"] <= 4 else 6e6
        yield beside_floor(at_most("shared mutex, worst wait", where, figure(ours, "wait_worst_ns"), limit,
                                   time_text), cell)


def beside_floor(judged, cell):
    """The same verdict; it also says how long a thread stands still in that loop without any lock."""
    floor = figure(find(cell["peers"], FLOOR), "wait_worst_ns")
    return {**judged, "text": f"{judged['text']} ({time_text(floor)} without a lock)"} if floor else judged


def cell_of(results, kind, permits, threads, inside, outside):
    return next((cell for cell in results["contended"]
                 if (cell["kind"], cell["permits"], cell["threads"], cell["inside_ns"], cell["outside_ns"])
                 == (kind, permits, threads, inside, outside)), None)


def ours_in(cell, name):
    return figure(find(cell["peers"], OURS), name) if cell else None


def quotient(value, by):
    return value / by if value is not None and by else None


def special(results):
    """The goals that single cells have."""
    alone = {inside: ours_in(cell_of(results, "mutex", 1, 1, inside, 0), "rate") for inside in (100, 1000)}
    two = cell_of(results, "mutex", 1, 2, 100, 0)
    many = cell_of(results, "mutex", 1, 32, 1000, 0)
    goal = "100 ns inside, 2 threads"
    yield at_least(goal, "of one thread's rate", quotient(ours_in(two, "rate"), alone[100]), 0.95, ratio)
    goal = "1 us inside, 32 threads"
    yield at_least(goal, "of one thread's rate", quotient(ours_in(many, "rate"), alone[1000]), 0.9, ratio)
    yield at_most(goal, "CPU per operation", ours_in(many, "cpu_ns"), 1300, time_text)
    cell = cell_of(results, "semaphore", 1, 64, 1000, 0)
    goal = "1 permit, 64 threads, 1 us"
    yield at_least(goal, "of the limit (1 M/s)", quotient(ours_in(cell, "rate"), 1e6), 0.75, ratio)
    best = fastest(cell["peers"]) if cell else None
    quarter = figure(best, "wait_worst_ns") / 4 if best else None
    where = f"worst wait, a quarter of {best['peer']}'s" if best else "worst wait"
    yield at_most(goal, where, ours_in(cell, "wait_worst_ns"), quarter, time_text)


PINGPONG_GOALS = {"two": "ping-pong, two cores", "one": "ping-pong, one core",
                  "busy": "ping-pong, two cores and two busy threads"}


def pingpong(results):
    for game in results["pingpong"]:
        goal = PINGPONG_GOALS.get(game["placement"])
        ours = figure(find(game["peers"], OURS), "mean_ns")
        best = min(rivals(game["peers"]), key=lambda row: figure(row, "mean_ns"), default=None)
        best_mean = figure(best, "mean_ns")
        name = best["peer"] if best else "nobody"
        if game["placement"] == "two":
            yield at_most(goal, "mean per hand-over", ours, 450, time_text)
        elif game["placement"] == "one":
            limit = 1.15 * best_mean if best_mean else None
            yield at_most(goal, f"mean per hand-over, 1.15 x {name}", ours, limit, time_text)
        elif game["placement"] == "busy":
            yield at_most(goal, f"mean per hand-over, {name}'s", ours, best_mean, time_text)


def notified(results):
    """Ahead of the best peer to the last waiter; 64 waiters twice as fast as the standard's."""
    for cell in results.get("notify", []):
        ours = figure(find(cell["peers"], OURS), "last_ns")
        best = min(rivals(cell["peers"]), key=lambda row: figure(row, "last_ns"), default=None)
        yield at_most("notify, to the last waiter", cell["title"], ours, figure(best, "last_ns"), time_text)
        if (cell["notify"], cell["waiters"]) == ("all", 64):
            std = figure(find(cell["peers"], "std"), "last_ns")
            yield at_most("notify_all of 64, half of std's time", cell["title"], ours,
                          std / 2 if std else None, time_text)


def gathered(results):
    """Ahead of the best peer in every round, and to the last waiter of an event."""
    for cell in results.get("gather", []):
        ours = figure(find(cell["peers"], OURS), "round_ns")
        best = min(rivals(cell["peers"]), key=lambda row: figure(row, "round_ns"), default=None)
        goal = "event, to the last waiter" if cell["kind"] == "event" else f"{cell['kind']}, a round"
        each = at_most(goal, cell["title"], ours, figure(best, "round_ns"), time_text)
        yield {**each, "text": each["text"] + (f" ({best['peer']})" if best else "")}


def overhead(results):
    """Nothing measurable: 1 lies between the quartiles, or within 2 %."""
    for row in results.get("overhead", []):
        if row["variant"] == "ships":
            low, middle, high = row["ratio"]
            met = low <= 1 <= high or middle <= 1.02
            yield verdict("detection, names and probes cost nothing", row["subject"], met,
                          f"{middle:.3f} x bare ({low:.3f}..{high:.3f})")


def pooled(results):
    for row in results.get("pool", []):
        if row["subject"] == "signalbox":
            yield verdict("pool, alone: at most 60 ns", "acquire and release", row["ns"] <= 60, f"{row['ns']:.1f} ns")
            ratio = row["worst_us"] / row["mean_us"]
            yield verdict("pool, 16 threads on 4 things: no wait above 3 x the mean", "waits", ratio <= 3,
                          f"{ratio:.2f} x {row['mean_us']:.0f} us")


def judge(results):
    verdicts = list(uncontended(results))
    for cell in results["contended"]:
        if cell["kind"] == "shared":
            verdicts += shared(cell)
        elif cell["threads"] > 1:
            verdicts += contended(cell)
    verdicts += special(results)
    verdicts += pingpong(results)
    verdicts += notified(results)
    verdicts += gathered(results)
    verdicts += overhead(results)
    verdicts += pooled(results)
    return verdicts
