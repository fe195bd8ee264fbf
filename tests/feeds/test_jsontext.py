"""JSON with slips."""

from __future__ import annotations

import time

import pytest

from streams.feeds.jsontext import decoded, json_within


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, "x",], "b": {"c": "d",},}',
        '{"a": [1, "x"] /* two */, // more\n "b": {"c": "d"}}',
        '{"a": [1, "x"], "b": {"c": "d"}}',
    ],
)
def test_comments_and_commas_before_an_end_are_passed_over(text: str) -> None:
    assert decoded(text) == ({"a": [1, "x"], "b": {"c": "d"}}, [])


def test_what_looks_like_one_within_a_text_stays() -> None:
    assert decoded('{"a": "1,] // /* \\" ,}",}')[0] == {"a": '1,] // /* " ,}'}


@pytest.mark.parametrize("piece", ["/**/", "//\n", "/*", " ", "a(", "while(1);"])
def test_what_stands_before_takes_no_long_time(piece: str) -> None:
    before = time.process_time()
    json_within(piece * (900 // len(piece)) + "x {")
    assert time.process_time() - before < 1
