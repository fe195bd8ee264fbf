"""The port that watches a process: metrics, and whether it lives and can work."""

from __future__ import annotations

import subprocess
import sys

import aiohttp
import pytest

from streams.condition import Condition
from streams.errors import SettingsError
from streams.probes import probed
from streams.settings import Settings, load
from tests.ports import free_port


@pytest.fixture
def settings() -> Settings:
    return load(metrics_port=free_port())


async def asked(settings: Settings, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{settings.metrics_port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_what_is_well_is_alive_and_ready(settings: Settings) -> None:
    async with probed(settings, Condition()):
        assert await asked(settings, "/livez") == (200, "alive\n")
        assert await asked(settings, "/readyz") == (200, "ready\n")
        assert (await asked(settings, "/other"))[0] == 404


async def test_what_recovers_is_alive_and_says_why_it_is_not_ready(settings: Settings) -> None:
    condition = Condition()
    condition.ready.append(lambda: "recovers its state")
    async with probed(settings, condition):
        assert await asked(settings, "/livez") == (200, "alive\n")
        assert await asked(settings, "/readyz") == (503, "recovers its state\n")


async def test_what_is_stuck_is_neither(settings: Settings) -> None:
    condition = Condition()
    condition.live.append(lambda: "tag is stuck")
    async with probed(settings, condition):
        assert await asked(settings, "/livez") == (503, "tag is stuck\n")
        assert await asked(settings, "/readyz") == (503, "tag is stuck\n")


async def test_metrics_come_in_the_form_that_prometheus_reads(settings: Settings) -> None:
    async with probed(settings, Condition()):
        status, text = await asked(settings, "/metrics")
    assert status == 200
    assert "# TYPE streams_batch_seconds histogram" in text
    assert "process_resident_memory_bytes" in text


async def test_without_a_port_nothing_is_served() -> None:
    async with probed(load(), Condition()):
        assert load().metrics_port == 0


async def test_a_port_that_is_taken_is_said_plainly(settings: Settings) -> None:
    async with probed(settings, Condition()):
        with pytest.raises(
            SettingsError, match=rf"cannot listen on 127\.0\.0\.1:{settings.metrics_port}.*METRICS"
        ):
            async with probed(settings, Condition()):
                pytest.fail("two listen on one port")


def test_a_worker_does_not_load_what_only_the_page_or_another_stage_needs() -> None:
    loaded = "import sys, streams.engines.cluster.workers; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", loaded], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert {"fastapi", "uvicorn", "jinja2"} & set(printed.split()) == set()
    assert {"numpy", "spacy", "trafilatura", "streams.identify.phrases"} & set(printed.split()) == set()
