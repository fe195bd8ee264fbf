from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from streams.patterns import any_of, words

READ = words("tweet", en="read, read on, re-read", fr="lire, lire la suite")


@pytest.mark.parametrize("text", ["tweet", "read", "read on", "re-read", "lire", "lire la suite"])
def test_each_word_and_phrase_of_each_language_matches(text: str) -> None:
    assert re.fullmatch(READ, text)


@pytest.mark.parametrize("text", ["", "tweets", "rea", "re", "read, read on", "lire la", "READ"])
def test_nothing_else_matches(text: str) -> None:
    assert not re.fullmatch(READ, text)


def test_the_longest_phrase_that_fits_is_taken() -> None:
    found = re.match(READ, "lire la suite ici")
    assert found is not None
    assert found[0] == "lire la suite"


def test_signs_in_words_mean_themselves() -> None:
    pattern = any_of(words("a.b, (c)"))
    assert pattern.fullmatch("A.B")
    assert pattern.fullmatch("(c)")
    assert not pattern.fullmatch("axb")


def test_a_list_over_several_lines_is_read_as_one_line() -> None:
    assert words("one,\n    two\n    three") == words("two three, one")


def test_every_process_makes_the_same_pattern() -> None:
    program = "from streams.patterns import words; print(words('b, a, ab, abc', de='ä, z'))"
    made = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1]
