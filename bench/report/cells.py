"""The cells that are measured, and who takes part.

A work is (inside, outside) in nanoseconds. The first peer of each list is ours.
"""
from dataclasses import dataclass

OURS = "signalbox"
FLOOR = "none"  # no lock at all: nobody's rival

MUTEX_WORKS = [(0, 0), (100, 0), (100, 100), (1000, 0), (1000, 1000)]
SEMAPHORE_WORKS = [(0, 0), (1000, 0)]
SHARED_WORK = (100, 100)
SHARED_WRITES = (0, 10, 500)  # of 1000 sections

# pthread_plain is left out here: it is what std::mutex calls (bench_uncontended shows both).
MUTEX_PEERS = ["signalbox", "std", "pthread_adaptive", "pthread_pi", "futex", "absl", "nsync",
               "tbb_mutex", "tbb_spin", "tbb_queuing", "boost"]
SEMAPHORE_PEERS = ["signalbox", "signalbox_fifo", "std", "libcxx", "sem_t", "futex", "absl_condition",
                   "boost", "moodycamel"]
SHARED_PEERS = ["signalbox", "std", "absl", "nsync", "tbb_rw", "tbb_rw_spin", "tbb_rw_queuing", "boost",
                FLOOR]
NOTIFY_PEERS = ["signalbox", "std", "absl", "nsync"]
QUICK_MUTEX_PEERS = ["signalbox", "std", "futex", "absl", "nsync", "tbb_spin"]
QUICK_SEMAPHORE_PEERS = ["signalbox", "signalbox_fifo", "std", "libcxx", "sem_t", "moodycamel"]


@dataclass(frozen=True)
class Cell:
    """One contended cell; threads == 1 gives the rate that one thread reaches alone."""

    kind: str
    permits: int
    threads: int
    inside: int
    outside: int
    writes: int = 0  # of 1000 sections, of a shared mutex

    def written(self):
        return "read-only" if self.writes == 0 else f"{self.writes / 10:g} % writes"

    def title(self):
        if self.kind == "shared":
            threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
            return f"shared mutex, {self.written()}, {threads}, {work_text(self.inside, self.outside)}"
        permits = "" if self.kind == "mutex" else f", {self.permits} permit{'s' if self.permits > 1 else ''}"
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"{self.kind}{permits}, {threads}, {work_text(self.inside, self.outside)}"

    def short(self):
        if self.kind == "shared":
            return f"shared {self.written()} T{self.threads} {self.inside}/{self.outside}"
        permits = "" if self.kind == "mutex" else f" N{self.permits}"
        return f"{self.kind}{permits} T{self.threads} {self.inside}/{self.outside}"


def time_text(ns):
    """A time with three digits and its unit."""
    if ns is None:
        return "-"
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def work_text(inside, outside):
    return f"{time_text(inside) if inside else '0'} inside, {time_text(outside) if outside else '0'} outside"


@dataclass(frozen=True)
class Plan:
    """What one run of the driver measures."""

    name: str
    cells: list
    peers: dict
    ms: int
    repeat: int
    placements: list
    pingpong_repeat: int
    uncontended_blocks: int
    notify: list
    notify_repeat: int
    shared_repeat: int
    gather: list
    gather_repeat: int
    overhead_blocks: int
    process_rounds: int
    process_notices: int
    process_repeat: int
    command_rounds: int
    command_jobs: int


def plan(quick):
    threads = (2, 8, 32) if quick else (2, 4, 8, 32)
    cells = [Cell("mutex", 1, 1, inside, 0) for inside in (100, 1000)]
    cells += [Cell("mutex", 1, t, inside, outside) for inside, outside in MUTEX_WORKS for t in threads]
    cells += [Cell("semaphore", 1, 1, 1000, 0)]
    permits = (1, 2) if quick else (1, 2, 8)
    threads = (2, 64) if quick else (2, 8, 32, 64)
    cells += [Cell("semaphore", n, t, inside, outside)
              for n in permits for inside, outside in SEMAPHORE_WORKS for t in threads]
    cells += [Cell("shared", 1, t, *SHARED_WORK, writes) for writes in SHARED_WRITES for t in (1, 2, 8, 32)]
    return Plan(name="quick" if quick else "full",
                cells=cells,
                peers={"mutex": QUICK_MUTEX_PEERS if quick else MUTEX_PEERS,
                       "semaphore": QUICK_SEMAPHORE_PEERS if quick else SEMAPHORE_PEERS,
                       "shared": SHARED_PEERS},
                ms=120 if quick else 200,
                repeat=2 if quick else 5,
                placements=["two", "one", "busy", "busy_pinned"],
                pingpong_repeat=2 if quick else 5,
                uncontended_blocks=3 if quick else 8,
                notify=[(notify, mutex, waiters) for notify in ("one", "all") for mutex in ("free", "held")
                        for waiters in (1, 8, 64)],
                notify_repeat=2 if quick else 5,
                shared_repeat=1 if quick else 3,
                gather=[(kind, threads) for kind in ("latch", "barrier") for threads in (2, 8, 32)]
                       + [("event", waiters) for waiters in (1, 8)],
                gather_repeat=2 if quick else 5,
                overhead_blocks=4 if quick else 12,
                process_rounds=100 if quick else 200,
                process_notices=5 if quick else 20,
                process_repeat=3 if quick else 7,
                command_rounds=60 if quick else 300,
                command_jobs=200 if quick else 1000)
