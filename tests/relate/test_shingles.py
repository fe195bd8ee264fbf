from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.shingles import SKETCH, WIDTH, Sketch, below, overlap, sketch

WORDS = [f"word{number}" for number in range(6000)]


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def test_a_text_of_feed_length_is_kept_whole() -> None:
    found = sketch("", text(0, 40))

    assert (found.shingles, found.level, len(found.hashes)) == (40 - WIDTH + 1, 0, 40 - WIDTH + 1)


def test_a_long_text_is_sampled_below_a_limit() -> None:
    found = sketch("", text(0, 6000))

    assert found.shingles == 6000 - WIDTH + 1
    assert len(found.hashes) <= SKETCH
    assert int(found.hashes.max()) < 2**32 >> found.level


@pytest.mark.parametrize("words", ["", "one", "one two three four"])
def test_fewer_words_than_a_shingle_leave_nothing(words: str) -> None:
    assert sketch(words, words) == Sketch()


def test_no_shingle_spans_title_and_text() -> None:
    assert sketch("one two three", "four five six") == Sketch()


def test_case_accents_and_punctuation_make_no_difference() -> None:
    assert sketch("", "L'Élysée: «rien à dire» ce soir") == sketch("", "l elysee rien a dire ce soir")


def test_the_same_text_has_the_same_sketch_in_every_process() -> None:
    assert sketch("", "the harbour bridge was closed").packed.hex() == "496165fd"


@pytest.mark.parametrize(
    ("one", "other", "jaccard", "containment"),
    [
        ((0, 104), (0, 104), 1.0, 1.0),
        ((0, 104), (50, 154), 50 / 150, 0.5),
        ((0, 104), (0, 54), 0.5, 1.0),
        ((0, 104), (200, 304), 0.0, 0.0),
    ],
)
def test_overlap_of_short_texts_is_exact(
    one: tuple[int, int], other: tuple[int, int], jaccard: float, containment: float
) -> None:
    found = overlap(sketch("", text(*one)), sketch("", text(*other)))

    assert found.jaccard == pytest.approx(jaccard)
    assert found.containment == pytest.approx(containment)


@pytest.mark.parametrize(("one", "other"), [((0, 4000), (2000, 6000)), ((0, 6000), (1000, 1800))])
def test_overlap_of_long_texts_is_estimated(one: tuple[int, int], other: tuple[int, int]) -> None:
    ours, theirs = set(range(one[0], one[1] - 4)), set(range(other[0], other[1] - 4))
    shared = len(ours & theirs)

    found = overlap(sketch("", text(*one)), sketch("", text(*other)))

    assert found.jaccard == pytest.approx(shared / len(ours | theirs), abs=0.05)
    assert found.containment == pytest.approx(shared / min(len(ours), len(theirs)), abs=0.1)


def test_below_leaves_the_hashes_under_the_limit() -> None:
    hashes = sketch("", text(0, 200)).hashes

    assert below(hashes, 0).tolist() == hashes.tolist()
    assert below(hashes, 1).tolist() == [value for value in hashes.tolist() if value < 2**31]


@given(st.text(max_size=300), st.text(max_size=300))
def test_overlap_is_symmetric_and_within_bounds(one: str, other: str) -> None:
    first, second = sketch("", one), sketch("", other)

    found = overlap(first, second)

    assert found.jaccard == overlap(second, first).jaccard
    assert 0 <= found.jaccard <= found.containment <= 1
