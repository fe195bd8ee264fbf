from __future__ import annotations

import msgspec

from streams.alerts.decide import Decide
from streams.alerts.message import LINE_CHARS, LISTED, message
from streams.records import Delivery, Unusual
from tests.alerts.fakes import delivery
from tests.factories import COURIER, HERALD, NOON, hit, rule


def grown(*titles: str) -> Delivery:
    """A delivery of an alert with these articles."""
    outputs = Decide({}).process([hit(title=title, source=COURIER) for title in titles])
    told = next(one.record for one in outputs if isinstance(one.record, Delivery))
    alert = outputs[-1].record
    return msgspec.structs.replace(told, alert=alert)


def test_an_alert_is_a_subject_and_a_line_for_each_article() -> None:
    made = message([delivery()])

    assert made.title == "Bridge: Bridge closed"
    assert made.body == (
        "1 article, 1 independent publisher\n"
        "\n"
        "- Bridge closed (The Herald, 2026-03-02 12:00 UTC)\n"
        "  https://herald.example/harbour-bridge"
    )


def test_the_newest_articles_are_listed_and_the_others_counted() -> None:
    body = message([grown(*[f"n{number}" for number in range(LISTED + 5)])]).body

    assert body.count("- n") == LISTED
    assert "- n14 (" in body
    assert body.endswith("and 5 more, from 2026-03-02 12:00 UTC on")


def test_copies_are_told_among_the_articles() -> None:
    told = delivery()
    copied = msgspec.structs.replace(told, alert=msgspec.structs.replace(told.alert, article_count=3, copies=2))

    assert message([copied]).body.startswith("3 articles (2 of them copies), 1 independent publisher\n")


def test_a_digest_is_one_message_with_a_part_for_each_alert() -> None:
    made = message([delivery("a", title="First"), delivery("b", title="Second")])

    assert made.title == "2 alerts: Bridge"
    assert [part.split("\n")[0] for part in made.body.split("\n\n")[::2]] == ["Bridge: First", "Bridge: Second"]


def test_an_escalation_says_how_many_tell_it_now() -> None:
    told = msgspec.structs.replace(delivery(), reason="escalated")

    assert message([told]).title == "Bridge: Bridge closed (now 1 publisher)"


def test_a_title_stays_one_line_of_bounded_length() -> None:
    made = message([delivery(title="Bridge\r\nBcc: all@example.com\n" + "x" * 5000)])

    assert made.title.startswith("Bridge: Bridge Bcc: all@example.com xxx")
    assert "\n" not in made.title
    assert max(map(len, made.body.split("\n"))) < LINE_CHARS + 100


def test_of_an_alert_that_rests_on_no_article_only_the_reason_is_said() -> None:
    decide = Decide({})
    decide.process([rule(id="feeds", name="Feeds", query="", kind="coverage")])
    found = Unusual(feed_id="f", source=HERALD, what="silent", since=NOON, at=NOON, why="nothing new since noon")
    told = next(one.record for one in decide.process([found]) if isinstance(one.record, Delivery))

    assert message([told]) == ("Feeds: The Herald is silent", "nothing new since noon")


def test_what_a_rule_waited_for_is_said() -> None:
    counting = rule(kind="frequency", count=2, window_s=3600.0)
    outputs = Decide({}).process([hit(rule=counting, title=title) for title in "ab"])
    told = next(one.record for one in outputs if isinstance(one.record, Delivery))

    assert message([told]).body.split("\n")[1] == "2 articles within 1 h"
