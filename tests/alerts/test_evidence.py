from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.alerts import digests, evidence
from streams.alerts.evidence import MOST_LISTED, AlertState, extended, opened
from streams.records import Hit, Source, Span
from tests.factories import COURIER, HERALD, NOON, hit, rule

FIRST = int(NOON.timestamp())


def state_of(*hits: Hit) -> AlertState:
    state = opened("alert", hits[0])
    for one in hits[1:]:
        state = extended(state, one) or state
    return state


def test_a_new_alert_holds_its_first_article_with_the_matched_words() -> None:
    matches = {"bridge": [Span(field="title", start=8, end=14)]}

    alert = opened("bridge.story", hit(title="Harbour bridge closed", matches=matches)).alert

    assert (alert.id, alert.version, alert.rule_id, alert.story_id) == ("bridge.story", FIRST, "bridge", "story")
    assert alert.title == "Harbour bridge closed"
    assert [(one.title, one.matches) for one in alert.articles] == [("Harbour bridge closed", matches)]
    assert (alert.article_count, alert.copies, alert.publishers) == (1, 0, 1)
    assert alert.opened_at == alert.created_at == alert.updated_at == NOON


def test_sites_of_one_owner_are_one_publisher_whether_listed_or_not() -> None:
    domains = ("mirror.co.uk", "express.co.uk", "bbc.co.uk")
    sources = [Source(name=domain, domain=domain) for domain in domains]
    hits = [hit(title=f"{number}", source=sources[number % 3]) for number in range(3 * MOST_LISTED)]

    assert state_of(*hits).alert.publishers == 2


def test_copies_are_counted_apart_and_their_sites_are_no_publishers() -> None:
    original = hit(title="a", source=HERALD)
    alert = state_of(
        original,
        hit(title="b", source=COURIER, copy_of=original.document_id),
        hit(title="c", source=HERALD),
    ).alert

    assert (alert.article_count, alert.copies, alert.publishers) == (3, 1, 1)


def test_another_article_raises_the_version_and_the_time_of_change() -> None:
    later = NOON + timedelta(hours=1)

    alert = state_of(hit(title="a"), hit(title="b", fetched_at=later)).alert

    assert (alert.version, alert.updated_at, alert.created_at) == (FIRST + 1, later, NOON)


def test_an_article_fetched_earlier_does_not_turn_the_time_of_change_back() -> None:
    alert = state_of(hit(title="a"), hit(title="b", fetched_at=NOON - timedelta(hours=1))).alert

    assert alert.updated_at == NOON


def test_a_newer_revision_takes_the_place_of_the_older_one() -> None:
    first = hit(document_id="x", title="Bridge shut")
    alert = state_of(first, hit(title="b"), hit(document_id="x", revision=2, title="Bridge open again")).alert

    assert [(one.title, one.revision) for one in alert.articles] == [("Bridge open again", 2), ("b", 1)]
    assert (alert.title, alert.version, alert.article_count) == ("Bridge open again", FIRST + 2, 2)


def test_the_same_or_an_older_revision_changes_nothing() -> None:
    state = state_of(hit(document_id="x", revision=2))

    assert extended(state, hit(document_id="x", revision=2)) is None
    assert extended(state, hit(document_id="x", revision=1)) is None


def test_the_rule_as_it_now_is_names_the_alert_and_its_channels() -> None:
    changed = rule(name="Bridges", channels=["desk"])

    alert = state_of(hit(title="a"), hit(title="b", rule=changed)).alert

    assert (alert.rule_name, alert.channels) == ("Bridges", ["desk"])


def test_articles_without_titles_leave_the_alert_with_the_name_of_its_rule() -> None:
    assert state_of(hit(document_id="x", title="")).alert.title == "Bridge"


def many(count: int) -> list[Hit]:
    return [
        hit(
            document_id=f"d{number}",
            title=f"Report {number}",
            source=Source(name="", domain=f"site{number % 7}.example"),
            copy_of="d0" if number % 3 == 1 else None,
        )
        for number in range(count)
    ]


def test_a_long_story_lists_the_first_and_the_newest_and_counts_all() -> None:
    hits = many(MOST_LISTED + 50)
    alert = state_of(*hits).alert

    assert [one.document_id for one in alert.articles] == ["d0", *(f"d{n}" for n in range(51, MOST_LISTED + 50))]
    assert alert.article_count == len(hits)
    assert alert.copies == sum(one.copy_of is not None for one in hits)
    assert alert.publishers == len({one.source.domain for one in hits if one.copy_of is None})


def test_articles_that_fell_off_the_list_are_not_counted_twice() -> None:
    hits = many(MOST_LISTED + 50)
    state = state_of(*hits)

    assert [extended(state, one) for one in hits] == [None] * len(hits)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3)), min_size=1, max_size=40))
def test_counts_do_not_depend_on_how_much_is_listed(came: list[tuple[int, int]]) -> None:
    documents = many(13)
    hits = [hit_of_revision(documents[number], revision) for number, revision in came]
    long = state_of(*hits).alert

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence, "MOST_LISTED", 4)
        short = state_of(*hits).alert

    assert len(short.articles) <= 4
    assert (short.article_count, short.copies, short.publishers) == (
        long.article_count,
        long.copies,
        long.publishers,
    )
    assert long.article_count == len({number for number, _ in came})


def hit_of_revision(base: Hit, revision: int) -> Hit:
    return hit(
        document_id=base.document_id,
        title=base.title,
        source=base.source,
        copy_of=base.copy_of,
        revision=revision,
    )


def test_what_an_alert_remembers_of_a_long_story_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST", 10)
    hits = many(MOST_LISTED + 100)
    state = state_of(*hits)

    assert len(state.unlisted_ids) == 10 * digests.DIGEST_BYTES
    assert state.alert.article_count == len(hits)
    assert [extended(state, one) for one in hits[-MOST_LISTED - 9 :]] == [None] * (MOST_LISTED + 9)
