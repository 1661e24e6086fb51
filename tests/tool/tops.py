"""What the tests of `top` share."""

import subprocess

from tool import SIGNALBOX

HEAD = r"NAME +KIND +CAPACITY +FREE +HELD +OUT +WAITING +USERS +DEAD  STATE"


def make_cycle(test):
    """Two jobs, each of which holds a mutex and waits for the other's."""
    jobs = []
    for mine, other in (("a", "b"), ("b", "a")):
        ready = test.folder / f"ready.{mine}"
        script = f"echo > {ready}; read go; exec {SIGNALBOX} lock {other} -- true"
        jobs.append(test.start("lock", mine, "--", "sh", "-c", script, stdin=subprocess.PIPE))
        test.eventually(ready.exists)
    for job in jobs:
        job.stdin.write("\n")
        job.stdin.flush()
    test.eventually(lambda: "cycle" in test.call("why", jobs[0].pid).stdout)
    return jobs
