"""What a word is: one tokeniser for queries, alerts and every index.

Words are runs of letters and digits; everything else separates. So "don't" is the two tokens `don t`,
"l'Élysée" is `l elysee`, "COVID-19" is `covid 19` and "U.S." is `u s`: a query written in any of these ways
becomes a phrase that finds all of them, and `Élysée` or `Putin` is found inside "l'Élysée" and "Putin's".
Scripts written without blanks between words (Chinese, Japanese, Thai…) and Korean, whose particles cling to
the word, give one token a character: their words are phrases too.

Case, accents, points and compatibility forms (full width, ligatures) are folded as in Unicode's caseless
compatibility matching (The Unicode Standard, section 3.13, D146) without diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

MAX_TOKEN_CHARS = 64
"""Longer tokens are cut, in documents and queries alike."""

MAX_KEYWORD_CHARS = 200
"""Longer names and other exact values are cut, in documents and queries alike."""


class Token(NamedTuple):
    """A folded word and the characters `start` to `end` (exclusive) of the text that it was made from."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens in order. A character that stands for several words gives tokens with the same offsets."""
    if _NOT_PLAIN.search(text):
        return [Token(word, m.start(), m.end()) for m in _WORD.finditer(text) for word in _folded_words(m[0])]
    return [Token(m[0][:MAX_TOKEN_CHARS], m.start(), m.end()) for m in _PLAIN_WORD.finditer(text.lower())]


def offsets(text: str) -> list[tuple[int, int]]:
    """The start and end of each of `tokenize(text)`, faster."""
    if not _is_plain(text):
        return [(token.start, token.end) for token in tokenize(text)]
    return list(map(re.Match.span, _PLAIN_WORD.finditer(text.lower())))


def words(text: str) -> list[str]:
    """The texts of `tokenize(text)`, faster."""
    if not _is_plain(text):
        groups = groupby(text.split(), _is_plain)
        return [
            word for plain, runs in groups for word in (_plain_words if plain else _other_words)(" ".join(runs))
        ]
    return _plain_words(text)


def word_bytes(text: str) -> bytes:
    """The words as UTF-8, kept apart by bytes that are neither ASCII letters nor digits: to be hashed in bulk."""
    return text.lower().encode("ascii", "replace") if _is_plain(text) else " ".join(words(text)).encode()


def fold(text: str) -> str:
    """A name or other exact value as it is compared: folded, blanks joined, at most MAX_KEYWORD_CHARS long."""
    return _folded_value(text[:MAX_KEYWORD_CHARS])


def cased(text: str) -> str:
    """A word as it is compared with its capitals: without accents, at most MAX_TOKEN_CHARS long."""
    if text.isascii():
        return text[:MAX_TOKEN_CHARS]
    bare = unicodedata.normalize("NFKD", text).translate(_FOLDS)
    return unicodedata.normalize("NFC", bare)[:MAX_TOKEN_CHARS]


def is_unspaced(token: str) -> bool:
    """Whether the token is one character of a script in which words are not set apart."""
    return _UNSPACED_CHAR.match(token) is not None


# The same names and domains come again and again.
@lru_cache(maxsize=10_000)
def _folded_value(text: str) -> str:
    return " ".join(_fold(text).split())[:MAX_KEYWORD_CHARS].rstrip()


def _plain_words(text: str) -> list[str]:
    found = _PLAIN_WORD.findall(text.lower())
    too_long = max(map(len, found), default=0) > MAX_TOKEN_CHARS
    return [word[:MAX_TOKEN_CHARS] for word in found] if too_long else found


def _other_words(text: str) -> list[str]:
    return [word for found in _WORD.findall(text) for word in _folded_words(found)]


def _is_plain(text: str) -> bool:
    return text.isascii() or not _NOT_PLAIN.search(text)


def _folded_words(word: str) -> Iterator[str]:
    if word.isascii():
        yield word.lower()[:MAX_TOKEN_CHARS]
        return
    # Folding can bring in what separates: ½ becomes 1⁄2.
    for piece in _WORD.findall(_fold(word)):
        yield piece[:MAX_TOKEN_CHARS]


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    # The iota below Greek vowels is a mark, of which small letters would make a letter.
    decomposed = unicodedata.normalize("NFKD", text).replace("\u0345", "").casefold()
    bare = unicodedata.normalize("NFKD", decomposed).translate(_FOLDS)
    return unicodedata.normalize("NFC", bare)


def _characters(*ranges: tuple[int, int]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


_DIACRITICS = _characters(
    (0x300, 0x36F),  # Latin, Greek, Cyrillic
    (0x483, 0x489),  # Cyrillic numerals
    (0x591, 0x5C7),  # Hebrew points
    (0x64B, 0x65F),  # Arabic vowel signs and hamza
    (0x670, 0x670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),  # enclosing marks: keycaps
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
)
_INVISIBLE = "\u00ad\u200c\u200d\u2060\ufeff"
"""What stands within a word unseen: soft hyphen, joiners, byte order mark."""

_SURROGATES = range(0xD800, 0xE000)
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
"""Latin letters that Unicode does not decompose, as they are typed on other keyboards."""

_FOLDS: dict[int, str | None] = {
    **dict.fromkeys(_DIACRITICS),
    **dict.fromkeys(map(ord, _INVISIBLE)),
    **dict.fromkeys(_SURROGATES),
    **{ord(letter): plain for letter, plain in _LETTERS.items()},
    **{ord(letter.upper()): plain.capitalize() for letter, plain in _LETTERS.items() if letter != "ı"},
    **dict.fromkeys(map(ord, "‘’ʼ"), "'"),
    ord("\u0640"): None,  # draws Arabic words out
}

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao; Burmese; Khmer
    "\u1100-\u11ff\u3040-\u30ff\u3100-\u31ff\uac00-\ud7ff"  # Hangul jamo; kana; bopomofo, jamo; Hangul
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\uffa0-\uffdc\U00020000-\U0003ffff"
)


def _marks() -> str:
    """Combining marks, which Python's `\\w` leaves out, as the inside of a character class."""
    letters_and_marks = map(chr, range(0x300, 0x1F000))
    return "".join(char for char in letters_and_marks if unicodedata.category(char).startswith("M"))


_MARKS = _marks() + _INVISIBLE + "\uff9e\uff9f"
_LETTER = rf"[^\W_{_UNSPACED}]"
_NOT_PLAIN = re.compile("[^\\x00-\\x7f\\xa0\\u2010-\\u205f]")
"""What is neither ASCII nor a typographic sign, and so needs more than lower case."""
_PLAIN_WORD = re.compile("[a-z0-9]+")
_UNSPACED_CHAR = re.compile(rf"(?=[^\W_])[{_UNSPACED}][{_MARKS}]*")
_WORD = re.compile(rf"{_LETTER}+(?:[{_MARKS}]+|{_LETTER}+)*|{_UNSPACED_CHAR.pattern}")
