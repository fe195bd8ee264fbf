from __future__ import annotations

import pytest

from streams.relate.copies import COMPARED
from streams.relate.related import CopyOf
from tests.relate.texts import Texts

WORDS = [f"word{number}" for number in range(5000)]
BRIDGE = "Harbour bridge closed after inspectors find cracks"


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (text(0, 100), "a"),
        (text(0, 80), "a"),
        (text(0, 40), "a"),
        (text(0, 100) + " " + text(500, 560), "a"),
        (text(0, 45) + " " + text(500, 900), None),
        (text(0, 75) + " " + text(500, 900), "a"),
        (text(20, 120), "a"),
        (text(70, 170), None),
        (text(500, 600), None),
        ("", None),
    ],
    ids=[
        "equal",
        "shortened",
        "begun",
        "with a tail",
        "half quoted",
        "quoted in a long one",
        "edited",
        "a quarter",
        "other",
        "empty",
    ],
)
def test_copies_of_a_text_are_found_by_what_part_of_the_shorter_one_they_share(
    body: str, expected: str | None
) -> None:
    assert Texts(text(0, 100)).original("", body) == expected


@pytest.mark.parametrize("words", [40, 60, 150, 400, 1000, 3000])
def test_a_text_in_which_every_twentieth_word_is_another_is_a_copy_at_any_length(words: int) -> None:
    changed = " ".join(f"other{place}" if place % 20 == 7 else WORDS[place] for place in range(words))

    assert Texts(text(0, words)).original("", changed) == "a"
    assert Texts(changed).original("", text(0, words)) == "a"


@pytest.mark.parametrize("words", [60, 150, 400, 1000, 3000])
def test_the_beginning_of_a_text_is_a_copy_whichever_came_first(words: int) -> None:
    assert Texts(text(0, words)).original("", text(0, 40)) == "a"
    assert Texts(text(0, 40)).original("", text(0, words)) == "a"


@pytest.mark.parametrize("start", [0, 100, 500, 900])
def test_a_piece_within_a_longer_text_is_a_copy_whichever_came_first(start: int) -> None:
    piece, longer = text(start, start + 250), text(0, 1200)

    assert Texts(longer).original("", piece) == "a"
    assert Texts(piece).original("", longer) == "a"


def test_a_digest_is_a_copy_of_the_earliest_piece_in_it_and_the_pieces_stay_apart() -> None:
    pieces = [text(200 * number, 200 * number + 60) for number in range(4)]
    digest = " ".join(pieces[1:])

    assert Texts(*pieces).original("", digest) == "b"
    assert Texts(*pieces, digest).original("", text(200, 270)) == "b"
    assert Texts(digest, pieces[1]).original("", pieces[2]) == "a"


@pytest.mark.parametrize(("words", "expected"), [(100, None), (1000, "a")])
def test_half_of_a_text_makes_a_copy_only_if_it_is_long(words: int, expected: str | None) -> None:
    half_new = text(0, words * 54 // 100) + " " + text(2000, 2000 + words * 46 // 100)

    assert Texts(half_new).original("", text(0, words)) == expected


def test_a_new_headline_over_the_same_text_is_a_copy() -> None:
    assert Texts(text(0, 60)).original(BRIDGE, text(0, 60)) == "a"


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
    assert Texts(BRIDGE).original(title, days=days) == expected


def test_a_headline_of_few_words_may_be_equal_by_chance() -> None:
    assert Texts("Live: the latest news").original("Live: the latest news") is None


def test_a_headline_does_not_make_a_copy_of_a_text_that_has_it() -> None:
    assert Texts(BRIDGE).original(BRIDGE, text(0, 60)) is None


def test_a_copy_of_a_copy_points_to_the_first() -> None:
    texts = Texts(text(0, 100))
    texts.add(text(0, 170), copy_of=CopyOf("a", 1, 0.6))

    found = texts.find("", text(60, 170))

    assert found is not None
    assert (found.original, found.nearest) == ("a", "b")


def test_the_earliest_group_wins_and_its_closest_text_is_named() -> None:
    found = Texts(text(0, 100), text(40, 140)).find("", text(20, 120))

    assert found is not None
    assert (found.original, found.nearest) == ("a", "a")


def test_what_is_nearly_the_same_comes_before_what_is_just_a_part() -> None:
    quoted, same = text(0, 60), text(0, 60) + " " + text(500, 900)
    found = Texts(quoted, same).find("", same)

    assert found is not None
    assert (found.original, found.near) == ("b", True)
    part = Texts(quoted).find("", same)
    assert part is not None
    assert not part.near


def test_an_article_is_no_copy_of_itself_nor_of_its_own_copies() -> None:
    texts = Texts(text(0, 100))
    texts.add(text(0, 90), copy_of=CopyOf("a", 1, 0.8))

    assert texts.find("", text(0, 95), name="a") is None


def test_what_the_index_has_and_nobody_remembers_is_passed_over() -> None:
    texts = Texts(text(0, 100), text(0, 95))
    texts.forget("a")

    assert texts.original("", text(0, 100)) == "b"


def test_a_few_common_phrases_do_not_make_a_copy() -> None:
    phrases = text(0, 7)

    longer = f"{text(1000, 3000)} {phrases} {text(3000, 3400)}"

    assert Texts(longer).original("", f"{phrases} {text(50, 60)}") is None


def test_many_candidates_do_not_hide_the_closest() -> None:
    starts = range(100, 100 + 60 * (COMPARED + 20), 60)
    texts = Texts(*(f"{text(0, 12)} {text(start, start + 60)}" for start in starts))

    for start in (starts[0], starts[-1]):
        found = texts.find("", f"{text(0, 12)} {text(start, start + 60)}")
        assert found is not None
        assert found.overlap.jaccard == 1


def test_what_is_nearly_equal_comes_before_an_earlier_text_that_is_only_near() -> None:
    assert Texts(text(0, 100), text(20, 120)).original("", text(20, 120)) == "b"
    assert Texts(text(0, 100), text(20, 120)).original("", text(10, 110)) == "a"
