#!/usr/bin/env python3
"""What `signalbox run` costs, against flock(1), GNU sem and xargs -P: prints a table.

  command.py SIGNALBOX [ROUNDS]

One run: the median of ROUNDS, taken in turns. Jobs: 1,000 through 4 permits; of GNU sem, which is slow, so many as
take a few seconds.
"""
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


def one_run(kinds, rounds):
    seen = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, words in kinds.items():
            seen[name].append(spend(words))
    return {name: statistics.median(times) for name, times in seen.items()}


def timed_list(program):
    begin = time.perf_counter()
    subprocess.run([program, "ls"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def jobs(line, count):
    begin = time.perf_counter()
    subprocess.run(["sh", "-c", line.format(count=count)], check=True, stdin=subprocess.DEVNULL)
    return (time.perf_counter() - begin) / count


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        os.environ["SIGNALBOX_DIR"] = folder
        for i in range(1000):
            subprocess.run([program, "create", f"object{i}", "-n", "4"], check=True)
        listed = statistics.median(timed_list(program) for _ in range(20))
        print(f"ls of 1,000 objects, median of 20   {listed * 1e3:8.3f} ms")
        kinds = {"true": ["true"], "flock": ["flock", f"{folder}/lock", "true"],
                 "signalbox run": [program, "run", "one", "--", "true"],
                 "signalbox lock": [program, "lock", "two", "--", "true"]}
        times = one_run(kinds, rounds)
        print(f"one run, median of {rounds}")
        for name, taken in times.items():
            print(f"  {name:<32} {taken * 1e3:8.3f} ms   {taken / times['flock']:5.2f} x flock")
        for job in ("true", "sleep 0.02"):
            lines = {"xargs -P 4": (f"seq {{count}} | xargs -P 4 -I@ {job}", 1000),
                     "signalbox run -n 4, xargs -P 8":
                         (f"seq {{count}} | xargs -P 8 -I@ {program} run four -n 4 -- {job}", 1000)}
            if shutil.which("sem"):
                lines["sem -j 4"] = (f"for i in $(seq {{count}}); do sem --id {os.getpid()} -j 4 {job}; done; "
                                     f"sem --id {os.getpid()} --wait", 12)
            print(f"jobs `{job}` through 4 permits")
            first = None
            for name, (line, count) in lines.items():
                taken = jobs(line, count)
                first = first or taken
                print(f"  {name:<32} {taken * 1e3:8.3f} ms a job   {taken / first:6.2f} x xargs")


if __name__ == "__main__":
    main()
