"""What becomes of an alert that opened: more publishers, revisions, its story's end, people's decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from streams.alerts.edits import acknowledge, in_force, mute
from streams.alerts.memory import KEPT, REMOVED
from streams.records import Alert, Delivery, Hit, Revised, Source
from tests.alerts.deciding import Deciding, at, change, tick, told, whats
from tests.factories import COURIER, HERALD, NOON, hit, rule

LEVELS = rule(escalate=[2, 4])
SLOW = rule(throttle_s=1800.0)


def paper(number: int, **fields: Any) -> Hit:
    """A hit on an article of another publisher, a minute later each."""
    source = Source(name=f"Paper {number}", domain=f"paper{number}.example")
    defaults = {"rule": LEVELS, "title": f"{number}", "fetched_at": at(number), "source": source}
    return hit(**(defaults | fields))


def revised(document: Hit, revision: int = 2, minutes: float = 9) -> Revised:
    return Revised(document_id=document.document_id, revision=revision, story_id=document.story_id, at=at(minutes))


def test_people_are_told_again_at_each_threshold_of_publishers_and_not_between() -> None:
    decide = Deciding()

    sent = [one for number in range(6) for one in decide.take(paper(number))]

    deliveries = [one for one in sent if isinstance(one, Delivery)]
    assert [(one.reason, one.alert.publishers, one.alert.level) for one in deliveries] == [
        ("opened", 1, 0),
        ("escalated", 2, 1),
        ("escalated", 4, 2),
    ]
    assert len({one.key for one in deliveries}) == 3
    assert whats(decide.alert) == ["opened", "escalated", "escalated"]


def test_an_escalation_does_not_wait_for_the_throttle_and_comes_again_under_its_key() -> None:
    slow = rule(escalate=[2], throttle_s=7200.0)
    first, again = Deciding(), Deciding()

    sent = first.take(paper(0, rule=slow), paper(1, rule=slow))
    repeat = again.take(paper(0, rule=slow), paper(1, rule=slow))

    assert len(told(sent)) == 2
    assert [one.key for one in sent if isinstance(one, Delivery)] == [
        one.key for one in repeat if isinstance(one, Delivery)
    ]


def test_an_old_article_of_another_publisher_is_no_escalation_until_a_live_one_comes() -> None:
    decide = Deciding()

    assert told(decide.take(paper(0), paper(1, backfill=True))) == ["bridge.story"]
    assert told(decide.take(paper(2))) == ["bridge.story"]


def test_how_fast_an_alert_grows_is_articles_an_hour_over_a_day() -> None:
    decide = Deciding()
    decide.take(*[paper(n) for n in range(12)])
    assert decide.alert.velocity == 0.5

    decide.take(paper(60 * 30))

    assert decide.alert.velocity == 1 / 24


def test_a_revision_that_adds_the_match_opens_the_alert() -> None:
    assert told(Deciding().take(hit(revision=2))) == ["bridge.story"]


def test_a_revision_that_removes_the_match_says_so() -> None:
    decide, first = Deciding(), hit(title="a")
    decide.take(first, hit(title="b"))

    decide.take(revised(first))

    assert [one.withdrawn for one in decide.alert.articles] == [True, False]
    assert decide.alert.events[-1].why == f"revision 2 of {first.document_id} does not match any more"
    assert decide.take(revised(first)) == []


def test_a_revision_that_still_matches_withdraws_nothing() -> None:
    decide, first = Deciding(), hit(title="a")
    second = hit(title="a", revision=2)
    decide.take(first, second)

    assert decide.take(revised(first)) == []
    decide.take(hit(title="a", revision=3))
    assert [one.withdrawn for one in decide.alert.articles] == [False]


def test_a_held_alert_whose_articles_all_lost_the_match_is_not_told() -> None:
    decide = Deciding()
    gone = hit(rule=SLOW, story_id="b", title="b", fetched_at=at(1))
    decide.take(hit(rule=SLOW, story_id="a"), gone, revised(gone))

    assert told(decide.take(tick(40))) == []
    assert decide.alerts["bridge.b"].delivery_reason == "no article matches any more"


def test_an_alert_closes_with_its_story_and_another_article_opens_it_again() -> None:
    decide = Deciding()
    decide.take(hit(), change("story", state="quiet"))
    assert decide.alert.state == "open"

    decide.take(change("story", 5, state="closed"))
    decide.anew()
    assert (decide.alert.state, decide.take(change("story", 5, state="closed"))) == ("closed", [])

    assert told(decide.take(hit(title="b", fetched_at=at(9)))) == []
    assert (decide.alert.state, whats(decide.alert)) == ("open", ["opened", "closed", "reopened"])


def test_an_alert_that_was_forgotten_comes_back_with_a_higher_version() -> None:
    decide = Deciding()
    decide.take(*[hit(title=f"{n}", fetched_at=at(n)) for n in range(50)])
    before = decide.alert.version

    decide.take(tick(60 + KEPT / timedelta(minutes=1)))
    assert decide.table == {}
    decide.take(hit(title="later", fetched_at=at(61) + KEPT))

    assert decide.alert.version > before


def test_alerts_of_two_stories_that_become_one_are_united_in_the_older_one_and_nobody_is_told_again() -> None:
    decide = Deciding()
    decide.take(hit(story_id="new", title="a"), hit(story_id="old", title="b", source=COURIER, fetched_at=at(1)))

    assert told(decide.take(change("old", 5, merged_into="new"))) == []

    older, younger = decide.alerts["bridge.new"], decide.alerts["bridge.old"]
    assert (older.article_count, older.publishers, older.state, older.story_id) == (2, 2, "open", "new")
    assert (younger.state, younger.merged_into) == ("closed", "bridge.new")
    assert decide.take(change("old", 5, merged_into="new")) == []


def test_the_older_alert_goes_on_under_the_story_that_remains() -> None:
    decide = Deciding()
    decide.take(hit(story_id="old", title="b"), hit(story_id="new", title="a", source=COURIER, fetched_at=at(1)))

    decide.take(change("old", 5, merged_into="new"))
    decide.anew()
    sent = decide.take(hit(story_id="new", title="c", fetched_at=at(6)))

    assert told(sent) == []
    assert [one.id for one in sent] == ["bridge.old"]  # type: ignore[attr-defined]
    older = decide.alerts["bridge.old"]
    assert (older.story_id, older.article_count, older.state) == ("new", 3, "open")
    assert decide.alerts["bridge.new"].merged_into == "bridge.old"


def test_an_alert_moves_with_its_story_when_the_other_one_has_none() -> None:
    decide = Deciding()
    decide.take(hit(story_id="old"), change("old", 5, merged_into="new"))

    assert decide.alert.story_id == "new"
    assert [one.id for one in decide.take(hit(story_id="new", title="b"))] == ["bridge.old"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_hit_that_comes_again_after_its_story_was_merged_opens_nothing(first: str) -> None:
    decide = Deciding()
    second = "new" if first == "old" else "old"
    hits = [hit(story_id=first, title="b"), hit(story_id=second, title="a", fetched_at=at(1))]
    decide.take(*hits, change("old", 5, merged_into="new"))

    assert decide.take(*hits) == []
    alone = Deciding()
    alone.take(hit(story_id="old"), change("old", 5, merged_into="new"))
    assert alone.take(hit(story_id="old")) == []


@pytest.mark.parametrize("quiet", ["", "11:00-13:00"])
@pytest.mark.parametrize("first", ["old", "new"])
def test_a_merge_that_was_carried_out_in_part_ends_the_same(first: str, quiet: str) -> None:
    whole = Deciding()
    second, of = "new" if first == "old" else "old", rule(quiet=quiet)
    whole.take(
        hit(rule=of, story_id=first, title="b", backfill=bool(quiet)),
        hit(rule=of, story_id=second, title="a", fetched_at=at(1)),
    )
    partly = Deciding()
    partly.table |= whole.table
    whole.take(change("old", 5, merged_into="new"))
    partly.table[f"bridge.{second}"] = whole.table[f"bridge.{second}"]  # the one that gives way is written first
    partly.anew()

    partly.take(change("old", 5, merged_into="new"))

    assert partly.table == whole.table


def test_two_held_alerts_become_one_that_is_told_once() -> None:
    decide = Deciding()
    decide.take(*[hit(rule=SLOW, story_id=name, title=name, fetched_at=at(n)) for n, name in enumerate("abc")])
    decide.take(change("c", 5, merged_into="b"))

    assert told(decide.take(tick(40))) == ["bridge.b"]


def test_a_chain_of_stories_that_become_one_leaves_one_alert_that_knows_all_articles() -> None:
    decide = Deciding()
    decide.take(*[hit(story_id=name, title=name, fetched_at=at(n)) for n, name in enumerate("cba")])
    for minute, (one, into) in enumerate([("b", "a"), ("a", "c")], start=10):
        sent = decide.take(change(one, minute, merged_into=into))
        assert len({(alert.id, alert.version) for alert in sent if isinstance(alert, Alert)}) == len(sent)

    alerts = decide.alerts
    assert [alerts[f"bridge.{name}"].merged_into for name in "ab"] == ["bridge.b", "bridge.c"]
    left = alerts["bridge.c"]
    assert (left.state, left.story_id, left.article_count) == ("open", "c", 3)


def test_a_held_alert_that_gives_way_to_one_that_nobody_was_told_of_is_told_as_that_one() -> None:
    decide = Deciding()
    quiet = rule(quiet="11:00-13:00")
    decide.take(
        hit(rule=quiet, story_id="old", backfill=True),
        hit(rule=quiet, story_id="new", title="b", fetched_at=at(1)),
    )
    assert [one.delivery for one in decide.alerts.values()] == ["recorded", "held"]

    decide.take(change("new", 5, merged_into="old"))
    decide.anew()

    assert told(decide.take(tick(60))) == ["bridge.old"]
    assert decide.take(tick(120)) == []


def test_a_live_article_among_those_of_two_stories_makes_news_of_the_one_that_they_become() -> None:
    decide, returning = Deciding(), rule(kind="returning")
    decide.take(
        hit(rule=returning, story_id="old", backfill=True),
        hit(rule=returning, story_id="new", title="b", fetched_at=at(1)),
        change("new", 5, merged_into="old"),
    )

    assert told(decide.take(change("old", 6, version=9, recurs="before"))) == ["bridge.old"]


def test_an_alert_is_acknowledged_once_and_escalates_no_more() -> None:
    decide = Deciding()
    decide.take(paper(0))

    decide.take(acknowledge("bridge.story", at(5), by="ann"))
    decide.anew()

    assert (decide.alert.acknowledged_at, decide.alert.acknowledged_by) == (at(5), "ann")
    assert decide.take(acknowledge("bridge.story", at(6), by="bob"), acknowledge("bridge.other", at(6))) == []
    assert told(decide.take(*[paper(n) for n in range(1, 6)])) == []


def test_who_acknowledges_an_alert_that_gave_way_acknowledges_the_one_that_goes_on() -> None:
    decide = Deciding()
    decide.take(hit(story_id="old"), hit(story_id="new", title="b", fetched_at=at(1)))
    decide.take(change("new", 5, merged_into="old"), acknowledge("bridge.new", at(6), by="ann"))

    assert decide.alerts["bridge.old"].acknowledged_by == "ann"


@pytest.mark.parametrize("known", ["old", "new"])
def test_of_two_stories_that_become_one_it_is_enough_that_one_was_acknowledged(known: str) -> None:
    growing = rule(escalate=[2])
    decide = Deciding()
    decide.take(
        hit(rule=growing, story_id="old"),
        hit(rule=growing, story_id="new", title="b", fetched_at=at(1)),
        acknowledge(f"bridge.{known}", at(2), by="ann"),
    )

    merge = change("old", 5, merged_into="new")
    decide.take(merge)
    assert decide.take(merge) == []
    decide.anew()

    assert told(decide.take(hit(rule=growing, story_id="new", title="c", source=COURIER, fetched_at=at(6)))) == []
    alert = decide.alerts["bridge.old"]
    assert (alert.acknowledged_by, alert.acknowledged_at) == ("ann", at(2))


@pytest.mark.parametrize("known", ["a", "b"])
def test_what_is_held_of_two_stories_is_not_told_once_one_was_acknowledged(known: str) -> None:
    quiet = rule(quiet="11:00-13:00")
    decide = Deciding()
    decide.take(
        hit(rule=quiet, story_id="a"),
        hit(rule=quiet, story_id="b", title="b", fetched_at=at(1)),
        acknowledge(f"bridge.{known}", at(2)),
    )

    assert told(decide.take(change("b", 5, merged_into="a"), tick(90))) == []
    alert = decide.alerts["bridge.a"]
    assert (alert.delivery, alert.delivery_reason) == ("recorded", "acknowledged before it was told")


def test_a_held_alert_that_was_acknowledged_is_not_told() -> None:
    decide = Deciding()
    decide.take(hit(rule=SLOW, story_id="a"), hit(rule=SLOW, story_id="b", title="b", fetched_at=at(1)))
    decide.take(acknowledge("bridge.b", at(5)))

    assert told(decide.take(tick(40))) == []
    assert decide.alerts["bridge.b"].delivery == "recorded"


@pytest.mark.parametrize("rule_id", ["", "bridge"])
def test_a_muted_story_is_recorded_only_until_the_mute_is_lifted(rule_id: str) -> None:
    decide = Deciding()
    decide.take(mute(NOON, story_id="story", rule_id=rule_id))
    decide.anew()

    assert told(decide.take(hit(), hit(story_id="other", title="o"))) == ["bridge.other"]
    assert decide.alerts["bridge.story"].delivery_reason == "muted: the story"
    decide.take(mute(NOON, story_id="story", rule_id=rule_id, lift=True))
    assert told(decide.take(hit(title="b"))) == ["bridge.story"]


def test_a_mute_of_one_rule_is_none_of_another() -> None:
    decide = Deciding()
    decide.take(mute(NOON, story_id="story", rule_id="harbour"))

    assert told(decide.take(hit())) == ["bridge.story"]


def test_a_mute_goes_on_for_the_story_that_the_muted_one_becomes_part_of() -> None:
    decide = Deciding()
    decide.take(mute(NOON, story_id="a"), mute(NOON, story_id="b", rule_id="harbour"))
    decide.take(change("a", 5, merged_into="b"), change("b", 6, merged_into="c"))
    decide.anew()

    assert told(decide.take(hit(story_id="c"))) == []
    decide.take(mute(NOON, story_id="a", lift=True))
    assert told(decide.take(hit(story_id="c", title="b"))) == ["bridge.c"]
    assert told(decide.take(hit(rule=rule(id="harbour"), story_id="c", title="c"))) == []


def test_of_two_mutes_of_stories_that_become_one_each_ends_by_itself() -> None:
    decide = Deciding()
    decide.take(mute(NOON, story_id="a", until=at(60)), mute(NOON, story_id="b"), change("a", 5, merged_into="b"))
    decide.take(tick(70))

    assert told(decide.take(hit(story_id="b", fetched_at=at(71)))) == []
    decide.take(mute(at(72), story_id="b", lift=True))
    assert told(decide.take(hit(story_id="b", title="b", fetched_at=at(73)))) == ["bridge.b"]
    assert not [key for key in decide.table if key.startswith("!")]


def test_what_a_muted_source_publishes_is_no_reason_to_tell() -> None:
    decide = Deciding()
    decide.take(mute(NOON, source="herald.example"))

    assert told(decide.take(hit(source=HERALD))) == []
    assert told(decide.take(hit(title="b", source=COURIER))) == ["bridge.story"]


def test_a_story_muted_while_its_alert_was_held_is_not_told() -> None:
    decide = Deciding()
    decide.take(hit(rule=SLOW, story_id="a"), hit(rule=SLOW, story_id="b", title="b", fetched_at=at(1)))
    decide.take(mute(at(2), story_id="b"))

    assert told(decide.take(tick(40))) == []


def test_a_mute_ends_when_it_was_to_end_and_no_sooner() -> None:
    decide = Deciding()
    decide.take(mute(NOON, source="herald.example", until=at(30)), mute(NOON, story_id="s"), tick(31))

    assert told(decide.take(hit(fetched_at=at(32)))) == ["bridge.story"]
    later = 2 * KEPT / timedelta(minutes=1)
    decide.take(tick(later))
    assert told(decide.take(hit(story_id="s", fetched_at=at(later), published=at(later)))) == []
    decide.take(mute(at(later), story_id="s", lift=True))
    assert not [key for key in decide.table if key.startswith("!")]


def test_mutes_in_force_are_those_that_are_not_over() -> None:
    for_ever, short = mute(at(1), story_id="s"), mute(NOON, source="herald.example", until=at(30))

    assert in_force([for_ever, short], at(29)) == [short, for_ever]
    assert in_force([for_ever, short], at(30)) == [for_ever]


def test_the_held_alerts_of_a_rule_that_was_removed_do_not_go_out() -> None:
    decide = Deciding()
    decide.take(hit(rule=SLOW, story_id="a"), hit(rule=SLOW, story_id="b", title="b", fetched_at=at(1)))

    decide.take(rule(deleted=True))
    decide.anew()

    assert told(decide.take(tick(40))) == []
    assert {(one.state, one.delivery) for one in decide.alerts.values()} == {
        ("closed", "delivered"),
        ("closed", "recorded"),
    }


def test_hits_under_way_of_a_rule_that_was_removed_lead_to_nothing_until_it_is_applied_again() -> None:
    decide = Deciding()
    decide.take(rule(deleted=True))
    decide.anew()

    assert decide.take(hit()) == []
    decide.take(rule())
    assert told(decide.take(hit())) == ["bridge.story"]


def test_a_rule_that_was_removed_is_itself_forgotten() -> None:
    decide = Deciding()
    decide.take(rule(deleted=True), tick(0))
    assert list(decide.table) == ["bridge"]

    decide.take(tick(1 + REMOVED / timedelta(minutes=1)))

    assert decide.table == {}


def test_in_quiet_hours_alerts_are_held_until_they_end() -> None:
    decide = Deciding()
    quiet = rule(quiet="11:00-13:00")

    assert told(decide.take(hit(rule=quiet))) == []
    assert (decide.alert.held_until, decide.alert.delivery_reason) == (at(60), "quiet hours of the rule")
    assert told(decide.take(tick(60))) == ["bridge.story"]


@pytest.mark.parametrize("kind", [{}, {"kind": "frequency", "count": 1, "window_s": 3600.0}])
def test_an_alert_that_is_held_goes_where_its_rule_says_by_then(kind: dict[str, Any]) -> None:
    decide = Deciding()
    quiet = rule(quiet="11:00-13:00", channels=["desk"], **kind)
    decide.take(quiet, hit(rule=quiet))
    elsewhere = rule(quiet="11:00-12:30", channels=["mail"], **kind)

    assert decide.take(elsewhere) == [decide.alert]
    assert (decide.take(elsewhere), decide.alert.channels) == ([], ["mail"])
    decide.anew()
    sent = decide.take(tick(60))

    assert [one.channel for one in sent if isinstance(one, Delivery)] == ["mail"]


def test_a_throttle_that_ends_in_quiet_hours_lets_nothing_go_before_they_end() -> None:
    decide = Deciding()
    quiet = rule(quiet="12:20-14:00", throttle_s=1800.0)
    decide.take(hit(rule=quiet, story_id="a"), hit(rule=quiet, story_id="b", title="b", fetched_at=at(1)))

    assert told(decide.take(tick(35))) == []
    assert told(decide.take(tick(120))) == ["bridge.b"]


def test_a_digest_tells_of_all_alerts_of_its_hour_together() -> None:
    decide = Deciding()
    hourly = rule(digest="hourly")
    decide.take(
        *[hit(rule=hourly, story_id=name, title=name, fetched_at=at(n + 1)) for n, name in enumerate("ab")]
    )

    assert (told(decide.sent), decide.alerts["bridge.a"].held_until) == ([], at(60))
    sent = decide.take(tick(60.5))

    assert told(sent) == ["bridge.a", "bridge.b"]
    assert len({one.digest for one in sent if isinstance(one, Delivery)} - {""}) == 1
