"""The short texts are what the language figure rests on."""

from __future__ import annotations

from collections import Counter

from tests.quality.languages import read


def test_there_are_twenty_short_texts_in_each_of_twelve_languages() -> None:
    texts = read()
    assert set(Counter(text.language for text in texts).values()) == {20}
    assert len({text.language for text in texts}) == 12
    assert len(set(texts)) == len(texts)
    assert max(len(text.title) + len(text.lead) for text in texts) <= 100
