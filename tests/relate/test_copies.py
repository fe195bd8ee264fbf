from __future__ import annotations

from datetime import timedelta

import pytest

from streams.relate.copies import COMMON, COMPARED, CopyIndex
from streams.relate.shingles import sketch
from tests.factories import NOON

WORDS = [f"word{number}" for number in range(4000)]
BRIDGE = "Harbour bridge closed after inspectors find cracks"


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def index_of(*texts: str) -> CopyIndex:
    """The texts as originals called a, b, c…, in this order of arrival."""
    index = CopyIndex()
    for seq, each in enumerate(texts):
        name = chr(ord("a") + seq)
        index.add(name, sketch("", each), NOON, name, seq)
    return index


def original(index: CopyIndex, title: str, body: str = "", days: float = 0) -> str | None:
    found = index.find("new", sketch(title, body), NOON + timedelta(days=days))
    return found.original if found else None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (text(0, 100), "a"),
        (text(0, 80), "a"),
        (text(0, 100) + " " + text(500, 560), "a"),
        (text(0, 60) + " " + text(500, 900), "a"),
        (text(30, 160), "a"),
        (text(70, 170), None),
        (text(500, 600), None),
        ("", None),
    ],
    ids=["equal", "shortened", "with a tail", "quoted in a long one", "edited", "a quarter", "other", "empty"],
)
def test_copies_of_a_text_are_found_by_resemblance_or_containment(body: str, expected: str | None) -> None:
    assert original(index_of(text(0, 100)), "", body) == expected


def test_a_new_headline_over_the_same_text_is_a_copy() -> None:
    assert original(index_of(text(0, 60)), BRIDGE, text(0, 60)) == "a"


def test_a_short_text_within_a_long_one_is_found_whichever_came_first() -> None:
    assert original(index_of(text(0, 3000)), "", text(1000, 1100)) == "a"
    assert original(index_of(text(1000, 1100)), "", text(0, 3000)) == "a"


@pytest.mark.parametrize(
    ("title", "days", "expected"),
    [
        (BRIDGE, 0, "a"),
        (BRIDGE.upper() + "!", 2.9, "a"),
        (BRIDGE, 3.1, None),
        (BRIDGE, -3.1, None),
        ("Harbour bridge closed after inspectors find a leak", 0, None),
    ],
    ids=["equal", "equal but for case", "later", "earlier", "other end"],
)
def test_a_bare_headline_is_a_copy_only_if_equal_and_near_in_time(
    title: str, days: float, expected: str | None
) -> None:
    assert original(index_of(BRIDGE), title, days=days) == expected


def test_a_headline_of_few_words_may_be_equal_by_chance() -> None:
    assert original(index_of("Live: the latest news"), "Live: the latest news") is None


def test_a_headline_does_not_make_a_copy_of_a_text_that_has_it() -> None:
    assert original(index_of(BRIDGE), BRIDGE, text(0, 60)) is None


def test_a_copy_of_a_copy_points_to_the_first() -> None:
    index = index_of(text(0, 100))
    index.add("b", sketch("", text(0, 170)), NOON, "a", 0)

    found = index.find("new", sketch("", text(60, 170)), NOON)

    assert found is not None
    assert (found.original, found.nearest) == ("a", "b")


def test_the_earliest_group_wins_and_its_closest_text_is_named() -> None:
    index = index_of(text(0, 100), text(40, 140))

    found = index.find("new", sketch("", text(20, 120)), NOON)

    assert found is not None
    assert (found.original, found.nearest) == ("a", "a")


def test_an_article_is_no_copy_of_itself_nor_of_its_own_copies() -> None:
    index = index_of(text(0, 100))
    index.add("b", sketch("", text(0, 90)), NOON, "a", 0)

    assert index.find("a", sketch("", text(0, 95)), NOON) is None


def test_a_forgotten_article_is_not_found_and_leaves_nothing() -> None:
    index = index_of(text(0, 100))

    index.remove("a")
    index.remove("a")

    assert original(index, "", text(0, 100)) is None
    assert not index._articles


def test_boilerplate_that_everyone_has_leads_nowhere() -> None:
    boilerplate = text(0, 40)
    index = CopyIndex()
    for seq in range(COMMON + 1):
        index.add(
            str(seq), sketch("", f"{boilerplate} {text(100 + 50 * seq, 150 + 50 * seq)}"), NOON, str(seq), seq
        )

    assert original(index, "", boilerplate) is None
    assert original(index, "", text(100, 150)) == "0"


def test_many_candidates_do_not_hide_the_closest() -> None:
    index = CopyIndex()
    for seq in range(COMPARED + 20):
        start = 100 + 60 * seq
        index.add(str(seq), sketch("", f"{text(0, 12)} {text(start, start + 60)}"), NOON, str(seq), seq)
    last = 100 + 60 * (COMPARED + 19)

    assert original(index, "", f"{text(0, 12)} {text(last, last + 60)}") == str(COMPARED + 19)
