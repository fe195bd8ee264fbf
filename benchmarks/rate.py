"""How fast something was: by the clock, and by the processors, which a busy machine falsifies less.

Processor time is read from /proc, so on Linux only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Rate(NamedTuple):
    """Records a second, and records for each second of a processor."""

    per_s: float
    per_cpu_s: float


class Moment(NamedTuple):
    """How many were done at a time (seconds, from any beginning), and what processes had used by then."""

    done: int
    at_s: float
    cpu_s: float


class Stopwatch:
    """Seconds of this process in parts of what it does: by the clock, and of processors."""

    def __init__(self) -> None:
        self.clock_s = self.cpu_s = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Add what the body takes."""
        clock_s, cpu_s = time.perf_counter(), time.process_time()
        yield
        self.clock_s += time.perf_counter() - clock_s
        self.cpu_s += time.process_time() - cpu_s


def moment(done: int, pids: Sequence[int]) -> Moment:
    """The present, for these processes and all their children."""
    return Moment(done, time.perf_counter(), sum(map(_used_s, with_children(pids))))


def rate(first: Moment, last: Moment, records: float = 1.0) -> Rate:
    """From one moment to the other, where each thing done stands for so many records."""
    done = (last.done - first.done) * records
    return Rate(done / (last.at_s - first.at_s), done / max(last.cpu_s - first.cpu_s, 1 / TICKS_A_SECOND))


def with_children(pids: Sequence[int]) -> set[int]:
    """These processes, and all that came of them."""
    parents = dict(_parents())
    found, added = set(pids), set(pids)
    while added:
        added = {pid for pid, parent in parents.items() if parent in added} - found
        found |= added
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields:
            yield int(folder.name), int(fields[1])


def _used_s(pid: int) -> float:
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND if fields else 0.0


def _fields(pid: int) -> list[str]:
    """What /proc/PID/stat says after the name, which may hold blanks; nothing when the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
