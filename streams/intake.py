"""Which feeds and rules a run begins with: those named, those stored, or the bundled sample."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from yarl import URL

from streams.alerts.channels import known_channels
from streams.alerts.rules import difference, read_rules_path
from streams.clock import Clock
from streams.engines.embedded import EmbeddedEngine
from streams.engines.engine import Engine
from streams.errors import FeedsFileError
from streams.feeds.address import host_port
from streams.feeds.opml import feed_from_url, read_feeds
from streams.records import Feed, Rule
from streams.sample.server import SampleServer
from streams.sample.start import holds_sample, refuse_sample, start_for
from streams.seeds import seeds_folder
from streams.settings import Settings
from streams.wording import many

SAMPLE_POLL_S = {"poll_min_s": 5.0, "poll_max_s": 5.0}
"""The sample's server is ours and its next edition there at once: all of them are seen within half a minute."""


class Given(NamedTuple):
    """What the operator named, read and found valid: feeds, the `host:port` of feed URLs, rules."""

    feeds: list[Feed]
    hosts: list[str]
    rules: list[Rule] | None


class Intake(NamedTuple):
    """What the reader works with: settings, every `host:port` that was named, and a line for people."""

    settings: Settings
    allowed: list[str]
    told: str


def read_given(settings: Settings, feeds: Sequence[str], rules: Path | None) -> Given:
    """Read what the command line names. Raises FeedsFileError, RuleError or DataFolderError; changes nothing."""
    if feeds:
        refuse_sample(settings.data)
    return Given(
        feeds=[feed for name in feeds for feed in _feeds(name)],
        hosts=[host_port(URL(name)) for name in feeds if _is_url(name)],
        rules=None if rules is None else read_rules_path(rules, known_channels(settings)),
    )


@asynccontextmanager
async def feeding(engine: EmbeddedEngine, settings: Settings, given: Given, clock: Clock) -> AsyncIterator[Intake]:
    """Subscribe to what is given and apply its rules; with no feeds at all the sample is served meanwhile."""
    known = engine.subscriptions
    known.add(given.feeds)
    known.allow(given.hosts)
    if given.rules is not None:
        apply_rules(engine, given.rules)
    count = len(known.feeds())
    if count and not holds_sample(settings.data):
        yield Intake(settings, known.allowed(), f"Reading {many(count, 'feed')}; data in {settings.data}/")
        return
    async with _sample_server(settings, clock) as server:
        if not (count or given.rules or engine.rules()):
            apply_rules(engine, read_rules_path(seeds_folder() / "rules.yml", known_channels(settings)))
        feeds = server.feeds()
        known.add(feeds)
        told = f"No feeds were named: reading the {len(feeds)} bundled sample feeds; data in {settings.data}/"
        yield Intake(settings.model_copy(update=SAMPLE_POLL_S), [server.host], told)


def apply_rules(engine: Engine, rules: Sequence[Rule]) -> list[str]:
    """Make these the live rules; returns a line for each change."""
    changes = difference(engine.rules(), rules)
    engine.apply_rules(changes.to_apply())
    return changes.lines()


def _sample_server(settings: Settings, clock: Clock) -> SampleServer:
    return SampleServer(seeds_folder() / "sample", start_for(settings.data, clock()))


def _feeds(name: str) -> list[Feed]:
    if _is_url(name):
        return [feed_from_url(name)]
    try:
        return read_feeds(Path(name).read_bytes(), name)
    except OSError as error:
        raise FeedsFileError(
            f"{name}: {error.strerror}; give an OPML file, a file of URLs, or a feed's URL"
        ) from error


def _is_url(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))
