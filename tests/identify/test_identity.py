from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from streams.codec import content_id, pack, unpack_as
from streams.identify.clean import clean
from streams.identify.identity import (
    MAX_FEEDS,
    Seen,
    Verdict,
    article_id,
    decide,
    entry_id,
    is_other_entry,
    remember,
)
from streams.records import RawItem, Source
from tests.factories import NOON, raw_item

HOUR = timedelta(hours=1)
FEED_URL = "https://herald.example/rss.xml"


def verdict_on(seen: Seen | None, item: RawItem) -> Verdict:
    return decide(seen, item, clean(item, 10_000).content())


def after(*items: RawItem) -> Seen:
    """What is remembered once these items came, in order."""
    seen: Seen | None = None
    for item in items:
        content = clean(item, 10_000).content()
        seen = remember(seen, item, content, decide(seen, item, content), "en")
    assert seen is not None
    return seen


@pytest.mark.parametrize(
    "other",
    [
        {"url": "http://www.herald.example/harbour-bridge/?utm_source=rss"},
        {"feed_id": "herald-world", "guid": "99"},
        {"title": "Something else"},
        {"fetched_at": NOON + timedelta(days=700), "published": None},
    ],
)
def test_an_article_is_its_url(other: dict[str, Any]) -> None:
    assert article_id(raw_item(**other)).id == article_id(raw_item()).id
    assert article_id(raw_item()).how == "url"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:void(0)",
        "https://herald.example",
        "https://www.herald.example/?utm_source=rss",
        "https://herald.example/index.html#top",
        FEED_URL,
        "https://herald.example/" + "a" * 100_000,
    ],
)
def test_without_a_link_of_its_own_an_article_is_its_guid_in_its_feed(url: str | None) -> None:
    item = raw_item(url=url, guid="17", feed_id=content_id(FEED_URL))
    assert article_id(item).how == "guid"
    assert article_id(item) == entry_id(item)
    assert article_id(raw_item(url=url, guid="18", feed_id=content_id(FEED_URL))).id != article_id(item).id
    assert article_id(raw_item(url=url, guid="17", feed_id="courier")).id != article_id(item).id


@pytest.mark.parametrize("guid", [None, "", "  "])
def test_without_link_and_guid_an_article_is_its_title_on_a_day_of_its_source(guid: str | None) -> None:
    def titled(**fields: Any) -> str:
        identity = article_id(raw_item(**({"url": None, "guid": guid} | fields)))
        assert identity.how == "title"
        return identity.id

    assert titled() == titled(title="HARBOUR BRIDGE: closed after inspection!")
    assert titled() == titled(feed_id="herald-world", fetched_at=NOON + timedelta(days=400))
    assert titled() != titled(title="Harbour bridge opened")
    assert titled() != titled(source=Source(name="Courier", domain="courier.example"))
    assert titled() != titled(published=NOON - timedelta(days=1))
    assert titled(published=None) != titled(published=None, fetched_at=NOON + timedelta(days=1))


def test_identities_of_different_kinds_never_meet() -> None:
    url = "https://herald.example/harbour-bridge"
    assert article_id(raw_item(url=url)).id != article_id(raw_item(url=None, guid=url)).id


def test_what_was_never_seen_is_new() -> None:
    assert verdict_on(None, raw_item()).kind == "new"


CHANGED = {"summary": "<p>The bridge was closed. Two people were hurt.</p>"}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("repeat", {}),
        ("repeat", {"fetched_at": NOON + HOUR}),
        ("repeat", {"fetched_at": NOON - HOUR, **CHANGED}),
        ("repeat", {"fetched_at": NOON, **CHANGED}),
        ("repeat", {"feed_id": "courier"}),
        ("repeat", {"feed_id": "courier", "fetched_at": NOON - HOUR}),
        (
            "repeat",
            {"fetched_at": NOON + HOUR, "published": NOON + HOUR, "categories": ["new"], "authors": ["new"]},
        ),
        ("repeat", {"fetched_at": NOON + HOUR, "title": "<b>Harbour bridge</b>  closed after inspection"}),
        ("revision", {"fetched_at": NOON + HOUR, **CHANGED}),
        ("sighting", {"feed_id": "courier", **CHANGED}),
        ("sighting", {"feed_id": "courier", "fetched_at": NOON - HOUR, **CHANGED}),
    ],
)
def test_what_an_item_is_to_a_known_article(kind: str, fields: dict[str, Any]) -> None:
    found = verdict_on(after(raw_item()), raw_item(**fields))
    assert found.kind == kind
    assert found.why


