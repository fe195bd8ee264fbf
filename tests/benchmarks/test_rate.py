"""Speed by the clock and by the processors."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.rate import Moment, Rate, moment, rate

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
BUSY = """
import time
end = time.process_time() + 0.3
while time.process_time() < end:
    pass
print(flush=True)
input()
"""


def test_what_was_done_before_the_first_moment_does_not_count() -> None:
    first, last = Moment(done=10, at_s=100.0, cpu_s=5.0), Moment(done=50, at_s=110.0, cpu_s=7.0)
    assert rate(first, last) == Rate(per_s=4.0, per_cpu_s=20.0)
    assert rate(first, last, records=0.5) == Rate(per_s=2.0, per_cpu_s=10.0)


def test_the_time_of_child_processes_counts() -> None:
    before = moment(0, [os.getpid()])
    child = subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        after = moment(0, [os.getpid()])
        child.kill()
    assert after.cpu_s - before.cpu_s > 0.25  # counted in hundredths


def test_a_process_that_has_ended_counts_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert moment(3, [child.pid]).cpu_s == 0.0
