from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.codec import decode, encode
from streams.errors import RecordError
from streams.identify.identity import Seen
from streams.identify.stage import SWEPT_PER_TICK, Identify
from streams.records import Article, RawItem, Record, Source, Tick, Topic
from streams.stage import Output
from streams.state import Buffered, Table
from tests.factories import NOON, document, raw_item

EVAL = os.environ.get("STREAMS_EVAL")
POLLED_ROWS = 6000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER_WORDS = "<p>Engineers have found cracks in the harbour bridge, and it is shut.</p>"


def identify(seen: dict[str, Seen] | Table[Seen], days: int = 365) -> Identify:
    return Identify(seen, identity_days=days, max_text_chars=10_000)


def articles(outputs: Sequence[Output]) -> list[Article]:
    return [output.record for output in outputs if isinstance(output.record, Article)]


def process(*records: Record, seen: dict[str, Seen] | None = None) -> list[Article]:
    return articles(identify({} if seen is None else seen).process(records))


def test_an_item_becomes_an_article() -> None:
    item = raw_item(
        authors=["Jane Doe"], categories=["Local"], image="https://herald.example/a b.jpg", updated=NOON
    )
    outputs = identify({}).process([item])
    [article] = articles(outputs)
    assert [(output.topic, output.key) for output in outputs] == [(Topic.ARTICLES, article.id)]
    assert (article.revision, article.language, article.backfill, article.changed) == (1, "en", False, [])
    assert article.title == "Harbour bridge closed after inspection"
    assert article.text == "The harbour bridge was closed on Monday after engineers found cracks."
    assert article.url == "https://herald.example/harbour-bridge"
    assert article.image == "https://herald.example/a%20b.jpg"
    assert (article.authors, article.categories) == (["Jane Doe"], ["Local"])
    assert article.published == article.fetched_at == article.created_at == NOON


def test_an_article_tells_how_it_was_made() -> None:
    [article] = process(raw_item(summary="<p>The bridge is shut.</p><p>Advertisement</p><p>Source: Reuters</p>"))
    assert {decision.stage for decision in article.trace} == {"identify"}
    told = {decision.what: decision for decision in article.trace}
    assert told["new article"].numbers["identity"] == "url"
    assert float(told["language en"].numbers["confidence"]) > 0.5
    assert told["published 2026-03-02 12:00 UTC"].why == "published"
    assert told["lines removed"].numbers == {"advert": 1, "source": 1}
    assert [line.kind for line in article.removed] == ["advert", "source"]


def test_a_revised_title_updates_the_article_instead_of_adding_one() -> None:
    first, second = process(raw_item(), raw_item(title="Bridge closed for a year", fetched_at=NOON + HOUR))
    assert second.id == first.id
    assert (second.revision, second.changed) == (2, ["title"])
    assert (second.created_at, second.fetched_at) == (NOON, NOON + HOUR)


def test_the_language_is_that_of_the_first_revision() -> None:
    french = "<p>Le pont du port est fermé depuis lundi, ont annoncé les ingénieurs de la ville.</p>"
    first, second = process(raw_item(), raw_item(title="Pont fermé", summary=french, fetched_at=NOON + HOUR))
    assert first.language == second.language == "en"


def test_a_revision_keeps_the_time_of_publication_before_it_was_first_seen() -> None:
    bumped = raw_item(title="Bridge closed for a year", published=NOON + HOUR, fetched_at=NOON + 2 * HOUR)
    undated = raw_item(title="Bridge shut", published=None, fetched_at=NOON + 3 * HOUR)
    assert [article.published for article in process(raw_item(), bumped, undated)] == [NOON, NOON, NOON]


def test_two_feeds_with_different_summaries_of_one_url_are_one_article() -> None:
    world = {
        "feed_id": "world",
        "summary": OTHER_WORDS,
        "url": "http://www.herald.example/harbour-bridge?utm_source=w",
    }
    polls = [raw_item(**fields, fetched_at=NOON + hour * HOUR) for hour in range(5) for fields in ({}, world)]
    seen: dict[str, Seen] = {}
    [article] = process(*polls, seen=seen)
    assert article.feed_id == "herald"
    assert sorted(seen[article.id].feeds) == ["herald", "world"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"url": None, "guid": "17"}, {"url": None}, {"url": "https://herald.example/", "guid": "17"}],
    ids=["url", "guid", "title", "home page"],
)
def test_an_entry_that_stands_two_years_in_its_feed_is_one_article(fields: dict[str, Any]) -> None:
    seen: dict[str, Seen] = {}
    found: list[Article] = []
    for day in range(0, 730, 5):
        # A restart at every poll: what is remembered is all in the mapping.
        now = NOON + day * DAY
        found += process(raw_item(**fields, fetched_at=now), Tick(at=now), seen=seen)
    assert len(found) == 1
    assert found[0].created_at == NOON


