from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.query.tokens import words
from streams.relate.shingles import (
    KEPT,
    LEAD_WORDS,
    LONG,
    MOST_BYTES,
    MOST_KEPT,
    WIDTH,
    Overlap,
    Shingles,
    Sketch,
    overlap,
    shingle,
    sketch,
)

WORDS = [f"word{number}" for number in range(6000)]


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def compare(new: str, known: str) -> Overlap:
    return overlap(shingle("", new), sketch(shingle("", known)))


def hashes(title: str, body: str) -> list[int]:
    whole: list[int] = shingle(title, body).whole.tolist()
    return whole


def test_a_text_has_a_shingle_for_every_run_of_five_words() -> None:
    assert len(hashes("", text(0, 40))) == 40 - WIDTH + 1


@pytest.mark.parametrize("few", ["", "one", "one two three four", "   ", "--- !!! ---"])
def test_fewer_words_than_a_shingle_leave_nothing(few: str) -> None:
    assert hashes(few, few) == []
    assert sketch(shingle(few, few)) == Sketch()
    assert sketch(shingle(few, few)).anchors == []


def test_no_shingle_spans_title_and_text() -> None:
    assert hashes("one two three", "four five six") == []
    assert hashes(text(0, 10), text(10, 30)) == sorted(hashes("", text(0, 10)) + hashes("", text(10, 30)))


def test_what_comes_twice_counts_once() -> None:
    assert hashes("", f"{text(0, 20)}. {text(0, 20)}") == hashes("", f"{text(0, 20)} {text(0, 4)}")


@pytest.mark.parametrize(
    "other",
    [
        "L'Élysée: «rien à dire», dit-on ce soir",
        "L’ÉLYSÉE — rien à dire (dit on) ce soir!",
        "l elysee rien a dire dit on ce soir",
    ],
)
def test_case_accents_and_punctuation_make_no_difference(other: str) -> None:
    assert hashes("", other) == hashes("", "L'Elysee rien a dire dit-on ce soir")


def test_scripts_without_blanks_have_shingles_of_characters() -> None:
    assert len(hashes("", "海港大橋今日關閉")) == 8 - WIDTH + 1


def test_the_same_text_has_the_same_hashes_in_every_process() -> None:
    assert hashes("", "the harbour bridge was closed") == [SAME_EVERYWHERE]


SAME_EVERYWHERE = 311280658


@given(st.text(max_size=200), st.text(max_size=200))
def test_equal_runs_of_words_and_nothing_else_have_equal_hashes(title: str, body: str) -> None:
    runs = {tuple(of[start : start + WIDTH]) for of in (words(title), words(body)) for start in range(len(of))}
    assert len(hashes(title, body)) == len({run for run in runs if len(run) == WIDTH})


def test_what_is_remembered_of_a_text_is_bounded() -> None:
    of_feed_length, long, huge = (sketch(shingle("", text(0, words))) for words in (60, 1000, 6000))

    assert of_feed_length.lead is None
    assert len(of_feed_length.whole.values) == KEPT
    assert len(long.whole.values) == 996 // 8
    assert len(huge.whole.values) == MOST_KEPT
    assert huge.lead is not None
    assert huge.lead.of == LEAD_WORDS - WIDTH + 1


def test_a_text_beyond_all_measure_is_looked_at_up_to_a_limit() -> None:
    endless = "".join(f"{number:07d} " for number in range(MOST_BYTES // 4))

    assert len(hashes("", endless)) <= MOST_BYTES // 8


@pytest.mark.parametrize(
    ("new", "known", "jaccard", "containment"),
    [
        ((0, 40), (0, 40), 1.0, 1.0),
        ((0, 40), (18, 58), 18 / 54, 0.5),
        ((0, 40), (0, 22), 0.5, 1.0),
        ((0, 40), (200, 240), 0.0, 0.0),
    ],
    ids=["equal", "half", "a part", "other"],
)
def test_overlap_of_short_texts_is_exact(
    new: tuple[int, int], known: tuple[int, int], jaccard: float, containment: float
) -> None:
    found = compare(text(*new), text(*known))

    assert found.jaccard == pytest.approx(jaccard)
    assert found.containment == pytest.approx(containment)


@pytest.mark.parametrize(
    ("new", "known"),
    [((0, 4000), (2000, 6000)), ((0, 6000), (1000, 1800)), ((1000, 1800), (0, 6000)), ((0, 100), (40, 140))],
)
def test_overlap_of_long_texts_is_estimated(new: tuple[int, int], known: tuple[int, int]) -> None:
    ours, theirs = (set(range(start, end - WIDTH + 1)) for start, end in (new, known))
    shared = len(ours & theirs)

    found = compare(text(*new), text(*known))

    assert found.jaccard == pytest.approx(shared / len(ours | theirs), abs=0.1)
    assert found.containment == pytest.approx(shared / min(len(ours), len(theirs)), abs=0.15)


def test_the_beginning_of_a_long_text_is_found_in_it_whichever_came_first() -> None:
    beginning, long = text(0, 50), text(0, 3000)

    assert compare(beginning, long).containment > 0.9
    assert compare(long, beginning).containment == 1.0


def test_two_long_texts_that_only_begin_alike_share_little() -> None:
    one, other = text(0, 64) + " " + text(1000, 1600), text(0, 64) + " " + text(2000, 2600)

    assert compare(one, other).containment < 0.3


@pytest.mark.parametrize("long", [LONG + WIDTH - 1, LONG + WIDTH])
def test_only_a_long_text_has_a_beginning_of_its_own(long: int) -> None:
    assert len(shingle("", text(0, long)).lead) == (LEAD_WORDS - WIDTH + 1 if long >= LONG + WIDTH else 0)


@given(st.text(max_size=300), st.text(max_size=300))
def test_overlap_is_within_bounds_and_full_with_itself(one: str, other: str) -> None:
    found = compare(one, other)

    assert 0 <= found.jaccard <= found.containment <= 1
    if len(shingle("", one).whole):
        assert compare(one, one).containment == 1


def test_shingles_are_sorted_and_distinct() -> None:
    found: Shingles = shingle("", text(0, 300))

    assert found.whole.tolist() == sorted(set(found.whole.tolist()))
    assert found.lead.tolist() == sorted(set(found.lead.tolist()))
