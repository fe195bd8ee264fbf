"""Plain text from the open internet: only characters that mean something, in bounded lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

ELLIPSIS = "…"
SENTENCE_END = r"[.!?…。！？][\"'”’»)\]]*"

_MEANINGLESS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u00ad\u200b\u200e\u200f\u2060\ufeff"  # soft hyphens, zero widths and marks: split words for search
    "\u202a-\u202e\u2066-\u2069"  # direction overrides: show one text and mean another
    "\ufffe\uffff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ENDS_SENTENCE = re.compile(rf"(?:{SENTENCE_END}|[:;])$")
_LETTERS = re.compile(r"[^\W_]+")
WRAPPED_LINE_CHARS = 50
"""A line of plain text at least this long that ends in mid-sentence was wrapped by a program."""


def cleaned(text: str) -> str:
    """The text in Unicode NFC without control characters and lone surrogates; white space stays as it is."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _MEANINGLESS.sub("", _SURROGATE.sub("\ufffd", text)))


def one_line(text: str, max_chars: int) -> str:
    """The cleaned text as one line, shortened at a word where it is too long."""
    return shortened(" ".join(cleaned(text[: 4 * max_chars]).split()), max_chars)


def shortened(text: str, max_chars: int) -> str:
    """At most `max_chars` characters of a text, cut between words and marked with an ellipsis."""
    if len(text) <= max_chars:
        return text
    head = text[: max_chars - 1]
    words, space, _ = head.rpartition(" ")
    return (words if space and len(words) > max_chars // 2 else head).rstrip(" ,;:-–—") + ELLIPSIS


def is_beginning(title: str, text: str) -> bool:
    """Whether a title says only how the text begins, as one does that was made for a text without."""
    said = title.removesuffix(ELLIPSIS)
    return bool(said) and " ".join(text[: 2 * len(said)].split()).startswith(said)


def first_sentences(text: str, max_chars: int) -> str:
    """The whole sentences that a text begins with, or the words that fit where the first one is too long."""
    line = " ".join(text[: 4 * max_chars].split())
    if len(line) <= max_chars:
        return line
    ends = [match.end() for match in re.finditer(rf"{SENTENCE_END}(?=\s)", line[: max_chars + 1])]
    return line[: ends[-1]] if ends and ends[-1] > max_chars // 3 else shortened(line, max_chars)


def folded(text: str) -> str:
    """Letters and digits only, without case and accents, to compare titles by."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if not decomposed.isascii():
        decomposed = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(_LETTERS.findall(decomposed))


def plain_paragraphs(text: str) -> list[str]:
    """Paragraphs of a text without markup: they end at blank lines, and at line ends that no program made."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [" ".join(lines[part]) for part in line_groups(lines, WRAPPED_LINE_CHARS)]


def line_groups(lines: Sequence[str], wrapped_from: int | None = None) -> Iterator[slice]:
    """Which lines make one paragraph each.

    A line goes on in the next one when that begins with a small letter or, where `wrapped_from` is given, when
    it is at least that long and does not end a sentence. Empty lines belong to no paragraph.
    """
    start = 0
    for here, line in enumerate(lines):
        following = lines[here + 1] if here + 1 < len(lines) else ""
        if not line:
            start = here + 1
        elif not _goes_on(line, following, wrapped_from):
            yield slice(start, here + 1)
            start = here + 1


def _goes_on(line: str, following: str, wrapped_from: int | None) -> bool:
    if not following or _ENDS_SENTENCE.search(line):
        return False
    return following[0].islower() or (wrapped_from is not None and len(line) >= wrapped_from)
