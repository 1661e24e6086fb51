"""A copy of the tree in which the mutants are built, and the programs that kill them.

Because      The tree itself is never touched, and may change while this runs. The copy is kept: the next run
             builds only what has changed.
"""
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import composed
import mutants

COPIED = ("CMakeLists.txt", "cmake", "examples", "include", "src", "tests")
FLAGS = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O1", "-DCMAKE_CXX_COMPILER=g++",
         "-DSIGNALBOX_BUILD_TESTS=ON", "-DSIGNALBOX_INSTALL=OFF", "-DSIGNALBOX_WERROR=OFF",
         "-DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=PRE_TEST"]
ENVIRONMENT = {"SIGNALBOX_PATIENCE_SECONDS": "20", "SIGNALBOX_SOAK_SECONDS": "0.2"}
IDLE_SECONDS = 10  # a program that used no processor for so long sleeps for ever: no test waits so long
MEMORY = 6 << 30   # bytes that one program may use
LOOK = 0.1         # seconds between two looks at a program
MUTEX_ONLY = {"src/thread/mutex.cpp", "include/signalbox/mutex.hpp",
              "include/signalbox/detail/owner_word.hpp"}
SEMAPHORE_ONLY = {"src/thread/semaphore.cpp", "include/signalbox/semaphore.hpp",
                  "include/signalbox/detail/permit_word.hpp"}
SEEN_BY = {"mutex": "*mutex*:*condition*", "semaphore": "*semaphore*:*leaving*:*event*"}
COMPILER_CACHE = {"CCACHE_NOHASHDIR": "1", "CCACHE_BASEDIR": "/"}  # every bench has the same relative paths


@dataclass
class Killer:
    name: str
    target: str
    counts_slow: bool = True    # whether it kills by not coming to an end
    environment: dict = field(default_factory=dict)
    tests: object = staticmethod(lambda path: "*")  # which of its tests see a file
    is_thorough: bool = False   # it is tried only when all others have failed to kill
    seconds: float = 0.0        # of the processor, without a mutant
    left_out: list = field(default_factory=list)    # tests that fail without a mutant


def primitive_of(path):
    return "mutex" if path in MUTEX_ONLY else "semaphore" if path in SEMAPHORE_ONLY else ""


def by_primitive(path):
    return SEEN_BY.get(primitive_of(path), "*")


def unless(*primitives):
    """All tests, except for files that belong to one of these alone."""
    return lambda path: "" if primitive_of(path) in primitives else "*"


def of_queues(path):
    return "*" if re.search(r"queue|call_line|one_to_one", path) else ""


def killers():
    """In the order in which they are tried: first those that kill much and cost little."""
    fewest, few = ({"SIGNALBOX_SEARCH_SHARE": share} for share in ("0.01", "0.05"))
    return [
        Killer("core", "core_test"),
        Killer("simulated", "signalbox_simulated_tests", False, fewest, by_primitive),
        Killer("simulated", "signalbox_simulated_tests", False, few, by_primitive),
        Killer("contract", "mutex_contract_test", tests=unless("semaphore")),
        Killer("contract", "semaphore_contract_test", tests=unless("mutex")),
        Killer("contract", "condition_contract_test", tests=unless("semaphore")),
        Killer("contract", "shared_mutex_test", tests=unless("mutex", "semaphore")),
        Killer("contract", "bounded_queue_test", tests=of_queues),
        Killer("thread", "gate_test", tests=unless("mutex")),
        Killer("thread", "thread_test"),
        Killer("thread", "fork_test"),
        Killer("simulated", "signalbox_simulated_tests", False, {}, by_primitive, is_thorough=True),
    ]


@dataclass
class Verdict:
    killed: bool
    by: str = ""
    how: str = ""
    undecided: tuple = ()


class BuildError(Exception):
    pass


