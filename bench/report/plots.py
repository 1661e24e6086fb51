"""Draws the results with gnuplot: an SVG and a PNG for each picture."""
import os
import shutil
import subprocess
import tempfile

from .cells import OURS, work_text
from .verdict import figure

COLOURS = ["#d62728", "#ff9896", "#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22",
           "#17becf", "#ff7f0e", "#393b79"]


OUR_PAIRS = ("permit, capacity 4", "permit for 3, capacity 10^6", "plain acquire, release", "process::mutex")


def quoted(text):
    return '"' + text.replace("_", "\\\\_") + '"'


class Picture:
    """A grid of panels, `columns` x `rows`, each of `panel` pixels."""

    def __init__(self, name, columns, rows, title, panel=(330, 330)):
        self.name = name
        self.size = (panel[0] * columns + 20, panel[1] * rows + 50)
        self.script = [f'set multiplot layout {rows},{columns} title "{title}" font ",14"',
                       "set grid ytics lc rgb '#dddddd'", "set tics nomirror", "set border 3",
                       "set style data linespoints"]

    def legend(self, names_and_styles):
        """A panel of its own, so that the others keep their size."""
        self.script += ["set border 0", "unset tics", "unset grid", "unset title", "unset ylabel",
                        "unset logscale", "set xrange [0:1]", "set yrange [0:1]",
                        "set key center center font ',10'",
                        "plot " + ", ".join(f"NaN with linespoints {style} title {quoted(name)}"
                                            for name, style in names_and_styles),
                        "set border 3", "set xtics nomirror", "set ytics nomirror", "set yrange [*:*]",
                        "set grid ytics lc rgb '#dddddd'"]

    def panel(self, title, ylabel, curves, labels, logscale=True):
        """curves: [(name, style, [value or None per label])]."""
        ticks = ", ".join(f'"{label}" {i}' for i, label in enumerate(labels))
        self.script += [f'set title "{title}" font ",10"', f'set ylabel "{ylabel}"',
                        f"set xtics ({ticks})", f"set xrange [-0.3:{len(labels) - 0.7}]",
                        "set logscale y" if logscale else "unset logscale y", "unset key"]
        blocks = []
        for name, _, values in curves:
            points = [f"{i} {value:.6g}" for i, value in enumerate(values) if value]
            blocks.append((name, points))
        shown = [(name, style) for (name, style, _), (_, points) in zip(curves, blocks) if points]
        if not shown:
            self.script.append("set multiplot next")
            return
        self.script.append("plot " + ", ".join(f"'-' using 1:2 {style} title {quoted(name)}"
                                               for name, style in shown))
        for _, points in blocks:
            if points:
                self.script += points + ["e"]

    def draw(self, folder):
        size = f"size {self.size[0]},{self.size[1]} font 'sans,10'"
        for terminal, suffix in ((f"svg {size} background 'white'", "svg"), (f"pngcairo {size}", "png")):
            path = os.path.join(folder, f"{self.name}.{suffix}")
            lines = [f"set terminal {terminal}", f"set output '{path}'"] + self.script + ["unset multiplot"]
            with tempfile.NamedTemporaryFile("w", suffix=".gp", delete=False, encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            done = subprocess.run(["gnuplot", file.name], stderr=subprocess.PIPE, text=True, check=False)
            os.unlink(file.name)
            if done.returncode != 0:
                return f"{self.name}: {done.stderr.strip().splitlines()[0]}"
        return None


def style_of(peer, place):
    width = 3 if peer == OURS else 1.3
    shape = 7 if peer.startswith(OURS) else 4 + place % 10
    return f"lc rgb '{COLOURS[place % len(COLOURS)]}' lw {width} pt {shape} ps 0.7"


def curves(cells, peers, name, scale):
    result = []
    for place, peer in enumerate(peers):
        values = []
        for cell in cells:
            row = next((row for row in cell["peers"] if row["peer"] == peer), None)
            value = figure(row, name)
            values.append(value * scale if value else None)
        result.append((peer, style_of(peer, place), values))
    return result


def contended(results, kind):
    """Throughput above, worst wait below; a column per kind of work, threads from left to right."""
    cells = [cell for cell in results["contended"] if cell["kind"] == kind and cell["threads"] > 1]
    if not cells:
        return None
    groups = {}
    for cell in cells:
        kept = cell.get("writes", 0) if kind == "shared" else cell["permits"]
        groups.setdefault((kept, cell["inside_ns"], cell["outside_ns"]), []).append(cell)
    picture = Picture(f"{kind}_contended", len(groups) + 1, 2,
                      f"{kind}, contended: throughput and worst wait by threads")
    for name, label in (("rate", "million operations a second"), ("wait_worst_ns", "worst wait, ms")):
        for (kept, inside, outside), group in groups.items():
            title = work_text(inside, outside) + {"mutex": "", "semaphore": f", {kept} permit(s)",
                                                  "shared": f", {kept / 10:g} % writes"}[kind]
            picture.panel(title, label, curves(group, results["peers"][kind], name, 1e-6),
                          [cell["threads"] for cell in group])
        picture.legend([(peer, style_of(peer, place)) for place, peer in enumerate(results["peers"][kind])])
    return picture


def fast_and_fair(results):
    """One point per peer and cell: to the right is faster, further down is fairer."""
    picture = Picture("fast_and_fair", 2, 1,
                      "worst wait by throughput, a point per cell: right is fast, down is fair", (640, 520))
    drawn = False
    for kind in ("mutex", "semaphore"):
        cells = [cell for cell in results["contended"]
                 if cell["kind"] == kind and cell["threads"] > 1 and cell["permits"] == 1]
        points = {peer: [] for peer in results["peers"][kind]}
        for cell in cells:
            rows = [row for row in cell["peers"] if row["summary"]]
            best = max((figure(row, "rate") for row in rows), default=0)
            for row in rows:
                points[row["peer"]].append((figure(row, "rate") / best, figure(row, "wait_worst_ns") * 1e-6))
        shown = [(i, peer) for i, peer in enumerate(points) if points[peer]]
        if not shown:
            continue
        drawn = True
        picture.script += [f'set title "{kind}"', "set logscale y", 'set ylabel "worst wait, ms"',
                           "set xrange [0:1.05]", "set xtics auto", "set key outside right font ',9'",
                           'set xlabel "throughput, as a share of the cell\'s fastest"',
                           "plot " + ", ".join(f"'-' using 1:2 with points {style_of(peer, i)} "
                                               f"title {quoted(peer)}" for i, peer in shown)]
        for _, peer in shown:
            picture.script += [f"{x:.6g} {y:.6g}" for x, y in points[peer]] + ["e"]
    return picture if drawn else None


def bars(name, title, ylabel, rows, logscale):
    """rows: [(name, value)], each a bar."""
    least = min(value for _, value in rows)  # a logarithmic axis would begin there, and hide that bar
    picture = Picture(name, 1, 1, title, (680, 430))
    picture.script += ["set boxwidth 0.7", "set style fill solid 0.8", f'set ylabel "{ylabel}"', "unset key",
                       "set xtics rotate by -40", f"set xrange [-0.6:{len(rows) - 0.4}]",
                       "unset logscale x",
                       f"set logscale y; set yrange [{least / 2:.6g}:*]" if logscale else "set yrange [0:*]",
                       "set xtics (" + ", ".join(f"{quoted(n)} {i}" for i, (n, _) in enumerate(rows)) + ")",
                       "plot '-' using 1:2:3 with boxes lc rgb variable"]
    picture.script += [f"{i} {value:.6g} {0xd62728 if n.startswith(OURS) else 0x1f77b4}"
                       for i, (n, value) in enumerate(rows)] + ["e"]
    return picture


def gathered(results):
    """A panel each for latches, barriers and events: the length of a round by threads."""
    cells = results.get("gather", [])
    if not cells:
        return None
    picture = Picture("gather", 4, 1, "rounds of latches and barriers; an event, to its last waiter")
    peers = list(dict.fromkeys(row["peer"] for cell in cells for row in cell["peers"]))
    for kind in ("latch", "barrier", "event"):
        group = [cell for cell in cells if cell["kind"] == kind]
        if group:
            picture.panel(kind, "us", curves(group, peers, "round_ns", 1e-3), [cell["threads"] for cell in group])
    picture.legend([(peer, style_of(peer, place)) for place, peer in enumerate(peers)])
    return picture


def pictures(results):
    made = [contended(results, "mutex"), contended(results, "semaphore"), contended(results, "shared"),
            fast_and_fair(results), gathered(results)]
    for group in ("mutex", "semaphore"):
        rows = [(row["peer"], row["ratio"][1]) for row in results["uncontended"]
                if row["group"] == group and row["permits"] == 1]
        if rows:
            made.append(bars(f"{group}_uncontended", f"{group}, uncontended: times the floor", "x floor",
                             sorted(rows, key=lambda row: row[1]), logscale=max(row[1] for row in rows) > 10))
    for game in results["pingpong"]:
        rows = [(row["peer"], figure(row, "mean_ns")) for row in game["peers"] if row["summary"]]
        if rows:
            title = f"ping-pong, {game['placement'].replace('_', ' ')}: mean per hand-over"
            rows.sort(key=lambda row: row[1])
            made.append(bars(f"pingpong_{game['placement']}", title, "ns", rows, logscale=True))
    rows = [(row["name"], row["median"]) for row in results.get("process", []) if row["part"] == "pair"]
    if rows:
        rows = [(f"{OURS} {name}" if name in OUR_PAIRS else name, value) for name, value in rows]
        rows.sort(key=lambda row: row[1])
        made.append(bars("process_pairs", "between processes, uncontended: a pair", "ns", rows, logscale=True))
    return [picture for picture in made if picture]


def draw_all(results, folder):
    """(names of what was drawn, what went wrong)."""
    if shutil.which("gnuplot") is None:
        return [], ["gnuplot is missing: no pictures"]
    names, wrong = [], []
    for picture in pictures(results):
        error = picture.draw(folder)
        (wrong if error else names).append(error or picture.name)
    return names, wrong