def test_an_identity_is_forgotten_some_time_after_it_left_its_feeds() -> None:
    seen: dict[str, Seen] = {}
    stage = identify(seen, days=90)
    stage.process([raw_item(), raw_item(fetched_at=NOON + 50 * DAY)])
    stage.process([Tick(at=NOON + 140 * DAY)])
    assert len(seen) == 1
    stage.process([Tick(at=NOON + 141 * DAY)])
    assert seen == {}


def test_what_should_be_forgotten_is_new_even_where_the_sweep_has_not_come_to_it() -> None:
    late = raw_item(fetched_at=NOON + 91 * DAY)
    stage = identify({}, days=90)
    first, second = articles(stage.process([raw_item(), late]))
    assert (second.id, second.revision, second.created_at) == (first.id, 1, late.fetched_at)


def test_a_large_table_is_swept_in_parts_and_once_a_day() -> None:
    seen = Table(Buffered({}), Seen)
    items = [raw_item(url=None, guid=str(number)) for number in range(100)]
    identify(seen, days=1).process(items)
    template = seen[next(iter(seen))]
    for number in range(SWEPT_PER_TICK):
        seen[f"x{number}"] = template
    stage, sizes = identify(seen, days=1), [len(seen)]
    for minute in range(3):
        stage.process([Tick(at=NOON + 10 * DAY + timedelta(minutes=minute))])
        sizes.append(len(seen))
    assert sizes[0] - sizes[1] == SWEPT_PER_TICK
    seen["left for tomorrow"] = template
    stage.process([Tick(at=NOON + 10 * DAY + HOUR)])
    assert "left for tomorrow" in seen
    stage.process([Tick(at=NOON + 11 * DAY)])
    assert len(seen) == 0


def test_a_future_dated_feed_does_not_lead_or_evict_anything() -> None:
    seen: dict[str, Seen] = {}
    future = raw_item(url="https://herald.example/future", published=NOON + 3650 * DAY)
    old, new = process(raw_item(), future, Tick(at=NOON + HOUR), seen=seen)
    assert new.published == NOON
    assert "later" in next(decision.why for decision in new.trace if decision.what.startswith("published"))
    assert len(seen) == 2
    assert old.published == NOON


def test_a_ten_year_old_feed_keeps_its_dates() -> None:
    seen: dict[str, Seen] = {}
    published = NOON - 3652 * DAY
    [article] = process(raw_item(published=published, backfill=True), Tick(at=NOON + HOUR), seen=seen)
    assert (article.published, article.created_at) == (published, NOON)
    assert len(seen) == 1


def test_what_came_as_backfill_stays_backfill() -> None:
    edited = raw_item(title="Bridge closed for a year", fetched_at=NOON + HOUR)
    assert [article.backfill for article in process(raw_item(backfill=True), edited)] == [True, True]
    assert [
        article.backfill for article in process(raw_item(backfill=True), raw_item(fetched_at=NOON + HOUR))
    ] == [True]


def test_entries_that_all_link_to_one_page_are_articles_of_their_own() -> None:
    page = "https://herald.example/podcast"
    episodes = [raw_item(url=page, guid=str(number), title=f"Episode {number}") for number in range(5)]
    seen: dict[str, Seen] = {}
    found = process(*episodes, seen=seen)
    assert [article.title for article in found] == [f"Episode {number}" for number in range(5)]
    assert len({article.id for article in found}) == 5
    assert process(*episodes, seen=seen) == []
    again = [
        raw_item(url=page, guid=str(number), title=f"Episode {number}", fetched_at=NOON + DAY)
        for number in range(6)
    ]
    assert [article.title for article in process(*again, seen=seen)] == ["Episode 5"]
    revised = raw_item(url=page, guid="3", title="Episode 3, corrected", fetched_at=NOON + 2 * DAY)
    [article] = process(revised, seen=seen)
    assert (article.id, article.revision) == (found[3].id, 2)