def test_a_revision_names_the_fields_that_changed() -> None:
    later = raw_item(fetched_at=NOON + HOUR, title="Bridge closed for a year")
    assert verdict_on(after(raw_item()), later).changed == ["title"]
    assert verdict_on(after(raw_item()), raw_item(fetched_at=NOON + HOUR, **CHANGED)).changed == [
        "text",
        "summary",
    ]


def test_a_feed_that_repeats_its_own_words_does_not_revise_another_feeds_article() -> None:
    other = raw_item(feed_id="courier", **CHANGED)
    seen = after(raw_item(), other)
    assert verdict_on(seen, raw_item(feed_id="courier", fetched_at=NOON + HOUR, **CHANGED)).kind == "repeat"


def test_an_edit_that_comes_through_two_feeds_is_one_revision() -> None:
    edited = {"title": "Bridge closed for a year", "fetched_at": NOON + HOUR}
    seen = after(raw_item(), raw_item(feed_id="courier"), raw_item(**edited))
    assert seen.revision == 2
    assert verdict_on(seen, raw_item(feed_id="courier", **edited)).kind == "repeat"


def test_an_edit_that_is_taken_back_is_a_revision_too() -> None:
    seen = after(raw_item(), raw_item(fetched_at=NOON + HOUR, **CHANGED))
    assert verdict_on(seen, raw_item(fetched_at=NOON + 2 * HOUR)).kind == "revision"


def test_the_same_words_are_no_revision_when_the_rules_that_clean_them_change() -> None:
    seen, again = after(raw_item()), raw_item(fetched_at=NOON + HOUR)
    cleaned_otherwise = clean(raw_item(**CHANGED), 10_000).content()
    verdict = decide(seen, again, cleaned_otherwise)
    assert verdict.kind == "repeat"
    seen = remember(seen, again, cleaned_otherwise, verdict, "en")
    edited = raw_item(title="Bridge closed for a year", fetched_at=NOON + 2 * HOUR)
    assert verdict_on(seen, edited).kind == "revision"


def test_what_is_remembered_survives_storage() -> None:
    seen = after(raw_item(guid="17"), raw_item(feed_id="courier", **CHANGED))
    assert unpack_as(pack(seen), Seen) == seen


def test_a_repeat_moves_the_times_and_nothing_else() -> None:
    seen = after(raw_item(backfill=True))
    later = after(raw_item(backfill=True), raw_item(fetched_at=NOON + HOUR))
    assert later.last_seen == later.feeds["herald"].at == NOON + HOUR
    assert (later.created_at, later.revision, later.content, later.backfill) == (NOON, 1, seen.content, True)


def test_a_late_item_changes_nothing() -> None:
    seen = after(raw_item())
    late = raw_item(fetched_at=NOON - HOUR, **CHANGED)
    assert remember(seen, late, clean(late, 10_000).content(), verdict_on(seen, late), "en") == seen


def test_the_feeds_remembered_for_an_article_are_bounded() -> None:
    seen = after(*(raw_item(feed_id=f"feed {number}") for number in range(MAX_FEEDS + 20)))
    assert len(seen.feeds) == MAX_FEEDS
    later = raw_item(feed_id="one more", fetched_at=NOON + HOUR, **CHANGED)
    assert verdict_on(seen, later).kind == "sighting"
    again = remember(seen, later, clean(later, 10_000).content(), verdict_on(seen, later), "en")
    assert again.last_seen == NOON + HOUR
    assert again.feeds == seen.feeds


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"guid": "18", "title": "Ferry fares to rise"}, True),
        ({"guid": "18"}, False),
        ({"guid": "18", "title": "Ferry fares to rise", "fetched_at": NOON - HOUR}, False),
        ({"guid": "17", "title": "Ferry fares to rise"}, False),
        ({"guid": "17#2", "title": "Ferry fares to rise"}, False),
        ({"guid": None, "title": "Ferry fares to rise"}, False),
        ({"guid": "18", "title": "Ferry fares to rise", "feed_id": "courier"}, False),
    ],
)
def test_entries_that_share_a_link_are_told_apart_by_guid_and_title(other: dict[str, Any], expected: bool) -> None:
    item = raw_item(**other)
    assert is_other_entry(after(raw_item(guid="17")), item, clean(item, 10_000).content()) is expected
