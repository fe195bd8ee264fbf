"""Names that the model passed over, where something else tells that they are some.

Looked at are runs of words with capitals that no mention covers: a name that the model found elsewhere in the
article, a person named in full there by the surname, a known place, a known first name before a surname, a title
before a name, a name that ends as those of organisations do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from streams.tag.context import speaks, told_kind
from streams.tag.evidence import NAME_WORD, ORGANISATION_HEADS, SELDOM_SMALL, Knowledge, is_persons_name, is_state
from streams.tag.mentions import Found

_RUN = re.compile(r"(?<![\w@/.#-])[^\W\d_a-zß-ÿ][\w'’.]*(?:[ -][^\W\d_a-zß-ÿ][\w'’.]*)*(?![\w@/-])")
_ENDING = re.compile(r"(?:['’]s|[.'’])+$")
_TITLES = """
    Mr Mrs Ms Dr Prof Sen Rep Gov Gen Col Lt Sgt Capt President Minister Senator Governor Judge Justice Chancellor
    Captain General Colonel Professor
"""
TITLES = frozenset(_TITLES.split())
_LONGEST_RUN_WORDS, _LONGEST_TOLD_WORDS, _FEWEST_LETTERS = 8, 3, 3
_FIRST_WORDS = "A An Her His In It Its My No One Our That The Their This Your"
_OPENS = frozenset(_FIRST_WORDS.split())
"""Words that begin sentences; with one more word they are the whole of no organisation's name."""


def add_missed(text: str, mentions: Sequence[Found], taken: Sequence[Found], known: Knowledge) -> list[Found]:
    """The mentions and those that were missed, in order; nothing is added where `taken` (the model's) stands."""
    labels = _named(text, mentions, known)
    covered = bytearray(len(text))
    for span in [*mentions, *taken]:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    added = [
        found
        for start, end in _runs(text)
        if not any(covered[start:end]) and (found := _name_in(text, start, end, labels, known)) is not None
    ]
    return sorted([*mentions, *added]) if added else list(mentions)


def _named(text: str, mentions: Sequence[Found], known: Knowledge) -> dict[str, str]:
    """Names found in the article with their labels, and the surnames of people who are named in full."""
    labels: dict[str, str] = {}
    for start, end, label in mentions:
        name = text[start:end]
        if " " in name or not known.words.is_common(name):
            labels.setdefault(name, label)
        surname = name.rpartition(" ")[2]
        if label == "PERSON" and NAME_WORD.fullmatch(surname) and not known.words.is_never_name(surname):
            labels.setdefault(surname, label)
    return labels


def _runs(text: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        name = _ENDING.sub("", run[0])
        if len(name) > 1:
            yield run.start(), run.start() + len(name)


def _name_in(text: str, start: int, end: int, labels: Mapping[str, str], known: Knowledge) -> Found | None:
    """The name that a run of words with capitals is, or that follows a title or a plain word at its beginning."""
    if is_state(text[start:end], text[max(0, start - 3) : start]):
        return Found(start, end, "GPE")
    first, _, rest = text[start:end].partition(" ")
    titled = first.rstrip(".") in TITLES
    label = None if titled else labels.get(text[start:end]) or _label(text[start:end], known)
    if label is None and rest and (titled or known.words.is_plain(first)):
        start += len(first) + 1
        label = labels.get(rest) or ("PERSON" if titled and _is_titled(rest, known) else _label(rest, known))
    label = label or _by_context(text, start, end, known)
    return Found(start, end, label) if label is not None else None


def _by_context(text: str, start: int, end: int, known: Knowledge) -> str | None:
    """What the words around tell of a name that the language does not have as a word."""
    words = text[start:end].split(" ")
    if len(words) > _LONGEST_TOLD_WORDS or end - start < _FEWEST_LETTERS or known.words.is_common(words[0]):
        return None
    told = told_kind(text, start, end)
    if told == "GPE":
        return told
    is_surname = len(words) < _LONGEST_TOLD_WORDS and NAME_WORD.fullmatch(words[-1]) and not words[-1].isupper()
    return "PERSON" if is_surname and speaks(text, end) else None


def _is_titled(name: str, known: Knowledge) -> bool:
    words = name.split(" ", _LONGEST_RUN_WORDS)
    return len(words) <= 3 and all(
        NAME_WORD.fullmatch(word) and not known.words.is_never_name(word) for word in words
    )


def _is_seldom_small(name: str, known: Knowledge) -> bool:
    """Whether people have this name and its word is seldom another one."""
    is_written = len(name) > 2 and not name.isupper() and NAME_WORD.fullmatch(name)
    return (
        bool(is_written) and known.names.is_persons(name) and known.casing.get(name.lower(), 1.0) <= SELDOM_SMALL
    )


def _label(name: str, known: Knowledge) -> str | None:
    """What words with capitals name by all that is known, or None."""
    words, names = name.split(" ", _LONGEST_RUN_WORDS), known.names
    if len(words) == 1 and name not in names.places and _is_seldom_small(name, known):
        return "PERSON"
    if len(words) > _LONGEST_RUN_WORDS or known.words.is_plain(name):
        return None
    if name in names.places:
        return None if names.is_first_name(name) else "GPE"
    if len(words) == 1:
        known_word = len(name) > 2 and names.is_persons(name) and not known.words.is_common(name)
        return "PERSON" if known_word and NAME_WORD.fullmatch(name) else None
    if is_persons_name(words, known) and not known.words.is_plain(words[0]):
        return "PERSON"
    named = len(words) > 2 or words[0] not in _OPENS
    return "ORG" if words[-1] in ORGANISATION_HEADS and named else None
