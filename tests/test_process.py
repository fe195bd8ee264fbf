"""`streams run` as a process of its own on the bundled sample: it serves, stops when asked, and goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from streams.clock import now
from streams.engines.embedded import EmbeddedEngine
from streams.index.search import DocumentQuery
from tests.sample.own import sample_folder

T = TypeVar("T")

ITEMS, REVISIONS = 167, 4
"""What the sample holds once all its editions were read."""

STOP_S, WAIT_S = 10, 180


class Program:
    """A running `streams run`; `said` is what it wrote to stderr so far."""

    def __init__(self, data: Path, **options: str) -> None:
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streams", "run", "--port", "0", "--data", str(data)],
            env=os.environ | options,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def page(self) -> str:
        """The address of its page, once it has told."""
        address: str = self.wait_for(lambda: re.findall(r"The page is at (http://\S+/)", self.said))[0]
        return address

    def wait_for(self, found: Callable[[], T]) -> T:
        """What is found, once there is something; what the program said tells why there never is."""
        until = time.monotonic() + WAIT_S
        while not (value := found()):
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.said}"
            assert time.monotonic() < until, f"waited {WAIT_S} s in vain:\n{self.said}"
            time.sleep(0.05)
        return value

    def documents(self, query: str) -> int:
        """How many articles its API finds."""
        total: int = httpx.get(f"{self.page()}api/documents", params={"q": query}, timeout=30).json()["total"]
        return total

    def stop(self, number: signal.Signals) -> tuple[int, float]:
        """Ask it to stop; its exit status and how many seconds it took."""
        asked = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(WAIT_S)
        took_s = time.monotonic() - asked
        self._reading.join()
        return status, took_s

    def processes(self) -> list[int]:
        """It and its children, as far as they live."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended meanwhile
                state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
                if int(group) == self.process.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found

    def end(self) -> None:
        """Make sure that nothing of it stays, whatever the test came to."""
        for process in self.processes():
            os.kill(process, signal.SIGKILL)
        self.process.wait()
        self._reading.join()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.said += line


@contextmanager
def running(data: Path, **options: str) -> Iterator[Program]:
    program = Program(data, **options)
    try:
        yield program
    finally:
        program.end()


def stored(data: Path) -> list[tuple[str | None, int]]:
    engine = EmbeddedEngine.open(data)
    found = [(document.url, document.revision) for document in engine.search.scan(DocumentQuery())]
    engine.close()
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_what_it_reads_stops_when_asked_and_goes_on_where_it_stopped(
    tmp_path: Path, number: signal.Signals
) -> None:
    data = sample_folder(tmp_path / "data", now())
    with running(data, STREAMS_MODELS="{}", STREAMS_TITLE_MODEL="") as program:
        assert httpx.get(program.page(), timeout=30).status_code == 200
        program.wait_for(lambda: "Port Kells" in httpx.get(f"{program.page()}search", params={"q": "bridge"}).text)
        assert_stops(program, number)
    before = stored(data)
    with running(data, STREAMS_MODELS="{}", STREAMS_TITLE_MODEL="") as program:
        program.wait_for(lambda: program.documents("") == ITEMS)
        assert_stops(program, number)
    after = stored(data)
    assert {url for url, _ in before} <= {url for url, _ in after}
    assert max(Counter(url for url, _ in after if url).values()) == 1
    assert len(after) == ITEMS
    assert sum(revision - 1 for _, revision in after) <= REVISIONS


def assert_stops(program: Program, number: signal.Signals) -> None:
    status, took_s = program.stop(number)
    assert status == 0
    assert took_s < STOP_S
    assert_gone(program)
    assert "Traceback" not in program.said
    assert program.said.endswith("Stopping: the batches at work are finished first\n")


def assert_gone(program: Program) -> None:
    until = time.monotonic() + WAIT_S
    while left := program.processes():
        assert time.monotonic() < until, f"processes {left} stay"
        time.sleep(0.05)


def test_the_processes_that_find_entities_go_with_it(tmp_path: Path) -> None:
    with running(tmp_path / "data", STREAMS_TAG_PROCESSES="2") as program:
        program.wait_for(lambda: len(program.processes()) > 3)
        status, _ = program.stop(signal.SIGINT)
        assert status == 0
        assert "Traceback" not in program.said
        assert_gone(program)


SLOW_TO_STOP = """
import asyncio, time
from streams.stopping import stop_by_signal

async def main():
    stop = stop_by_signal()
    print("ready", flush=True)
    await stop.wait()
    print("stopping", flush=True)
    await asyncio.to_thread(time.sleep, 60)

asyncio.run(main())
"""


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_the_process_at_once(first: signal.Signals, second: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_TO_STOP], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(first)
        assert process.stdout.readline() == "stopping\n"
        process.send_signal(second)
        assert process.wait(5) == -second
        assert process.stderr.read() == ""
