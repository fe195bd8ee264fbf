from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from streams.codec import decode, encode
from streams.errors import RecordError
from streams.identify.identity import Seen
from streams.identify.stage import SWEPT_PER_TICK
from streams.records import Article, Source, Tick, Topic
from streams.stage import Output
from streams.state import Buffered, Table
from tests.factories import NOON, document, raw_item
from tests.identify.running import articles, identify, process

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER_WORDS = "<p>Engineers have found cracks in the harbour bridge, and it is shut.</p>"


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


def test_an_article_that_is_to_be_read_in_full_goes_to_who_reads_pages_by_its_publisher() -> None:
    [output] = identify({}).process([raw_item(full_text=True)])
    assert (output.topic, output.key) == (Topic.PAGES, "herald.example")
    [output] = identify({}).process([raw_item(full_text=True, url=None, guid="1")])
    assert output.topic == Topic.ARTICLES


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


def test_a_time_of_publication_that_moves_on_with_an_edit_stays_the_first_one() -> None:
    first = raw_item(published=NOON - 5 * HOUR)
    bumped = raw_item(title="Bridge closed for a year", published=NOON - HOUR, fetched_at=NOON + HOUR)
    back = raw_item(title="Bridge shut", published=NOON - 6 * HOUR, fetched_at=NOON + 2 * HOUR)
    revisions = process(first, bumped, back)
    assert [article.published for article in revisions] == [NOON - hours * HOUR for hours in (5, 5, 6)]
    why = [next(one.why for one in each.trace if one.what.startswith("published")) for each in revisions]
    assert why == ["published", "an earlier revision", "published"]


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


def test_a_sweep_bears_a_plain_dict_that_changes_under_it() -> None:
    seen: dict[str, Seen] = {}
    stage = identify(seen, days=1)
    stage.process([raw_item()])
    [known] = seen.values()
    seen |= {f"x{number}": known for number in range(2 * SWEPT_PER_TICK)}
    stage.process([Tick(at=NOON + 10 * DAY), Tick(at=NOON + 10 * DAY + HOUR)])
    assert len(seen) == SWEPT_PER_TICK + 1
    stage.process([Tick(at=NOON + 11 * DAY)])
    assert len(seen) == 1


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
        {"content": "<p>" + "The harbour bridge was closed on Monday. " * 20_000},
        {"content": "<p>It is shut.</p>" + "<a href=/x>Read more about the bridge</a><br>" * 10_000},
        {"content": "<table><tr><td>" * 3000 + "It is shut." + "</td></tr></table>" * 3000},
        {"content": "<p>" + "\x00\u200b\u202e" * 50_000 + "It is shut.</p>"},
        {"content": "<p>Share this</p>" * 50_000},
        {"content": "".join(f"<p>More on case {number}</p>" for number in range(5000))},
        {"content": "<p>Updated 1" + " ." * 50 + "x</p>" * 300},
        {"content": "<form>" + "<p>The harbour bridge was closed on Monday.</p>" * 2000 + "</form>"},
        {"content": "<!--" + "It is shut. " * 10_000},
        {"content": "<p>" + "?!… : | » • → > (" * 5000 + "</p>"},
        {"authors": ["x" * 100_000] * 1000, "categories": ["\ud800"] * 1000},
        {"image": "javascript:alert(1)", "url": "javascript:alert(1)"},
    ],
    ids=lambda fields: "-".join(fields),
)
def test_odd_items_give_small_storable_articles(fields: dict[str, Any]) -> None:
    [article] = process(raw_item(**fields))
    assert decode(encode(article)) == article
    assert len(encode(article)) < 40_000
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
