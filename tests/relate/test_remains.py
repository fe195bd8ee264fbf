from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from streams.relate import ageing
from streams.relate.related import Member, Related
from streams.relate.remains import NO_REMAINS, TERMS, Remains, faded, united
from tests.factories import NOON
from tests.relate.news import BRIDGE, BRIDGE_TEXT, DAY, HOUR, news, place, stage, tick

UP, ACROSS = bytes([0, 100]), bytes([100, 0])


def headlines(remains: Remains) -> list[int]:
    numbers: list[int] = (np.frombuffer(remains.headline, np.int8).astype(int) * remains.headlines).tolist()
    return numbers


def test_terms_are_added_up_and_the_heaviest_kept() -> None:
    many = {f"term{number:03}": number for number in range(1, TERMS + 21)} | {"crack": 400}

    found = united([Remains({"bridge": 500}), Remains({"bridge": 200, "crack": 300}), Remains(many)])

    assert len(found.terms) == TERMS
    assert (found.terms["bridge"], found.terms["crack"], found.terms[f"term{TERMS + 20:03}"]) == (
        700,
        700,
        TERMS + 20,
    )
    assert "term020" not in found.terms


def test_headlines_are_added_up_as_so_many_times_one() -> None:
    one = united([], headlines=[UP])
    three = united([one], headlines=[UP, ACROSS, b""])

    assert (one.headline, one.headlines) == (UP, 1)
    assert headlines(three) == pytest.approx([100, 200], rel=0.02)
    assert united([NO_REMAINS], headlines=[b""]) == NO_REMAINS


def test_half_is_lost_in_the_time_that_a_story_stays_open() -> None:
    remains = united([Remains({"bridge": 800, "rust": 1})], [UP] * 8)

    half, nothing = (faded(remains, days * DAY, 7 * DAY) for days in (7, 7000))

    assert half.terms == {"bridge": 400}
    assert headlines(half) == pytest.approx([0, 400], rel=0.02)
    assert nothing == NO_REMAINS
    assert faded(remains, timedelta(-1), 7 * DAY) == remains


def test_a_story_whose_articles_are_forgotten_still_takes_others_and_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ageing, "MAX_ARTICLES", 3)
    monkeypatch.setattr(ageing, "AT_ONCE", 0)
    table: dict[str, Related] = {}
    relate = stage(table)
    place(relate, news("bridge", BRIDGE, text=BRIDGE_TEXT))
    for number in range(6):
        place(relate, news(f"n{number}", f"{number}00 {number}01 {number}02", NOON + HOUR))
    assert "bridge" not in table or not isinstance(table["bridge"].value, Member)

    for running in (stage(dict(table)), relate):
        document, _ = place(running, news("later", BRIDGE, NOON + 2 * HOUR))
        assert document.story_id == "bridge"
    for number in range(6):
        place(relate, news(f"m{number}", f"{number}10 {number}11 {number}12", NOON + 3 * HOUR))
    relate.process([tick(NOON + 30 * DAY)])
    document, story = place(relate, news("return", BRIDGE, NOON + 40 * DAY))
    assert (document.story_id, story.recurs) == ("return", "bridge")
