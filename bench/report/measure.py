"""Runs the benchmark programs and reads what they print."""
import json
import os
import platform
import subprocess
import sys
import time
from statistics import median

from . import processes
from .cells import OURS


class Programs:
    """The programs of one build directory."""

    def __init__(self, build):
        self.folder = next((f for f in (build, os.path.join(build, "bench"))
                            if os.access(os.path.join(f, "bench_contended"), os.X_OK)), None)
        if self.folder is None:
            sys.exit(f"run: no bench_contended in {build} or {build}/bench; build it first: make bench")

    def lines(self, program, *arguments):
        """The JSON lines that a program prints. Exit code 1 means that a peer failed: no error here."""
        command = [os.path.join(self.folder, program), "--json", *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"run: {' '.join(command)} ended with {done.returncode}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def peers(self):
        """{kind: names} of what this build has."""
        listed = subprocess.run([os.path.join(self.folder, "bench_contended"), "--list"],
                                stdout=subprocess.PIPE, text=True, check=True).stdout
        names = {"mutex": [], "semaphore": [], "shared": []}
        for line in listed.splitlines():
            kind, name = line.split()
            names[kind].append(name)
        return names


class Progress:
    """One line that is overwritten on a terminal; nothing in a pipe."""

    def __init__(self, steps):
        self.steps = steps
        self.done = 0
        self.begin = time.monotonic()
        self.shown = sys.stderr.isatty()

    def step(self, what):
        if self.shown:
            spent = time.monotonic() - self.begin
            sys.stderr.write(f"\r\033[K[{self.done}/{self.steps}, {spent:.0f} s] {what}")
            sys.stderr.flush()
        self.done += 1

    def end(self):
        if self.shown:
            sys.stderr.write("\r\033[K")


def summarize(repeats, names):
    """Median, least and greatest of each figure over the repeats that ended well; None without any."""
    good = [repeat for repeat in repeats if repeat["status"] == "ok"]
    if not good:
        return None
    return {name: {"median": median(r[name] for r in good), "min": min(r[name] for r in good),
                   "max": max(r[name] for r in good)} for name in names if name in good[0]}


def status_of(repeats):
    wrong = [repeat["status"] for repeat in repeats if repeat["status"] != "ok"]
    return f"{wrong[0]} {len(wrong)}/{len(repeats)}" if wrong else "ok"


CONTENDED = ["rate", "jain", "smallest_share", "cpu_ns", "waits_rate", "wait_p50_ns", "wait_p999_ns",
             "wait_worst_ns", "foreign"]
PINGPONG = ["mean_ns", "cpu_ns", "p50_ns", "p99_ns", "p999_ns", "worst_ns", "busy_share"]


def contended(programs, cell, plan, peers):
    rows = programs.lines("bench_contended", "--kind", cell.kind, "--permits", cell.permits,
                          "--threads", cell.threads, "--inside", cell.inside, "--outside", cell.outside,
                          "--writes", cell.writes, "--ms", plan.ms,
                          "--repeat", plan.shared_repeat if cell.kind == "shared" else plan.repeat,
                          "--peers", ",".join(peers))
    for row in rows:
        row["summary"] = summarize(row["repeats"], CONTENDED)
        row["status"] = status_of(row["repeats"])
    return {"kind": cell.kind, "permits": cell.permits, "threads": cell.threads, "inside_ns": cell.inside,
            "outside_ns": cell.outside, "writes": cell.writes, "title": cell.title(), "short": cell.short(),
            "peers": rows}


def pingpong(programs, placement, plan, peers):
    rows = programs.lines("bench_pingpong", "--placement", placement, "--ms", plan.ms,
                          "--repeat", plan.pingpong_repeat, "--peers", ",".join(peers))
    for row in rows:
        row["summary"] = summarize(row["repeats"], PINGPONG)
        row["status"] = status_of(row["repeats"])
    return {"placement": placement, "peers": rows}


NOTIFY = ["notifier_ns", "first_ns", "last_ns", "last_p99_ns", "cpu_ns", "rounds"]


def notified(programs, cell, plan):
    notify, mutex, waiters = cell
    rows = programs.lines("bench_notify", "--notify", notify, "--mutex", mutex, "--waiters", waiters,
                          "--ms", plan.ms, "--repeat", plan.notify_repeat)
    for row in rows:
        row["summary"] = summarize(row["repeats"], NOTIFY)
        row["status"] = status_of(row["repeats"])
    return {"notify": notify, "mutex": mutex, "waiters": waiters,
            "title": f"notify_{notify}, {waiters} waiter{'s' if waiters > 1 else ''}, mutex {mutex}",
            "peers": rows}


GATHER = ["round_ns", "p99_ns", "first_ns", "setter_ns", "cpu_ns", "rounds"]


def gathered(programs, cell, plan):
    kind, threads = cell
    rows = programs.lines("bench_gather", "--kind", kind, "--threads", threads, "--ms", plan.ms,
                          "--repeat", plan.gather_repeat)
    for row in rows:
        row["summary"] = summarize(row["repeats"], GATHER)
        row["status"] = status_of(row["repeats"])
    who = "waiter" if kind == "event" else "thread"
    return {"kind": kind, "threads": threads, "title": f"{kind}, {threads} {who}{'s' if threads > 1 else ''}",
            "peers": rows}


def machine():
    """What the figures depend on, as far as the system tells."""
    model = platform.processor() or "unknown"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
            model = names[0] if names else model
    except OSError:
        pass
    return {"processor": model, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "virtual": os.path.exists("/sys/hypervisor/uuid") or has_flag("hypervisor")}


def has_flag(flag):
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            return any(line.startswith("flags") and flag in line.split() for line in info)
    except OSError:
        return False


def measure(programs, plan, only):
    """Everything that the plan asks for, as one dictionary."""
    have = programs.peers()
    chosen = {kind: [p for p in plan.peers[kind] if p in have[kind]] for kind in have}
    cells = [cell for cell in plan.cells if cell.kind in only]
    absent = {kind: [p for p in plan.peers[kind] if p not in have[kind]] for kind in have}
    results = {"when": time.strftime("%Y-%m-%d %H:%M:%S %z"), "machine": machine(),
               "plan": plan.name, "ms": plan.ms, "repeat": plan.repeat, "peers": chosen, "absent": absent,
               "uncontended": [], "contended": [], "pingpong": [], "notify": [],
               "gather": [], "overhead": [], "pool": [], "process": [], "command": []}
    progress = Progress(len(cells) + 9 + len(plan.notify) + len(plan.gather))
    progress.step("uncontended")
    if "uncontended" in only:
        results["uncontended"] = programs.lines("bench_uncontended", "--blocks", plan.uncontended_blocks)
    for cell in cells:
        progress.step(cell.title())
        results["contended"].append(contended(programs, cell, plan, chosen[cell.kind]))
    for placement in plan.placements if "pingpong" in only else []:
        progress.step(f"ping-pong, {placement}")
        results["pingpong"].append(pingpong(programs, placement, plan, chosen["semaphore"]))
    for cell in plan.notify if "notify" in only else []:
        progress.step(f"notify {cell}")
        results["notify"].append(notified(programs, cell, plan))
    for cell in plan.gather if "gather" in only else []:
        progress.step(f"gather {cell}")
        results["gather"].append(gathered(programs, cell, plan))
    progress.step("overhead")
    if "overhead" in only:
        results["overhead"] = programs.lines("bench_overhead", "--blocks", plan.overhead_blocks)
    progress.step("pool")
    if "pool" in only:
        results["pool"] = programs.lines("bench_pool", "--ms", 5 * plan.ms)
    progress.step("process")
    if "process" in only:
        results["process"] = processes.measure_processes(programs, plan)
    progress.step("command")
    if "command" in only:
        results["command"] = processes.measure_command(programs, plan)
    progress.end()
    results["seconds"] = round(time.monotonic() - progress.begin)
    return results


def our_failures(results):
    """What went wrong with our own rows: (where, status)."""
    places = [(cell["title"], row) for cell in results["contended"] for row in cell["peers"]]
    for game in results["pingpong"]:
        places += [(f"ping-pong, {game['placement']}", row) for row in game["peers"]]
    for cell in results.get("notify", []) + results.get("gather", []) + results.get("queue", []):
        places += [(cell["title"], row) for row in cell["peers"]]
    return [(where, row["peer"], row["status"]) for where, row in places
            if row["peer"].startswith(OURS) and row["status"] != "ok"]


def joined(runs):
    """Several runs as one: a part stands there as it was measured last."""
    results = {}
    for run in runs:
        kinds = {cell["kind"] for cell in run["contended"]}
        kept = [cell for cell in results.get("contended", []) if cell["kind"] not in kinds]
        seconds = results.get("seconds", 0) + run["seconds"]
        results |= {name: value for name, value in run.items()
                    if name != "peers" and (value or name not in results)}
        peers = results.get("peers", {}) | {kind: run["peers"][kind] for kind in kinds}
        results |= {"contended": kept + run["contended"], "seconds": seconds, "peers": peers}
    return results
