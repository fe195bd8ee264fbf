from __future__ import annotations

import pytest

from streams.rows import Row
from tests.quality.scores import Score
from tests.quality.variants import is_copy, variants


def text(start: int, words: int = 150) -> str:
    return " ".join(f"word{number}" for number in range(start, start + words))


def test_variants_of_texts_are_scored_against_brute_force() -> None:
    rows = [Row(id=number, text=text(start)) for number, start in enumerate((0, 1000, 2000, 20, 1100))]

    found = variants(rows)

    assert found["copies, of the first 60 words"] == Score(1, 1)
    assert found["the first 60 words as a copy of the text"] == Score(1, 1)
    assert found["the text with one word in twenty changed as a copy"] == Score(1, 1)


def test_without_copies_there_is_nothing_to_find() -> None:
    assert variants([Row(id=1, text=text(0)), Row(id=2, text=text(500))])[
        "copies, of the first 60 words"
    ] == Score(0, 0)


@pytest.mark.parametrize(
    ("jaccard", "containment", "expected"), [(0.45, 0.1, True), (0.1, 0.6, True), (0.44, 0.59, False)]
)
def test_copies_share_much_of_both_or_most_of_the_shorter(
    jaccard: float, containment: float, expected: bool
) -> None:
    assert is_copy(jaccard, containment) is expected
