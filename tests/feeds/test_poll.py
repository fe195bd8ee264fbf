"""What a poll changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from streams.errors import AddressRefusedError, FetchError, NotAFeedError
from streams.feeds import fingerprints, poll
from streams.feeds.fetch import Fetched
from streams.feeds.parse import parse
from streams.feeds.poll import Polled
from streams.identify.identity import Seen
from streams.identify.prepare import Preparing
from streams.identify.stage import Identify
from streams.records import Article, Enclosure, Feed, FeedState, RawItem, Source, Tick
from streams.settings import Settings, load
from tests.feeds.documents import item, rss

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = load(poll_min_s=300, poll_max_s=3600)
FEED = Feed(id="herald", url="https://herald.example/rss")


class Reading:
    """One feed polled time and again, its state going through JSON as it does between runs."""

    def __init__(self, feed: Feed = FEED, settings: Settings = SETTINGS) -> None:
        self.feed = feed
        self.settings = settings
        self.state = FeedState(feed_id=feed.id)
        self.now = NOON

    def poll(self, body: bytes, etag: str | None = None, backfill: bool = False) -> list[RawItem]:
        fetched = Fetched(status=200, url=self.feed.url, body=body, etag=etag)
        if poll.is_unchanged(self.state, fetched):
            return self._after(poll.unchanged(self.feed, self.state, fetched, self.now, self.settings))
        parsed = parse(body, url=fetched.url)
        return self._after(
            poll.changed(self.feed, self.state, fetched, parsed, self.now, self.settings, backfill=backfill)
        )

    def fail(self, error: FetchError | NotAFeedError | AddressRefusedError) -> None:
        assert self._after(poll.failed(self.feed, self.state, error, self.now, self.settings)) == []

    def _after(self, polled: Polled) -> list[RawItem]:
        self.state = msgspec.json.decode(msgspec.json.encode(polled.state), type=FeedState)
        self.now += timedelta(hours=1)
        return polled.items


def guids(items: list[RawItem]) -> list[str | None]:
    return [one.guid for one in items]


def test_the_first_poll_hands_on_everything_as_backfill_and_later_ones_what_is_new() -> None:
    reading = Reading()
    first = reading.poll(rss(item(2), item(1)))
    assert guids(first) == ["1", "2"]
    assert all(one.backfill for one in first)
    second = reading.poll(rss(item(3), item(2), item(1)))
    assert guids(second) == ["3"]
    assert not second[0].backfill
    assert reading.state.items == 3


def test_backfill_lasts_until_a_poll_has_worked() -> None:
    reading = Reading()
    reading.fail(FetchError("http-500", "down"))
    assert all(one.backfill for one in reading.poll(rss(item(1))))


def test_all_is_backfill_when_asked_for() -> None:
    reading = Reading()
    reading.poll(rss(item(1)))
    assert [one.backfill for one in reading.poll(rss(item(2), item(1)), backfill=True)] == [True]


@pytest.mark.parametrize(
    ("tags", "setting", "full"),
    [
        (["World", "fulltext"], ["fulltext"], True),
        (["World"], ["fulltext"], False),
        (["World"], ["Long reads", "World"], True),
        ([], ["*"], True),
        (["fulltext"], [], False),
    ],
)
def test_a_feeds_tags_say_whether_its_articles_are_read_in_full(
    tags: list[str], setting: list[str], full: bool
) -> None:
    reading = Reading(replace(FEED, tags=tags), load(full_text=setting))
    assert [one.full_text for one in reading.poll(rss(item(1)))] == [full]


def test_an_entry_that_stands_two_years_in_its_feed_is_known_all_the_time_and_one_article() -> None:
    reading = Reading(settings=load(max_items=5))
    seen: dict[str, Seen] = {}
    handed_on, articles = [], []
    for week in range(104):
        items = reading.poll(rss(item(1000), *(item(n) for n in range(week + 3, week, -1))))
        reading.now += timedelta(days=7)
        handed_on += guids(items)
        # The stage is made anew each time, as by restarts, and forgets what was not seen for 90 days.
        stage = Identify(seen, {}, Preparing(1000), identity_days=90)
        articles += stage.process([*items, Tick(at=reading.now)])
    assert 23 <= handed_on.count("1000") <= 26
    emitted = [output.record for output in articles if isinstance(output.record, Article)]
    assert len(emitted) == len({one.id for one in emitted}) == 104 + 3
    assert {one.revision for one in emitted} == {1}
    assert len(fingerprints.unpacked(reading.state.fingerprints)) <= 4 + 5


def test_an_edited_entry_is_handed_on_again() -> None:
    reading = Reading()
    reading.poll(rss(item(1), item(2)))
    (edited,) = reading.poll(rss(item(1), item(2, "Now it is another.")))
    assert (edited.guid, edited.summary) == ("2", "Now it is another.")
    assert reading.poll(rss(item(2, "Now it is another."), item(1))) == []


@pytest.mark.parametrize(
    "touched",
    [
        "<pubDate>Mon, 02 Mar 2026 13:00:00 GMT</pubDate>",
        "<link>https://herald.example/1?utm_source=rss&amp;x=123</link>",
        "<category>City</category>",
    ],
)
def test_dates_links_and_labels_alone_are_no_edit(touched: str) -> None:
    reading = Reading()
    entry = "<title>One</title><guid>1</guid><description>Text</description>"
    reading.poll(rss(entry))
    assert reading.poll(rss(entry + touched)) == []


def test_the_same_body_is_not_read_again() -> None:
    reading = Reading()
    body = rss(item(1))
    reading.poll(body, etag='"1"')
    before = reading.state
    assert reading.poll(body, etag='"2"') == []
    assert reading.state.fingerprints == before.fingerprints
    assert reading.state.succeeded_at == NOON + timedelta(hours=1)
    assert reading.state.etag == '"2"'


def test_not_modified_keeps_all_that_the_next_poll_needs() -> None:
    reading = Reading()
    reading.poll(rss(item(1)), etag='"1"')
    answer = Fetched(status=304, url=FEED.url)
    assert poll.is_unchanged(reading.state, answer)
    after = poll.unchanged(FEED, reading.state, answer, reading.now, SETTINGS).state
    assert (after.etag, after.fingerprints) == ('"1"', reading.state.fingerprints)
    assert after.interval_s > reading.state.interval_s


def test_an_entry_that_left_the_feed_and_comes_back_is_not_new() -> None:
    reading = Reading()
    reading.poll(rss(item(1), item(2)))
    reading.poll(rss(item(2)))
    assert reading.poll(rss(item(1), item(2))) == []


def test_duplicates_within_a_feed_are_one_item() -> None:
    assert guids(Reading().poll(rss(item(1), item(1), item(2)))) == ["2", "1"]
    (last,) = Reading().poll(rss(item(1, "newer"), item(1, "older")))
    assert last.summary == "newer"


def test_a_feed_that_gives_all_entries_one_id_is_told_apart_by_links() -> None:
    def same(number: int) -> str:
        return f"<title>{number}</title><link>https://herald.example/{number}</link><guid>same</guid>"

    reading = Reading()
    assert len(reading.poll(rss(same(2), same(1)))) == 2
    assert [one.title for one in reading.poll(rss(same(3), same(2), same(1)))] == ["3"]
    assert reading.poll(rss(same(3), same(2))) == []


def test_entries_without_id_are_known_by_link_and_without_that_by_title() -> None:
    reading = Reading()
    reading.poll(rss("<title>One</title><link>https://herald.example/1</link>", "<title>Two</title>"))
    changed = rss("<title>One!</title><link>https://herald.example/1</link>", "<title>Two</title>")
    assert [one.title for one in reading.poll(changed)] == ["One!"]


def test_posts_with_a_text_alone_are_told_apart_by_it_and_entries_with_nothing_passed_over() -> None:
    posts = [f"<description>Post {n}</description>" for n in range(2)]
    assert [one.summary for one in Reading().poll(rss(*posts, "<category>City</category>"))] == [
        "Post 1",
        "Post 0",
    ]


def test_only_the_newest_items_are_taken() -> None:
    reading = Reading(settings=load(max_items=2))
    assert guids(reading.poll(rss(item(4), item(3), item(2), item(1)))) == ["3", "4"]
    assert [problem.kind for problem in reading.state.item_problems] == ["too-many-items"]


def test_a_success_is_remembered_with_what_the_next_poll_needs() -> None:
    reading = Reading()
    reading.fail(FetchError("http-500", "down"))
    reading.poll(rss(item(1)), etag='"1"')
    state = reading.state
    assert (state.etag, state.title, state.failures, state.problem) == ('"1"', "The Herald", 0, None)
    assert state.first_polled_at == state.polled_at == state.succeeded_at == NOON + timedelta(hours=1)
    assert state.due_at is not None
    assert state.succeeded_at is not None
    assert 0 <= (state.due_at - state.succeeded_at).total_seconds() - state.interval_s <= 0.05 * state.interval_s


def test_a_failure_costs_nothing_that_is_known() -> None:
    reading = Reading()
    body = rss(item(1))
    reading.poll(body, etag='"1"')
    before = reading.state
    reading.fail(FetchError("http-503", "busy \ud800", retry_after_s=7200))
    state = reading.state
    assert (state.failures, state.problem and state.problem.kind) == (1, "http-503")
    assert state.due_at is not None
    assert state.due_at >= NOON + timedelta(hours=1, seconds=7200)
    assert replace(state, polled_at=None, due_at=None, failures=0, problem=None) == replace(
        before, polled_at=None, due_at=None
    )
    assert reading.poll(body) == []


def test_not_modified_is_doubted_now_and_then() -> None:
    reading = Reading()
    reading.poll(rss(item(1)), etag='"1"')
    asked = []
    while (None, None) not in asked:
        asked.append(poll.validators(reading.state, reading.now))
        answer = Fetched(status=304, url=FEED.url)
        reading._after(poll.unchanged(FEED, reading.state, answer, reading.now, SETTINGS))
    assert asked == [('"1"', None)] * 23 + [(None, None)]
    reading.poll(rss(item(1)), etag='"2"')
    assert poll.validators(reading.state, reading.now) == ('"2"', None)


def test_a_feed_that_becomes_a_web_page_is_told_from_a_page_that_never_was_one() -> None:
    reading = Reading()
    reading.fail(NotAFeedError("html", "a web page"))
    assert reading.state.problem is not None
    assert reading.state.problem.kind == "html"
    reading.poll(rss(item(1)))
    reading.fail(NotAFeedError("html", "a web page"))
    assert reading.state.problem.kind == "became-html"
    assert "was a feed until 2026-03-02" in reading.state.problem.message


def test_problems_of_feed_and_items_are_remembered_and_bounded() -> None:
    bad = "<title>{}</title><pubDate>9999-12-31</pubDate>"
    reading = Reading()
    items = reading.poll(rss("", *(bad.format(number) for number in range(100))))
    assert [problem.kind for problem in reading.state.item_problems[:2]] == ["entry-nameless", "bad-date"]
    assert len(reading.state.item_problems) == poll.MAX_ITEM_PROBLEMS
    assert [problem.kind for problem in items[0].problems] == ["bad-date"]


def source_of(entry: str, feed: Feed = FEED, link: str = "https://www.herald.example/") -> Source:
    head = f"<title>Herald &amp;amp; Co</title><link>{link}</link><language>fr</language>"
    (one,) = Reading(feed).poll(rss(f"<title>One</title>{entry}", head=head))
    return one.source


OWN = "<link>https://news.herald.example/1</link>"
OTHER = "<link>https://www.globe.co.uk/1</link>"
FROM_ITSELF = '<source url="https://herald.example/rss">Herald</source>'
FROM_GLOBE = '<source url="https://globe.co.uk/rss">The Globe</source>'


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        (OWN, Source(name="Herald & Co", domain="herald.example")),
        ("", Source(name="Herald & Co", domain="herald.example")),
        (OTHER, Source(name="globe.co.uk", domain="globe.co.uk")),
        (OTHER + FROM_GLOBE, Source(name="The Globe", domain="globe.co.uk")),
        (OWN + FROM_GLOBE, Source(name="The Globe", domain="globe.co.uk")),
        (
            OWN + '<source url="https://herald.example/rss">Herald</source>',
            Source(name="Herald & Co", domain="herald.example"),
        ),
    ],
)
def test_an_item_is_of_its_own_publisher(entry: str, source: Source) -> None:
    assert source_of(entry) == source


def test_the_operators_name_for_a_feed_wins() -> None:
    assert source_of(OWN, replace(FEED, title="My Herald")).name == "My Herald"


def test_a_publisher_whose_feed_is_hosted_elsewhere_is_known_by_its_site() -> None:
    hosted = Feed(id="hosted", url="https://feeds.host.example/herald")
    assert source_of(OWN, hosted) == Source(name="Herald & Co", domain="herald.example")


def test_local_hosts_stand_for_themselves() -> None:
    local = Feed(id="local", url="http://127.0.0.1:9999/rss")
    assert source_of("", local, link="").domain == "127.0.0.1"


def test_an_item_carries_where_it_came_from() -> None:
    (one,) = Reading().poll(rss(item(1)))
    assert (one.feed_id, one.fetched_at, one.url) == ("herald", NOON, "https://herald.example/1")


def test_the_operators_language_for_a_feed_wins_over_the_declared_one() -> None:
    head = "<title>T</title><language>fr</language>"
    assert Reading().poll(rss(item(1), head=head))[0].feed_language == "fr"
    assert Reading(replace(FEED, language="de")).poll(rss(item(1), head=head))[0].feed_language == "de"


def test_an_items_files_and_discussion_come_through_to_its_article() -> None:
    audio = '<enclosure url="https://herald.example/1.mp3" type="audio/mpeg" length="1234"/>'
    (one,) = Reading().poll(rss(item(1) + audio + "<comments>https://herald.example/1#talk</comments>"))
    (output,) = Identify({}, {}, Preparing(1000), identity_days=90).process([one])
    article = output.record
    assert isinstance(article, Article)
    assert article.comments == "https://herald.example/1#talk"
    assert article.enclosures == [
        Enclosure(url="https://herald.example/1.mp3", media_type="audio/mpeg", size_bytes=1234)
    ]
