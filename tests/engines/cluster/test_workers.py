"""Several workers as processes of one."""

from __future__ import annotations

import sys

from structlog.testing import capture_logs

from streams.engines.cluster.workers import Child, work_apart


async def test_when_one_worker_ends_the_others_are_stopped_and_it_is_said_which_one_it_was() -> None:
    killed = Child("decide", [sys.executable, "-SEc", "import os; os.kill(os.getpid(), 9)"], {})
    at_work = Child("match", [sys.executable, "-SEc", "import time; time.sleep(60)"], {})

    with capture_logs() as logged:
        status = await work_apart([killed, at_work])

    assert status == 1
    assert [(one["worker"], one["status"]) for one in logged] == [("decide", -9)]
