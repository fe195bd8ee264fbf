"""Which feeds and rules a run begins with: those named, those stored, or the bundled sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import pytest

from streams.engines.embedded import EmbeddedEngine
from streams.errors import DataFolderError, FeedsFileError, RuleError
from streams.feeds.opml import feed_from_url
from streams.intake import Intake, apply_rules, feeding, read_given
from streams.records import Rule
from streams.settings import Settings, load
from tests.factories import NOON, rule

FEED = "https://herald.example/feed"
OPML = (
    "<opml version='2.0'><body><outline text='World'>"
    "<outline text='Courier' type='rss' xmlUrl='https://courier.example/feed'/></outline></body></opml>"
)
RULES = "rules: [{id: own, name: Own, query: bridge}]"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data")


@pytest.fixture
def engine(settings: Settings) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine.open(settings.data, create=True)
    yield opened
    opened.close()


async def begin(engine: EmbeddedEngine, settings: Settings, *feeds: str, rules: Path | None = None) -> Intake:
    """Begin a run and end it at once."""
    async with feeding(engine, settings, read_given(settings, feeds, rules), lambda: NOON) as intake:
        return intake


def urls(engine: EmbeddedEngine) -> list[str]:
    return [feed.url for feed in engine.subscriptions.feeds()]


def ids(rules: Sequence[Rule]) -> list[str]:
    return [one.id for one in rules]


def test_files_and_addresses_are_read_in_the_order_given(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML)
    (tmp_path / "feeds.txt").write_text(f"# ours\n{FEED}\n")
    given = read_given(settings, ["feeds.txt", "HTTP://10.0.0.1:8080/feed", "feeds.opml"], None)
    assert [feed.url for feed in given.feeds] == [
        FEED,
        "HTTP://10.0.0.1:8080/feed",
        "https://courier.example/feed",
    ]
    assert given.feeds[2].tags == ["World"]
    assert given.hosts == ["10.0.0.1:8080"]
    assert given.rules is None


@pytest.mark.parametrize(
    ("feeds", "rules", "error", "named"),
    [
        (["missing.opml"], None, FeedsFileError, r"missing\.opml: No such file"),
        (["."], None, FeedsFileError, "Is a directory"),
        ([FEED, "http://[::1"], None, FeedsFileError, "is not a feed's address"),
        ([], "missing.yml", RuleError, r"missing\.yml"),
    ],
)
def test_what_cannot_be_read_is_named_before_anything_is_touched(
    settings: Settings, feeds: list[str], rules: str | None, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        read_given(settings, feeds, Path(rules) if rules else None)
    assert not settings.data.exists()


async def test_feeds_named_once_are_read_again_without_being_named(
    engine: EmbeddedEngine, settings: Settings
) -> None:
    first = await begin(engine, settings, FEED, "http://10.0.0.1:8080/feed")
    again = await begin(engine, settings)
    assert first.told == again.told == f"Reading 2 feeds; data in {settings.data}/"
    assert first.allowed == again.allowed == ["10.0.0.1:8080", "herald.example:443"]
    assert again.settings == settings
    assert urls(engine) == [FEED, "http://10.0.0.1:8080/feed"]


async def test_without_any_feed_the_sample_is_served_as_long_as_it_is_read(
    engine: EmbeddedEngine, settings: Settings
) -> None:
    async with feeding(engine, settings, read_given(settings, [], None), lambda: NOON) as intake:
        assert intake.told.startswith("No feeds were named: reading the 16 bundled sample feeds")
        assert intake.settings.poll_min_s < settings.poll_min_s
        (host,) = intake.allowed
        assert all(url.startswith(f"http://{host}/") for url in urls(engine))
        async with aiohttp.ClientSession() as session, session.get(urls(engine)[0]) as answer:
            assert answer.status == 200
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(urls(engine)[0])
    assert "border-build-up" in ids(engine.rules())


async def test_the_samples_rules_are_applied_once_and_changes_to_them_stay(
    engine: EmbeddedEngine, settings: Settings
) -> None:
    await begin(engine, settings)
    apply_rules(engine, [rule()])
    await begin(engine, settings)
    assert engine.rules() == [rule()]
    assert len(urls(engine)) == 16


async def test_rules_that_the_operator_named_or_applied_are_not_replaced_by_the_samples(
    engine: EmbeddedEngine, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    await begin(engine, settings, rules=tmp_path / "rules.yml")
    assert ids(engine.rules()) == ["own"]


async def test_rules_applied_before_the_first_start_stay(engine: EmbeddedEngine, settings: Settings) -> None:
    apply_rules(engine, [rule()])
    await begin(engine, settings)
    assert engine.rules() == [rule()]


async def test_the_sample_and_other_feeds_do_not_share_a_folder(
    engine: EmbeddedEngine, settings: Settings
) -> None:
    await begin(engine, settings)
    with pytest.raises(DataFolderError, match="holds the bundled sample"):
        read_given(settings, [FEED], None)
    with pytest.raises(DataFolderError, match="holds the bundled sample"):
        engine.add_feeds([feed_from_url(FEED)])
    assert FEED not in urls(engine)


def test_applying_rules_tells_each_change(engine: EmbeddedEngine) -> None:
    assert apply_rules(engine, [rule(id="a", name="A"), rule(id="b", name="B")]) == ["added a: A", "added b: B"]
    assert apply_rules(engine, [rule(id="a", name="A")]) == ["removed b: B"]
    assert apply_rules(engine, [rule(id="a", name="A")]) == []
