"""docs/operations/first-hour.md: every command in it is carried out, and an alert arrives."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from email.utils import format_datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from streams.clock import now
from streams.engines.remote import ClusterEngine
from streams.settings import load
from tests.deploy.compose import ROOT
from tests.deploy.shell import Shell, sections
from tests.ports import free_port
from tests.services.cluster import delete_topics
from tests.services_fixtures import clear
from tests.serving import Site, rss, served

PAGE = sections(ROOT / "docs" / "operations" / "first-hour.md")
ALONE = list(PAGE)[:-1]
MOVING = list(PAGE)[-1]
LONGEST_S = 60.0
BRIDGE = (
    "https://herald.example/1",
    "Harbour bridge closed",
    "Engineers found cracks in the harbour bridge on Monday, and closed it to all traffic until further notice.",
)
FLOOD = (
    "https://herald.example/2",
    "Flood warning for the lower valley",
    "The river Kell rises by the hour; a warning is out for all homes below the weir, and people are being moved.",
)
LATER = ("https://herald.example/3", "Museum reopens", "The museum at the market place reopens after two years.")
QUICK = {"STREAMS_MODELS": "{}", "STREAMS_TITLE_MODEL": "", "STREAMS_POLL_MIN_S": "1", "STREAMS_POLL_MAX_S": "1"}
"""Not of the page: no models are loaded, and feeds are asked every second."""


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as made:
        made.pages["rss"] = rss("The Herald", [BRIDGE], format_datetime(now()))
        yield made


@pytest.fixture
def shell(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    for option, value in (QUICK | {"STREAMS_ALLOW_HOSTS": site.host, "STREAMS_PORT": str(free_port(2))}).items():
        monkeypatch.setenv(option, value)
    made = Shell(monkeypatch, {"https://herald.example/rss": site.url("rss"), "9400": str(free_port(2))})
    yield made
    made.end()


def alerts(file: Path) -> list[dict[str, object]]:
    """The alerts in a channel's file, save that of its test."""
    lines = [json.loads(line)["alert"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [alert for alert in lines if alert["rule_id"] != "test"]


def until_alerted(file: Path) -> dict[str, object]:
    end = time.monotonic() + LONGEST_S
    while not alerts(file):
        assert time.monotonic() < end, "no alert has come"
        time.sleep(0.1)
    return alerts(file)[0]


def carried_out(shell: Shell, site: Site, folder: Path) -> None:
    """All of the page but its last section."""
    for heading in ALONE:
        if heading == "When the first alert has come":
            site.pages["rss"] = rss("The Herald", [FLOOD, BRIDGE], format_datetime(now()))
            alert = until_alerted(folder / "desk.jsonl")
            shell.instead["floods.461c098f9b135e5bf27c"] = str(alert["id"])
        for text in PAGE[heading].shown:
            (folder / "rules.yml").write_text(text, encoding="utf-8")
        shell.carry_out(PAGE[heading].commands)


def test_alone_it_leads_from_nothing_to_an_alert(
    shell: Shell, site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    carried_out(shell, site, tmp_path / "news")
    [alert] = alerts(tmp_path / "news" / "desk.jsonl")
    assert (alert["title"], alert["delivery"]) == ("Flood warning for the lower valley", "delivered")
    assert shell.end() == [0]
    said = capfd.readouterr().out
    assert "desk took the test alert" in said
    assert "ready" in said
    assert "alert floods." in said
    assert (tmp_path / "news" / "backups" / "first").is_dir()


def test_there_is_nothing_on_the_page_that_no_test_carries_out() -> None:
    assert all(section.commands for section in PAGE.values())
    assert MOVING == "More than one process"


@pytest.fixture
async def cluster(
    kafka_address: str, elasticsearch_address: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Mapping[str, str]]:
    """Services in place of the page's, with names of this test's own."""
    prefix = f"test-{uuid.uuid4().hex[:12]}-"
    monkeypatch.setenv("STREAMS_TOPIC_PREFIX", prefix)
    monkeypatch.setenv("STREAMS_INDEX_PREFIX", prefix)
    yield {"127.0.0.1:19092": kafka_address, "http://127.0.0.1:19200": elasticsearch_address}
    await delete_topics(load(kafka=kafka_address))
    with Elasticsearch(elasticsearch_address) as client:
        clear(client, prefix)


@pytest.mark.proof
def test_it_moves_to_a_cluster_and_goes_on_there(
    cluster: Mapping[str, str], shell: Shell, site: Site, tmp_path: Path
) -> None:
    carried_out(shell, site, tmp_path / "news")
    shell.instead |= cluster
    shell.carry_out(PAGE[MOVING].commands)
    site.pages["rss"] = rss("The Herald", [LATER, FLOOD, BRIDGE], format_datetime(now()))
    end = time.monotonic() + 4 * LONGEST_S
    with ClusterEngine(load()) as engine:
        while engine.status().documents < 3:
            assert time.monotonic() < end, "nothing has come through the cluster"
            time.sleep(1)
    assert shell.end() == [0, 0, 0, 0]