def test_entries_that_all_link_to_the_home_page_are_articles_of_their_own() -> None:
    items = [raw_item(url="https://herald.example/", title=f"Headline {number}") for number in range(5)]
    assert len({article.id for article in process(*items)}) == 5


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://herald.example/" + "a" * 100_000},
        {"title": "", "summary": ""},
        {"title": "a\ud800\x00\u202eb", "summary": "\udfff" * 10},
        {"source": Source(name="\ud800 <b>\n" * 1000, domain="")},
        {"guid": "\ud800", "url": None, "summary": ""},
        {"published": datetime.min, "updated": datetime.max.replace(tzinfo=UTC)},
        {"content": "<div>" * 50_000},
        {"authors": ["x" * 100_000] * 1000, "categories": ["\ud800"] * 1000},
        {"image": "javascript:alert(1)", "url": "javascript:alert(1)"},
    ],
    ids=lambda fields: "-".join(fields),
)
def test_odd_items_give_small_storable_articles(fields: dict[str, Any]) -> None:
    [article] = process(raw_item(**fields))
    assert decode(encode(article)) == article
    assert len(encode(article)) < 30_000
    assert article.title
    assert article.url is None or article.url.startswith("https://")
    assert article.image is None


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)"])
def test_an_item_with_nothing_in_it_is_refused(url: str | None) -> None:
    with pytest.raises(RecordError, match=r"feed herald .*neither words nor a link"):
        process(raw_item(url=url, title=" ", summary="<img>", content="", guid="17"))


def test_an_item_that_is_only_a_link_is_titled_by_it() -> None:
    [article] = process(raw_item(title="", summary=""))
    assert (article.title, article.text) == ("https://herald.example/harbour-bridge", "")


def test_a_record_of_another_kind_is_refused() -> None:
    with pytest.raises(RecordError, match="not Document"):
        process(document())


def test_ticks_go_on_in_their_place() -> None:
    tick = Tick(at=NOON)
    outputs = identify({}).process([raw_item(), tick, raw_item(url="https://herald.example/b")])
    assert [type(output.record) for output in outputs] == [Article, Tick, Article]
    assert outputs[1] == Output(Topic.ARTICLES, "", tick)


ITEMS = st.builds(
    raw_item,
    url=st.sampled_from(
        [None, "https://herald.example/", "https://herald.example/a", "http://m.herald.example/a/?ref=x"]
    ),
    guid=st.sampled_from([None, "1", "2", "2#0"]),
    feed_id=st.sampled_from(["herald", "world"]),
    title=st.sampled_from(["Bridge closed", "Bridge opened"]),
    summary=st.sampled_from(["<p>It is shut.</p>", OTHER_WORDS]),
    fetched_at=st.integers(0, 3).map(lambda hours: NOON + hours * HOUR),
    backfill=st.booleans(),
)


@given(st.lists(ITEMS, max_size=12), st.data())
def test_a_batch_redelivered_in_any_split_changes_and_emits_nothing(
    items: list[RawItem], data: st.DataObject
) -> None:
    items.sort(key=lambda item: item.fetched_at)
    seen: dict[str, Seen] = {}
    emitted = process(*items, seen=seen)
    state = dict(seen)
    start = data.draw(st.integers(0, len(items)), label="redelivered from")
    cuts = sorted({start, len(items), *data.draw(st.lists(st.integers(start, len(items))), label="cuts")})
    again = [process(*items[a:b], seen=seen) for a, b in pairwise(cuts)]
    assert all(not found for found in again)
    assert seen == state
    assert len({(article.id, article.revision) for article in emitted}) == len(emitted)


@given(st.lists(ITEMS, max_size=12), st.data())
def test_articles_do_not_depend_on_batches_or_restarts(items: list[RawItem], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(items)))
    whole: dict[str, Seen] = {}
    parts: dict[str, Seen] = {}
    at_once = process(*items, seen=whole)
    assert process(*items[:cut], seen=parts) + process(*items[cut:], seen=parts) == at_once
    assert parts == whole


@given(st.lists(ITEMS, max_size=12))
def test_revisions_of_an_article_count_up_from_one(items: list[RawItem]) -> None:
    revisions: dict[str, int] = {}
    for article in process(*items):
        assert article.revision == revisions.get(article.id, 0) + 1
        assert bool(article.changed) is (article.revision > 1)
        revisions[article.id] = article.revision


@pytest.mark.skipif(EVAL is None, reason="STREAMS_EVAL is not set: no recorded polls")
def test_headlines_polled_again_and_again_come_once_a_day() -> None:
    path = Path(EVAL or "") / "replay" / "google-news-top.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        items = [_polled(json.loads(line)) for line in islice(lines, POLLED_ROWS)]
    stage, emitted = identify({}), 0
    expected = {(item.source.domain, item.title, item.fetched_at.date()) for item in items}
    for start in range(0, len(items), 500):
        emitted += len(stage.process(items[start : start + 500]))
    assert emitted == len(expected)


def _polled(row: dict[str, str | None]) -> RawItem:
    """A row as its feed gave it: headline and source in one line."""
    title, _, source = (row["title"] or "").rpartition(" - ")
    at = datetime.fromisoformat(f"{row['poll']}:00+00:00")
    return raw_item(
        url=row["link"],
        title=title,
        summary="",
        source=Source(name=source, domain=source),
        published=None,
        fetched_at=at,
    )
