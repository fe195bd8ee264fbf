"""Spellings of one person's name, as newsrooms transliterate it: Zelensky, Zelenskyy, Zelenskiy.

Surnames have to agree in all that transliterations leave alone; first names, which languages change more
(Alexander, Alyaksandr), only in their consonants and in how they end, so that Daniel and Daniela stay two people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

LEAST_LETTERS = 6
"""Shorter surnames are told apart by single letters: they have to be written alike."""

_SAME: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"kh|gh|q|ck|c(?=[aou])", "k"),
        (r"shch|tsch|sch|tch|ch|sh", "S"),
        (r"dzh|zh|dj", "Z"),
        (r"ph", "f"),
        (r"dh", "d"),
        (r"ts|tz", "z"),
        (r"ks", "x"),
        (r"w", "v"),
        (r"ou", "u"),
        (r"^(?:ye|je)", "e"),
        (r"^(?:yu|ju|iu)", "u"),
        (r"^(?:ya|ja|ia)", "a"),
        (r"[yj]+", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?:iei|ei|ii|ie|oi)$", "i"),
    )
]
_ENDING_O = re.compile(r"(?<=\w{6})o$")
_VOWELS = re.compile(r"[aeiou]+")


@lru_cache(maxsize=8192)
def surname_sound(word: str) -> str:
    """What the spellings of a folded surname have in common; a short one is itself."""
    if len(word) < LEAST_LETTERS:
        return word
    return _ENDING_O.sub("a", _alike(word))


@lru_cache(maxsize=8192)
def first_sound(word: str) -> str:
    """What the spellings of a folded first name have in common: its consonants and the vowel at its end."""
    alike = _alike(word)
    ending = _VOWELS.search(alike[-1:])
    consonants = _VOWELS.sub("", alike)
    return f"{alike[:1] if alike[:1] in 'aeiou' else ''}{consonants}{ending[0] if ending else ''}"


def sound_of(key: Sequence[str]) -> str:
    """What the spellings of a person's name share, given its folded words, two at least."""
    return f"{first_sound(key[0])} {surname_sound(key[-1])}"


def _alike(word: str) -> str:
    for pattern, instead in _SAME:
        word = pattern.sub(instead, word)
    return word
