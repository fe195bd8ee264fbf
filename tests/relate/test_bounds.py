"""The table and the memory stay bounded, whatever comes."""

from __future__ import annotations

import pytest

from streams.relate import ageing, texts
from streams.relate.related import Member, Past, Related, Wording
from tests.factories import NOON
from tests.relate.news import BRIDGE, BRIDGE_TEXT, DAY, HOUR, news, place, run, stage, tick


def names(table: dict[str, Related], kind: type[Member] | type[Past]) -> list[str]:
    return [key for key, related in table.items() if isinstance(related.value, kind)]


def test_the_first_to_arrive_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "MAX_ARTICLES", 5)
    monkeypatch.setattr(ageing, "AT_ONCE", 2)
    table: dict[str, Related] = {}
    relate = stage(table)

    for number in range(20):
        _, story = place(relate, news(f"n{number}", BRIDGE, NOON + number * HOUR))

    assert names(table, Member) == [f"n{number}" for number in range(12, 20)]
    assert (story.id, story.articles, story.copies + story.publishers) == ("n0", 20, 20)


def test_the_first_stories_to_end_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "MAX_ENDED", 3)
    table: dict[str, Related] = {}
    relate = stage(table)

    for number in range(10):
        run(relate, news(f"n{number}", f"{number}00 {number}01 {number}02", NOON + number * 10 * DAY))
    run(relate, tick(NOON + 100 * DAY))

    assert names(table, Past) == ["story:n7", "story:n8", "story:n9"]


def test_a_closed_story_leaves_one_value_once_its_articles_are_too_old() -> None:
    table: dict[str, Related] = {}
    relate = stage(table)

    run(relate, news("a"), news("b"), tick(NOON + 6 * DAY))
    assert set(table) == {"a", "b", "story:a", "clock"}

    run(relate, tick(NOON + 7 * DAY + ageing.EVERY))
    assert set(table) == {"story:a", "clock"}

    run(relate, tick(NOON + 407 * DAY), tick(NOON + 500 * DAY))
    assert set(table) == {"clock"}


def test_of_an_article_whose_story_is_closed_the_wording_stays_until_it_is_too_old_to_be_copied() -> None:
    table: dict[str, Related] = {}
    relate = stage(table)

    run(relate, news("a", text=BRIDGE_TEXT), tick(NOON + 7 * DAY + ageing.EVERY))
    assert isinstance(table["a"].value, Wording)

    run(relate, tick(NOON + 29 * DAY))
    assert "a" in table

    run(relate, tick(NOON + 30 * DAY))
    assert set(table) == {"story:a", "clock"}


def test_the_wording_of_the_first_to_arrive_is_forgotten_when_there_is_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "MAX_TEXTS", 5)
    relate = stage()

    for number in range(20):
        run(relate, news(f"n{number}", text=numbered(number), at=NOON + number * HOUR))

    assert [place(relate, news(f"c{number}", text=numbered(number)))[0].copy_of for number in (10, 19)] == [
        None,
        "n19",
    ]


def numbered(number: int) -> str:
    """A text of its own."""
    return " ".join(f"{number}word{place}" for place in range(40))