class Workbench:
    def __init__(self, root, place, budget):
        self.root = root
        self.tree = place / "tree"
        self.build = place / "build"
        self.place = place
        self.budget = budget
        self.killers = killers()
        self.absent = []
        self.files = {}  # path in the tree -> its text
        for name in COPIED:
            ours = [root / name] if (root / name).is_file() else sorted((root / name).rglob("*"))
            for file in ours:
                path = file.relative_to(root)
                if file.is_file() and not re.search(r"__pycache__|^tests/mutation/", path.as_posix()):
                    self.files[path.as_posix()] = file.read_bytes()

    def prepare(self, numbered):
        """Builds everything with these mutants, given as {number: mutant}, and tries it without one."""
        self.files |= {path: text.encode() for path, text in composed.FILES.items()}
        self.files |= self.composed(numbered)
        self.lay_out()
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        command = ["cmake", "-S", str(self.tree), "-B", str(self.build), *FLAGS, *launcher]
        self.build.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, check=True, capture_output=True)
        targets = subprocess.run(["ninja", "-C", str(self.build), "-t", "targets", "all"], check=True,
                                 capture_output=True, text=True).stdout
        known = [k for k in self.killers if re.search(rf"^{k.target}: ", targets, re.M)]
        self.absent = [k.target for k in self.killers if k not in known]
        self.killers = known
        self.make(numbered)
        self.try_all_out()

    def composed(self, numbered):
        """{path: text} of the files that have mutants, with all of them."""
        found = {}
        for path, source in mutants.sources(self.root).items():
            mine = [(n, m) for n, m in numbered.items() if m.path == path]
            if mine:
                found[path] = composed.compose(source, mine).encode()
        return found

    def lay_out(self):
        """Makes the tree what it shall be, and touches nothing that is so already: it is not built again."""
        for file in sorted(self.tree.rglob("*"), reverse=True):
            if file.is_file() and file.relative_to(self.tree).as_posix() not in self.files:
                file.unlink()
        for path, text in self.files.items():
            file = self.tree / path
            if not file.exists() or file.read_bytes() != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text)

    def make(self, numbered):
        """Builds the programs. Errors name the mutants that do not compile."""
        command = ["ninja", "-C", str(self.build), "-k0", *sorted({k.target for k in self.killers})]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, **COMPILER_CACHE})
        if done.returncode == 0:
            return
        said = done.stdout + done.stderr
        texts = {p: self.files[p].decode() for p in {m.path for m in numbered.values()}}
        found = {}
        for path, line, what in re.findall(r"([\w/.-]+):(\d+):\d+: error: (.*)", said):
            inside = os.path.relpath(self.build / path, self.tree)
            number = composed.number_at(texts[inside], int(line)) if inside in texts else 0
            found.setdefault(number, what)
        lines = [f"does not compile: {numbered[n].name if n else '(no mutant)'}: {what}"
                 for n, what in found.items()]
        raise BuildError("\n".join(lines) or said[-3000:])

    def try_all_out(self):
        """Tries out every killer, unless an earlier run did with the same sources."""
        tried = [k for k in self.killers if not k.is_thorough]
        digest = hashlib.sha256(repr(sorted(self.files.items())).encode()).hexdigest()
        file = self.place / "baseline.json"
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        if kept.get("of") != digest:
            for killer in tried:
                self.try_out(killer)
            kept = {"of": digest, "killers": [(k.seconds, k.left_out) for k in tried]}
            file.write_text(json.dumps(kept) + "\n", encoding="utf-8")
        for killer, (seconds, left_out) in zip(tried, kept["killers"]):
            killer.seconds, killer.left_out = seconds, left_out

    def try_out(self, killer):
        """Runs it without a mutant: notes what it takes, leaves out the tests that fail anyhow."""
        ended, how, seconds = self.run(killer, 0, "*", 900)
        while ended in ("failed", "asleep") and how and how not in killer.left_out:
            killer.left_out.append(how)
            ended, how, seconds = self.run(killer, 0, "*", 900)
        killer.seconds = seconds
        if ended != "passed":
            raise BuildError(f"{killer.target} fails without a mutant ({ended} {how})")

    def judge(self, number, mutant, thoroughly):
        """Whether some killer kills the mutant, and which."""
        undecided = []
        for killer in self.killers:
            tests = killer.tests(mutant.path)
            # A processor like x86 shows no weakened order; the simulated platform does.
            is_blind = mutant.kind == "order" and killer.name != "simulated"
            if not tests or is_blind or killer.is_thorough != thoroughly:
                continue
            ended, how, _ = self.run(killer, number, tests, max(30, 3 * killer.seconds, self.budget))
            if ended in ("failed", "asleep") or (ended == "slow" and killer.counts_slow):
                return Verdict(True, killer.name, how if ended == "failed" else f"{how}: {ended}")
            if ended == "slow":
                undecided.append(killer.name)
        return Verdict(False, undecided=tuple(undecided))

    def judge_word(self, number, mutant):
        """The same for one outside of any function: a constant of a word, which the words' own test sees."""
        place = self.place / f"word{number}"
        header = place / mutant.path
        header.parent.mkdir(parents=True, exist_ok=True)
        header.write_text(mutant.apply((self.root / mutant.path).read_text(encoding="utf-8")), encoding="utf-8")
        program = place / "words_test"
        include = [f"-I{p}" for p in (place / "include", self.root / "include",
                                      self.root / "src/platform/linux/include")]
        command = ["g++", "-std=c++20", "-O0", "-w", *include, str(self.root / "tests/core/words_test.cpp"),
                   "-o", str(program), "-lgtest_main", "-lgtest", "-pthread"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            errors = [line for line in done.stderr.splitlines() if "error" in line]
            return Verdict(True, "compiler", errors[0] if errors else "the build failed")
        done = subprocess.run([program, "--gtest_fail_fast"], capture_output=True, text=True, check=False)
        failed = re.findall(r"^\[  FAILED  \] ([\w/.]+)", done.stdout, re.M)
        return Verdict(done.returncode != 0, "core", failed[0] if failed else "")

    def program(self, killer):
        return next(p for p in self.build.rglob(killer.target) if p.is_file() and os.access(p, os.X_OK))

    def run(self, killer, number, tests, most):
        """Returns how it ended (passed, failed, asleep or slow), in which test, and its processor time."""
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))  # noqa: E731
        log = self.place / f"log{number}"
        with log.open("w") as output:
            filters = f"--gtest_filter={tests}-*_soak.*:" + ":".join(killer.left_out)
            command = [str(self.program(killer)), "--gtest_fail_fast", "--gtest_color=no", filters]
            environment = {**os.environ, **ENVIRONMENT, **killer.environment, "SIGNALBOX_MUTANT": str(number)}
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=self.place,
                                       start_new_session=True, env=environment, preexec_fn=limit)
            ended, seconds = watch(process, most)
        output = log.read_text(errors="replace")
        log.unlink()
        failed = re.findall(r"^\[  FAILED  \] ([\w/.]+)", output, re.M)
        failed = failed or re.findall(r"^\[ RUN +\] (\S+)", output, re.M)[-1:]
        return ended, failed[0] if failed and ended != "passed" else "", seconds


def watch(process, most):
    """Waits until it ends, sleeps for ever, or has used too much of the processor. Time in which this very
    program did not run is no time: the machine may be stopped for a while."""
    looked = time.monotonic()
    idle = used = lasted = 0.0
    try:
        while process.poll() is None:
            time.sleep(LOOK)
            now = time.monotonic()
            passed, looked = min(now - looked, 3 * LOOK), now
            used_now, is_stopped = processor_time(process.pid)
            lasted += passed
            idle = 0 if used_now != used or is_stopped else idle + passed
            used = max(used_now, used)
            if idle > IDLE_SECONDS:
                return "asleep", used
            if used > most or lasted > 5 * most:
                return "slow", used
        return "passed" if process.returncode == 0 else "failed", used
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def processor_time(pid):
    """Seconds that the process has used, with those of its ended children, and whether it is stopped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks = sum(int(fields[i]) for i in (11, 12, 13, 14))
        return ticks / os.sysconf("SC_CLK_TCK"), fields[0] in "tT"
    except (OSError, IndexError):
        return 0.0, False
