#!/usr/bin/env python3
"""What `signalbox run` costs, against flock(1), GNU sem and xargs -P: prints a table.

  command.py SIGNALBOX [ROUNDS [JOBS]] [--json]

One run: the median of ROUNDS, taken in turns. Jobs: JOBS through 4 permits, three times in turns; of GNU sem, which
is slow, 12. --json prints an object per figure instead.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def spend(words):
    begin = time.perf_counter()
    pid = os.posix_spawnp(words[0], words, os.environ)
    _, status = os.waitpid(pid, 0)
    assert status == 0, (words, status)
    return time.perf_counter() - begin


def in_turns(kinds, rounds, run):
    """{name: [seconds]}, each kind once in a round."""
    seen = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, what in kinds.items():
            seen[name].append(run(what))
    return seen


def timed_list(program):
    begin = time.perf_counter()
    subprocess.run([program, "ls"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def jobs(how):
    line, count = how
    begin = time.perf_counter()
    subprocess.run(["sh", "-c", line.format(count=count)], check=True, stdin=subprocess.DEVNULL)
    return (time.perf_counter() - begin) / count


def job_lines(program, job, count):
    lines = {"xargs -P 4": (f"seq {{count}} | xargs -P 4 -I@ {job}", count),
             "signalbox run": (f"seq {{count}} | xargs -P 8 -I@ {program} run four -n 4 -- {job}", count)}
    if shutil.which("sem"):
        lines["GNU sem"] = (f"for i in $(seq {{count}}); do sem --id {os.getpid()} -j 4 {job}; done; "
                            f"sem --id {os.getpid()} --wait", 12)
    return lines


def show(part, seen, reference, as_json):
    for name, times in seen.items():
        ms = [1e3 * spent for spent in times]
        ratio = statistics.median(mine / other for mine, other in zip(times, seen.get(reference, times)))
        figures = {"part": part, "name": name, "unit": "ms", "median": statistics.median(ms), "min": min(ms),
                   "max": max(ms), "reference": reference, "ratio": ratio}
        if as_json:
            print(json.dumps(figures), flush=True)
        else:
            beside = f"{ratio:8.2f} x {reference}" if reference else ""
            print(f"{part:<28} {name:<16} {figures['median']:8.3f} ms {beside}", flush=True)


def main():
    words = [word for word in sys.argv[1:] if word != "--json"]
    as_json = len(words) < len(sys.argv) - 1
    program = os.path.abspath(words[0])
    rounds = int(words[1]) if len(words) > 1 else 300
    count = int(words[2]) if len(words) > 2 else 1000
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        os.environ["SIGNALBOX_DIR"] = folder
        for i in range(1000):
            subprocess.run([program, "create", f"object{i}", "-n", "4"], check=True)
        show("ls of 1,000 objects", in_turns({"signalbox ls": program}, 20, timed_list), "", as_json)
        kinds = {"true": ["true"], "flock": ["flock", f"{folder}/lock", "true"],
                 "signalbox run": [program, "run", "one", "--", "true"],
                 "signalbox lock": [program, "lock", "two", "--", "true"]}
        show("one run", in_turns(kinds, rounds, spend), "flock", as_json)
        for job in ("true", "sleep 0.02"):
            show(f"jobs of {job}, 4 permits", in_turns(job_lines(program, job, count), 3, jobs), "xargs -P 4",
                 as_json)


if __name__ == "__main__":
    main()
