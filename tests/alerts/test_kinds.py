"""Kinds of rules: what has to come about before a hit is an alert."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from streams.alerts.windows import MOST_COUNTED
from streams.records import Delivery, Edit, Hit, Rule, Source, Unusual
from tests.alerts.deciding import Deciding, at, change, told, whats
from tests.alerts.deciding import tick as tick_at
from tests.factories import COURIER, HERALD, NOON, hit, rule

FREQUENCY = rule(kind="frequency", count=3, window_s=3600.0)
SPIKE = rule(kind="spike", minimum=4, factor=3.0, window_s=3600.0)
SILENCE = rule(kind="silence", window_s=3600.0)
NEW_STORY = rule(kind="new_story", publishers=3, window_s=3600.0)
RETURNING = rule(kind="returning")
COVERAGE = rule(kind="coverage", query="")


def article(of: Rule, minutes: float, **fields: Any) -> Hit:
    """A hit that is read as it is published, so many minutes after noon; each is of a story of its own."""
    name = fields.pop("name", f"{minutes}")
    defaults: dict[str, Any] = {"title": name, "story_id": f"story-{name}", "published": at(minutes)}
    return hit(rule=of, fetched_at=at(minutes), **(defaults | fields))


def ticks(decide: Deciding, first: int, last: int) -> list[Any]:
    """A tick each minute."""
    return [one for minute in range(first, last + 1) for one in decide.take(tick_at(minute))]


def test_a_rule_of_frequency_tells_once_its_count_is_reached_within_the_window() -> None:
    decide = Deciding(FREQUENCY)

    assert decide.take(article(FREQUENCY, 0), article(FREQUENCY, 40)) == []
    sent = decide.take(article(FREQUENCY, 50))

    assert len(told(sent)) == 1
    assert [one.title for one in decide.alert.articles] == ["0", "40", "50"]
    assert (decide.alert.kind, decide.alert.article_count) == ("frequency", 3)
    assert decide.alert.events[0].why == "3 articles within 1 h"


def test_an_alert_lists_what_came_before_it_by_its_newest_revision_and_is_not_changed_by_that_again() -> None:
    decide = Deciding(FREQUENCY)
    revised = article(FREQUENCY, 10, name="first, revised", document_id="d0", revision=2)
    decide.take(article(FREQUENCY, 0, name="first", document_id="d0"), revised)
    decide.take(article(FREQUENCY, 20, document_id="d1"), article(FREQUENCY, 30, document_id="d2"))

    assert [one.title for one in decide.alert.articles] == ["first, revised", "20", "30"]
    assert decide.take(revised) == []


def test_articles_further_apart_than_the_window_are_no_alert() -> None:
    decide = Deciding(FREQUENCY)

    assert decide.take(*[article(FREQUENCY, 31 * n) for n in range(10)]) == []


def test_more_articles_update_the_one_alert_which_closes_when_they_become_few() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(*[article(FREQUENCY, n) for n in (0, 1, 2, 3)])

    assert (decide.alert.article_count, decide.alert.state) == (4, "open")
    assert decide.take(tick_at(62)) == []
    decide.take(tick_at(63))

    assert decide.alert.state == "closed"
    assert whats(decide.alert) == ["opened", "closed"]
    assert len(told(decide.sent)) == 1


def test_a_silence_of_less_than_an_hour_is_told_in_minutes() -> None:
    short = rule(kind="silence", window_s=600.0)
    decide = Deciding(short)
    decide.take(article(short, 0))
    ticks(decide, 1, 12)

    assert decide.alert.events[0].why == "nothing came for 10 min"


def test_the_next_burst_is_another_alert() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(*[article(FREQUENCY, n) for n in (0, 1, 2)], tick_at(63))
    decide.anew()

    sent = decide.take(*[article(FREQUENCY, n) for n in (200, 201, 202)])

    assert len(told(sent)) == 1
    assert len(decide.alerts) == 2


def test_copies_of_one_text_count_once() -> None:
    decide = Deciding(FREQUENCY)
    copies = [article(FREQUENCY, n, copy_of="first") for n in range(1, 9)]

    assert decide.take(article(FREQUENCY, 0), *copies) == []


def test_a_late_article_counts_when_it_was_published() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(article(FREQUENCY, 0), article(FREQUENCY, 20), article(FREQUENCY, 90))

    sent = decide.take(article(FREQUENCY, 95, name="late", published=at(10)))

    assert len(told(sent)) == 1
    decide.take(article(FREQUENCY, 400))
    assert decide.take(article(FREQUENCY, 401, name="too late", published=at(30))) == []


def test_late_articles_of_one_burst_are_one_alert_that_is_over_at_once() -> None:
    decide = Deciding(FREQUENCY)

    decide.take(*[article(FREQUENCY, 600 + n, name=f"late {n}", published=at(n)) for n in range(6)])

    assert (decide.alert.article_count, decide.alert.state) == (6, "closed")
    assert whats(decide.alert) == ["opened", "closed"]
    assert len(told(decide.sent)) == 1


def test_a_late_article_that_prolongs_a_burst_into_the_present_opens_its_alert_again() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(*[article(FREQUENCY, n) for n in (0, 1, 2)], tick_at(63))

    decide.take(article(FREQUENCY, 64, published=at(50)))

    assert (decide.alert.article_count, decide.alert.state) == (4, "open")
    assert whats(decide.alert) == ["opened", "closed", "reopened"]
    assert decide.take(tick_at(109)) == []
    decide.take(tick_at(110))
    assert decide.alert.state == "closed"


def test_an_article_of_before_that_comes_again_is_not_part_of_the_next_burst() -> None:
    decide = Deciding(FREQUENCY)
    before = [article(FREQUENCY, 0), article(FREQUENCY, 200, name="copy", copy_of="first")]
    decide.take(*before, *[article(FREQUENCY, n) for n in (201, 202, 203)])

    assert decide.take(*before) == []


def test_a_copy_is_listed_by_the_open_alert() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(*[article(FREQUENCY, n) for n in (0, 1, 2)])

    decide.take(article(FREQUENCY, 3, copy_of="first"))

    assert (decide.alert.article_count, decide.alert.copies) == (4, 1)


def test_a_future_date_counts_when_the_article_was_read() -> None:
    decide = Deciding(FREQUENCY)
    future = NOON + timedelta(days=9)

    decide.take(*[article(FREQUENCY, n, published=future) for n in (0, 1, 2)])

    assert decide.alert.article_count == 3


def test_a_first_poll_fills_a_frequency_without_telling_anybody_until_a_live_article_comes() -> None:
    decide = Deciding(FREQUENCY)

    assert told(decide.take(*[article(FREQUENCY, n, backfill=True) for n in (0, 1, 2)])) == []
    assert decide.alert.delivery_reason == "first poll or replay"
    assert len(told(decide.take(article(FREQUENCY, 5)))) == 1


def test_what_a_frequency_remembers_is_bounded() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(*[article(FREQUENCY, n / 100) for n in range(MOST_COUNTED + 300)])

    watch = decide.table["bridge"]
    assert len(watch.times) == MOST_COUNTED
    assert len(watch.recent) == len(watch.alert.alert.articles) == 40


def test_a_spike_is_a_window_with_many_times_more_than_the_past_ones() -> None:
    decide = Deciding(SPIKE)
    past = [article(SPIKE, 60 * n + 5) for n in range(6)]

    assert decide.take(*past) == []
    decide.anew()
    assert decide.take(*[article(SPIKE, 365 + n) for n in range(3)]) == []
    sent = decide.take(article(SPIKE, 380))

    assert len(told(sent)) == 1
    assert decide.alert.events[0].why == "4 articles within 1 h, after 1.0 on average"
    assert decide.take(tick_at(479)) == []
    decide.take(tick_at(480))
    assert decide.alert.state == "closed"


def test_without_a_past_there_is_no_spike() -> None:
    decide = Deciding(SPIKE)

    assert decide.take(*[article(SPIKE, n) for n in range(30)]) == []


def test_what_is_always_much_is_no_spike() -> None:
    decide = Deciding(SPIKE)

    assert decide.take(*[article(SPIKE, 12 * n) for n in range(60)]) == []


def test_a_first_poll_tells_a_spike_rule_of_its_past() -> None:
    decide = Deciding(SPIKE)
    newest_first = [article(SPIKE, 0, name=f"old {n}", published=at(-60 * n - 5), backfill=True) for n in range(9)]

    decide.take(*newest_first)

    assert len(told(decide.take(*[article(SPIKE, n) for n in range(4)]))) == 1


def test_a_source_that_falls_silent_is_an_alert_and_one_that_speaks_again_closes_it() -> None:
    decide = Deciding(SILENCE)
    decide.take(article(SILENCE, 0))

    assert ticks(decide, 1, 59) == []
    sent = ticks(decide, 60, 70)

    assert len(told(sent)) == 1
    assert (decide.alert.kind, [one.title for one in decide.alert.articles]) == ("silence", ["0"])
    assert (decide.alert.article_count, decide.alert.publishers) == (1, 1)
    assert decide.alert.delivery_reason == "nothing came for a window"
    assert decide.alert.events[0].why == "nothing came for 1 h"
    decide.anew()
    decide.take(article(SILENCE, 75))
    assert (decide.alert.state, whats(decide.alert)) == ("closed", ["opened", "closed"])
    assert len(told(ticks(decide, 76, 140))) == 1


def test_of_a_silence_that_ends_in_the_quiet_hours_nobody_is_told() -> None:
    quiet = rule(kind="silence", window_s=3600.0, quiet="12:30-14:00")
    decide = Deciding(quiet)
    decide.take(article(quiet, 0))
    ticks(decide, 1, 61)
    assert decide.alert.delivery == "held"

    decide.take(article(quiet, 70))

    assert (decide.alert.state, decide.alert.delivery) == ("closed", "recorded")
    assert told(decide.take(tick_at(121))) == []


def test_a_rule_of_silence_without_any_hit_counts_from_when_it_was_applied() -> None:
    decide = Deciding(SILENCE)

    assert ticks(decide, 0, 59) == []
    assert len(told(ticks(decide, 60, 61))) == 1
    assert decide.alert.articles == []


def test_while_nothing_was_read_nothing_is_silent() -> None:
    decide = Deciding(SILENCE)
    decide.take(article(SILENCE, 0))
    ticks(decide, 1, 10)
    decide.anew()

    assert ticks(decide, 600, 655) == []
    assert len(told(ticks(decide, 656, 661))) == 1


def test_a_late_article_of_before_the_silence_does_not_end_it() -> None:
    decide = Deciding(SILENCE)
    decide.take(article(SILENCE, 0))
    ticks(decide, 1, 60)

    decide.take(article(SILENCE, 65, published=at(-10)))

    assert decide.alert.state == "open"


def test_a_rule_of_silence_that_is_removed_says_nothing_more() -> None:
    decide = Deciding(SILENCE)
    decide.take(rule(kind="silence", window_s=3600.0, deleted=True))

    assert ticks(decide, 0, 120) == []


def unusual(minutes: float, **fields: Any) -> Unusual:
    defaults: dict[str, Any] = {"feed_id": "herald", "source": HERALD, "what": "silent", "since": NOON}
    return Unusual(**(defaults | {"at": at(minutes), "why": "nothing new for long"} | fields))


def test_a_feed_that_falls_silent_or_floods_is_an_alert_of_its_own_until_that_is_over() -> None:
    decide = Deciding(COVERAGE)

    assert len(told(decide.take(unusual(5)))) == 1
    assert (decide.alert.kind, decide.alert.title) == ("coverage", "The Herald is silent")
    assert decide.alert.events[0].why == "nothing new for long"
    decide.anew()
    assert decide.take(unusual(5)) == []
    decide.take(unusual(9, over=True, why="something new has come"))
    assert (decide.alert.state, whats(decide.alert)) == ("closed", ["opened", "closed"])
    assert decide.take(unusual(9, over=True)) == []
    assert len(told(decide.take(unusual(20, what="flooding", since=at(20))))) == 1


def test_each_feed_has_an_alert_and_without_a_rule_there_is_none() -> None:
    decide = Deciding(COVERAGE)
    assert len(told(decide.take(unusual(1), unusual(2, feed_id="courier", source=COURIER)))) == 2
    decide.take(rule(kind="coverage", query="", deleted=True))
    assert decide.take(unusual(30, since=at(30))) == []
    assert Deciding(SILENCE).take(unusual(1)) == []


def test_a_muted_source_is_silent_without_anybody_being_told() -> None:
    decide = Deciding(COVERAGE)
    decide.take(Edit(id="mute", action="mute", at=NOON, source=HERALD.domain))
    assert told(decide.take(unusual(1))) == []
    assert decide.alert.delivery_reason == "muted: what herald.example publishes"


def test_a_new_story_is_told_once_it_has_enough_publishers() -> None:
    decide = Deciding(NEW_STORY)

    assert decide.take(hit(rule=NEW_STORY), change("story", publishers=2)) == []
    assert decide.take(hit(rule=NEW_STORY, title="b", fetched_at=at(5), source=COURIER)) == []
    decide.anew()
    sent = decide.take(change("story", 20, publishers=3))

    (delivery,) = [one for one in sent if isinstance(one, Delivery)]
    assert (delivery.at, delivery.alert.article_count, delivery.alert.opened_at) == (at(20), 2, at(20))
    assert decide.alert.events[0].why == "3 publishers"
    assert decide.take(change("story", 21, publishers=4)) == []


def test_what_waits_comes_about_no_more_once_its_rule_is_removed_until_it_is_applied_again() -> None:
    decide = Deciding(RETURNING)
    decide.take(article(RETURNING, 0, story_id="s"), rule(kind="returning", deleted=True))
    decide.anew()

    assert decide.take(change("s", 3, recurs="before", version=9)) == []
    decide.take(RETURNING, article(RETURNING, 5, story_id="s"))
    assert told(decide.take(change("s", 6, recurs="before", version=10))) == ["bridge.s"]
    assert decide.alert.state == "open"


def test_what_a_rule_holds_is_told_though_the_rule_counted_meanwhile() -> None:
    decide, quiet = Deciding(), rule(quiet="11:00-13:00")
    decide.take(hit(rule=quiet), FREQUENCY, quiet)

    assert told(decide.take(tick_at(60))) == ["bridge.story"]


def test_two_new_stories_that_become_one_are_told_of_once() -> None:
    decide = Deciding(NEW_STORY)
    decide.take(article(NEW_STORY, 0, story_id="old"), article(NEW_STORY, 1, story_id="new"))
    decide.take(change("old", 2, merged_into="new"))

    assert told(decide.take(change("new", 3, publishers=4, version=9))) == ["bridge.old"]


def test_a_story_that_grows_too_slowly_is_not_new_any_more() -> None:
    decide = Deciding(NEW_STORY)
    decide.take(hit(rule=NEW_STORY))

    assert decide.take(change("story", 61, publishers=3)) == []


def test_a_story_of_which_no_article_matches_is_none_of_the_rule_s() -> None:
    assert Deciding(NEW_STORY).take(change("story", 1, publishers=9)) == []


def test_a_new_story_of_a_first_poll_is_recorded_only() -> None:
    decide = Deciding(NEW_STORY)

    sent = decide.take(hit(rule=NEW_STORY, backfill=True), change("story", publishers=3))

    assert (told(sent), decide.alert.delivery_reason) == ([], "first poll or replay")


def test_one_live_article_among_old_ones_makes_a_new_story_news() -> None:
    decide = Deciding(NEW_STORY)
    old, live = hit(rule=NEW_STORY, backfill=True), hit(rule=NEW_STORY, title="b")

    assert len(told(decide.take(live, old, change("story", publishers=3)))) == 1


def test_what_waits_is_forgotten_when_it_can_no_longer_come_about() -> None:
    decide = Deciding(NEW_STORY)
    decide.take(hit(rule=NEW_STORY), tick_at(60))
    assert list(decide.table) == ["bridge.story"]

    decide.take(tick_at(60 * 24 * 8 + 61))

    assert decide.table == {}


def test_a_story_that_returns_is_told_whenever_that_becomes_known() -> None:
    decide = Deciding(RETURNING)

    assert decide.take(hit(rule=RETURNING), change("story", 1)) == []
    sent = decide.take(change("story", 2, recurs="earlier"))

    assert len(told(sent)) == 1
    assert (decide.alert.recurs, decide.alert.events[0].why) == ("earlier", "the story brings back earlier")


def test_a_return_that_becomes_known_as_the_story_closes_is_told_and_closed() -> None:
    decide = Deciding(RETURNING)
    closing = change("story", 1, recurs="earlier", state="closed", version=3)

    assert len(told(decide.take(hit(rule=RETURNING, story_version=2), closing))) == 1
    assert whats(decide.alert) == ["opened", "closed"]
    assert decide.take(closing) == []


def test_what_became_of_a_story_before_an_article_says_nothing_about_its_alert() -> None:
    decide = Deciding(NEW_STORY)
    before = change("story", publishers=3, version=4)

    assert decide.take(before, hit(rule=NEW_STORY, story_version=5), before) == []
    (delivery,) = [
        one for one in decide.take(change("story", publishers=4, version=5)) if isinstance(one, Delivery)
    ]
    assert delivery.alert.events[0].why == "4 publishers"


@pytest.mark.parametrize("kind", [FREQUENCY, SPIKE])
def test_a_rule_that_counts_something_else_begins_anew(kind: Rule) -> None:
    decide = Deciding(kind)
    decide.take(article(kind, 0), article(kind, 1))
    other = rule(kind="frequency", count=2, window_s=7200.0)

    assert decide.take(other, article(other, 2)) == []
    assert len(told(decide.take(article(other, 3, source=Source(name="Post", domain="post.example"))))) == 1


@pytest.mark.parametrize(
    "now", [{"query": "ferry"}, {"window_s": 7200.0}, {"kind": "silence"}, {"kind": "match"}, {"kind": "coverage"}]
)
def test_hits_under_way_of_a_rule_that_counted_otherwise_are_passed_by(now: dict[str, object]) -> None:
    decide = Deciding(FREQUENCY)
    other = msgspec.structs.replace(FREQUENCY, **now)
    decide.take(other)
    before = dict(decide.table)

    decide.anew()
    assert decide.take(*(article(FREQUENCY, number) for number in range(5))) == []
    assert decide.table == before


def test_a_hit_under_way_of_a_rule_that_goes_elsewhere_now_is_told_there() -> None:
    decide = Deciding(FREQUENCY)
    decide.take(article(FREQUENCY, 0), article(FREQUENCY, 1))
    decide.take(msgspec.structs.replace(FREQUENCY, channels=["file"]))

    sent = decide.take(article(FREQUENCY, 2))

    assert [one.channel for one in sent if isinstance(one, Delivery)] == ["file"]


@pytest.mark.parametrize(
    "other",
    [rule(kind="frequency", count=3, window_s=7200.0), rule(), SILENCE, COVERAGE],
    ids=lambda one: one.kind,
)
def test_the_alert_of_a_rule_that_counts_otherwise_from_now_on_is_over(other: Rule) -> None:
    quiet = rule(kind="frequency", count=3, window_s=3600.0, quiet="11:00-13:00")
    decide = Deciding(quiet)
    decide.take(article(quiet, 0), article(quiet, 1), article(quiet, 2))
    assert (decide.alert.state, decide.alert.delivery) == ("open", "held")

    assert told(decide.take(other)) == []

    assert (decide.alert.state, decide.alert.delivery, decide.alert.held_until) == ("closed", "recorded", None)
    assert whats(decide.alert)[-1] == "closed"
    assert [decide.take(other), decide.take(tick_at(5))] == [[], []]


def test_a_silence_and_a_feed_out_of_its_ordinary_are_over_when_the_rule_listens_for_something_else() -> None:
    decide = Deciding(SILENCE)
    decide.take(article(SILENCE, 0))
    ticks(decide, 1, 61)
    decide.take(rule(kind="silence", window_s=7200.0))
    assert decide.alert.state == "closed"

    covering = Deciding(COVERAGE)
    covering.take(unusual(5))
    covering.take(rule())
    assert covering.alert.state == "closed"


def test_a_throttle_holds_the_alerts_of_a_rule_that_counts_too() -> None:
    slow = rule(kind="frequency", count=2, window_s=600.0, throttle_s=7200.0)
    decide = Deciding(slow)
    decide.take(*[article(slow, n) for n in (0, 1)], tick_at(30))

    assert told(decide.take(*[article(slow, n, source=HERALD) for n in (40, 41)], tick_at(100))) == []
    decide.anew()
    assert len(told(decide.take(tick_at(121)))) == 1
