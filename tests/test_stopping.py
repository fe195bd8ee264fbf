"""Processes that must end."""

from __future__ import annotations

import subprocess
import sys

STUBBORN = """
import asyncio
from streams.stopping import end_within

async def stays():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def main():
    task = asyncio.ensure_future(stays())
    await asyncio.sleep(0)
    end_within({seconds})
    return task

asyncio.run(main())
"""


def ended(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_a_process_with_a_task_that_will_not_end_ends_all_the_same() -> None:
    end = ended(STUBBORN.format(seconds=0.2))
    assert (end.returncode, end.stderr) == (
        1,
        "streams: not all had ended after 0.2 seconds; nothing is lost\n",
    )


def test_one_that_ends_by_itself_does_not_wait_for_it() -> None:
    end = ended("from streams.stopping import end_within; end_within(600)")
    assert (end.returncode, end.stderr) == (0, "")
