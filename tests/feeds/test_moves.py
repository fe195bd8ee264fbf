"""Permanent redirects: followed at once, believed when they repeat, given up when the new address fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streams.feeds.fetch import Fetched
from streams.feeds.moves import FAILURES, address, after_answer, after_failure
from streams.records import Feed, FeedState, Moved

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FEED = Feed(id="herald", url="https://herald.example/rss")
NEW = "https://news.herald.example/rss"
REDIRECTED = Fetched(status=200, url=NEW, moved_to=NEW)


def asked(moved: Moved | None) -> str:
    return address(FEED, FeedState(feed_id=FEED.id, moved=moved))


def redirected(hours: int, feed: Feed = FEED) -> Moved | None:
    moved: Moved | None = None
    for hour in range(hours):
        moved = after_answer(feed, moved, REDIRECTED, NOON + timedelta(hours=hour))
    return moved


def test_a_redirect_is_believed_when_it_was_met_often_and_for_a_day() -> None:
    assert asked(redirected(24)) == FEED.url
    assert asked(redirected(25)) == NEW


def test_a_temporary_redirect_or_none_undoes_what_was_not_settled() -> None:
    assert after_answer(FEED, redirected(20), Fetched(status=200, url=FEED.url), NOON) is None
    assert after_answer(FEED, redirected(20), Fetched(status=200, url=NEW), NOON) is None


def test_redirects_to_ever_other_addresses_are_never_believed() -> None:
    moved: Moved | None = None
    for hour in range(100):
        other = f"{NEW}?session={hour}"
        answer = Fetched(status=200, url=other, moved_to=other)
        moved = after_answer(FEED, moved, answer, NOON + timedelta(hours=hour))
    assert asked(moved) == FEED.url


def test_a_settled_address_that_answers_stays() -> None:
    settled = redirected(25)
    assert after_answer(FEED, settled, Fetched(status=304, url=NEW), NOON) == settled


def test_the_old_address_is_asked_again_when_the_new_one_fails() -> None:
    settled = redirected(25)
    assert asked(after_failure(settled, FAILURES - 1)) == NEW
    assert asked(after_failure(settled, FAILURES)) == FEED.url


def test_an_address_with_a_password_is_asked_always() -> None:
    secret = Feed(id="secret", url="https://user:word@herald.example/rss")
    assert redirected(100, secret) is None
