from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.rolling import WIDTH
from streams.relate.shingles import LEAD_WORDS
from streams.relate.sketches import KEPT, MOST_KEPT, Overlap, Sketch, overlap
from tests.relate.texts import shingled

WORDS = [f"word{number}" for number in range(6000)]


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def sketch(body: str) -> Sketch:
    return shingled("", body).sketch


def compare(new: str, known: str) -> Overlap:
    shingles = shingled("", new)
    return overlap(shingles.whole.tolist(), shingles.sketch, sketch(known))


def test_what_is_remembered_of_a_text_is_bounded() -> None:
    of_feed_length, long, huge = (sketch(text(0, words)) for words in (60, 1000, 6000))

    assert of_feed_length.lead is None
    assert len(of_feed_length.whole.values) == KEPT
    assert len(long.whole.values) == 996 // 8
    assert len(huge.whole.values) == MOST_KEPT
    assert huge.lead is not None
    assert huge.lead.of == LEAD_WORDS - WIDTH + 1


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


@given(st.text(max_size=300), st.text(max_size=300))
def test_overlap_is_within_bounds_and_full_with_itself(one: str, other: str) -> None:
    found = compare(one, other)

    assert 0 <= found.jaccard <= found.containment <= 1
    if len(shingled("", one).whole):
        assert compare(one, one).containment == 1
