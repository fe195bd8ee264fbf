from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.query.tokens import words
from streams.relate.rolling import MOST_BYTES, WIDTH
from streams.relate.shingles import LEAD_WORDS, LONG, shingle
from streams.relate.sketches import Sketch
from tests.relate.texts import shingled

WORDS = [f"word{number}" for number in range(6000)]


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def hashes(title: str, body: str) -> list[int]:
    whole: list[int] = shingled(title, body).whole.tolist()
    return whole


def test_a_text_has_a_shingle_for_every_run_of_five_words() -> None:
    assert len(hashes("", text(0, 40))) == 40 - WIDTH + 1


@pytest.mark.parametrize("few", ["", "one", "one two three four", "   ", "--- !!! ---"])
def test_fewer_words_than_a_shingle_leave_nothing(few: str) -> None:
    assert hashes(few, few) == []
    assert shingled(few, few).sketch == Sketch()
    assert shingled(few, few).sketch.anchors == ()


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


def test_a_text_beyond_all_measure_is_looked_at_up_to_a_limit() -> None:
    endless = "".join(f"{number:07d} " for number in range(MOST_BYTES // 4))

    assert len(hashes("", endless)) <= MOST_BYTES // 8


@pytest.mark.parametrize("long", [LONG + WIDTH - 1, LONG + WIDTH])
def test_only_a_long_text_has_a_beginning_of_its_own(long: int) -> None:
    lead = shingled("", text(0, long)).sketch.lead

    assert (lead.of if lead else 0) == (LEAD_WORDS - WIDTH + 1 if long >= LONG + WIDTH else 0)


def test_shingles_and_what_is_kept_of_them_are_sorted_and_distinct() -> None:
    found = shingled("", text(0, 300) + " " + text(100, 300))

    assert found.sketch.lead is not None
    for numbers in (found.whole.tolist(), found.sketch.whole.values, found.sketch.lead.values):
        assert numbers == sorted(set(numbers))


def test_a_text_is_hashed_the_same_among_many() -> None:
    titles = ["", "one two three", text(50, 70), "l'Élysée", "海港大橋今日關閉"]
    bodies = ["", text(0, 3), text(0, 30), text(0, 30) * 2, text(0, 2000), "   ", text(0, 6000)]
    texts = [(title, body) for title in titles for body in bodies]

    together = shingle(texts)

    assert [found.whole.tolist() for found in together] == [hashes(*article) for article in texts]
    assert [found.sketch for found in together] == [shingled(*article).sketch for article in texts]
    assert shingle([]) == []
