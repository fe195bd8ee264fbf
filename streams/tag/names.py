"""One name for each person, organisation and place of an article, however it is written there.

Joined are: spellings that differ by case, accents, dots, hyphens or legal form (`Apple Inc.`, `Apple`); parts of
a person's name (`Putin`, `V. Putin`) with the fuller one; initials (`IMF`) with the words that they stand for. A
part or an acronym that fits two different names stays itself.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from streams.query.tokens import fold

Key = tuple[str, ...]
"""A name's words, folded: what the spellings of one name share."""

_LEGAL_FORMS = "inc incorporated corp corporation ltd limited llc llp lp plc co gmbh ag sa nv"
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
_SMALL_WORDS = "of the and for in on to de la le les du des et pour en"
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
KEPT_NAMES = 1 << 16
"""Names whose words are kept, which takes some 20 MB: an article is compared with the names of its story, and all
stories of a busy day have about as many."""
AND = frozenset({"and", "et", "und"})
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
LEAST_TRUSTED_FIRST = ("ORG", "FAC", "EVENT", "LOC", "PERSON", "GPE")
"""Labels from the one that small models get wrong most to the one they get right most: decides equal votes."""


class Named(NamedTuple):
    """What a mention stands for in its article."""

    name: str
    label: str


def join(mentions: Sequence[tuple[str, str]]) -> list[Named]:
    """The name and label of each of an article's mentions, given as (text, label) in the text's order."""
    keys = [key_of(text) for text, _ in mentions]
    labels = _labels((key, label) for key, (_, label) in zip(keys, mentions, strict=True))
    fuller = _fuller_people(labels) | _written_out(labels)
    spelled = _spellings((key, text) for key, (text, _) in zip(keys, mentions, strict=True))
    owners = [fuller.get(key, key) for key in keys]
    return [Named(spelled[owner], labels[owner]) for owner in owners]


@lru_cache(maxsize=KEPT_NAMES)
def key_of(name: str) -> Key:
    """The folded words of a name, without its legal form and `and`; initials in a row are one word (`J. K.`)."""
    words: list[str] = []
    for are_initials, run in groupby(_folded_words(name), key=lambda word: len(word) == 1):
        in_a_row = list(run)
        words += ["".join(in_a_row)] if are_initials else [word for word in in_a_row if word not in AND]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return tuple(words) or (name,)


def _folded_words(name: str) -> Iterator[str]:
    return filter(None, map(_letters, _WORD_BREAK.split(fold(name))))


_WORD_BREAK = re.compile(r"[\s\-‐‑–&]+")


def _letters(word: str) -> str:
    return word if word.isalnum() else "".join(letter for letter in word if letter.isalnum())


def _labels(forms: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """One label for each key: what most of its mentions say.

    A full name votes for its surname too where that was taken for an organisation, the commonest error.
    """
    votes: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for key, label in forms:
        votes[key][label] += 1
    for key in [key for key in votes if len(key) > 1]:
        surname = votes.get(key[-1:], Counter())
        if surname["ORG"]:
            surname["PERSON"] += votes[key]["PERSON"]
    return {
        key: max(count, key=lambda label: (count[label], LEAST_TRUSTED_FIRST.index(label)))
        for key, count in votes.items()
    }


def _fuller_people(labels: Mapping[Key, str]) -> dict[Key, Key]:
    """For each person's name that is a part of fuller names of exactly one person, the fullest of them."""
    people = [key for key, label in labels.items() if label == "PERSON"]
    owners: dict[Key, Key] = {}
    by_end: defaultdict[str, list[Key]] = defaultdict(list)
    for key in sorted(people, key=_fullness, reverse=True):
        words, _ = _generation(key)
        nearby = by_end[words[0]] + by_end[words[-1]]  # A part has the whole's first or last word.
        whole = {owners[other] for other in nearby if is_part(key, other)}
        owners[key] = whole.pop() if len(whole) == 1 else key
        if len(words) > 1:
            for end in {words[0], words[-1]}:
                by_end[end].append(key)
    return owners


def is_part(part: Key, whole: Key) -> bool:
    """Whether one folded name is a shorter form of another (`trump`, `d trump` of `donald j trump`).

    The words come in the same order, initials for words; father and son (`jr`) are two people.
    """
    if len(part) >= len(whole) and all(len(word) > 1 for word in part):
        return False
    words, generation = _generation(part)
    all_words, other_generation = _generation(whole)
    if generation != other_generation and (generation or len(words) > 1):
        return False
    rest = iter(all_words)
    return all(any(_agree(word, candidate) for candidate in rest) for word in words)


def _agree(word: str, candidate: str) -> bool:
    return word == candidate or (len(word) == 1 and candidate.startswith(word))


def _generation(key: Key) -> tuple[Key, str]:
    return (key[:-1], key[-1]) if len(key) > 1 and key[-1] in GENERATIONS else (key, "")


def _fullness(key: Key) -> tuple[int, int]:
    return len(key), sum(map(len, key))


def _written_out(labels: Mapping[Key, str]) -> dict[Key, Key]:
    """For each acronym of one name of several words in the article, that name."""
    by_initials: defaultdict[str, set[Key]] = defaultdict(set)
    for key, label in labels.items():
        if len(key) > 1 and label != "PERSON":
            for initials in {_initials(key), _initials([word for word in key if word not in SMALL_WORDS])}:
                by_initials[initials].add(key)
    candidates = {key: by_initials.get("".join(key), set()) for key in labels if len(key) == 1}
    return {
        key: next(iter(long)) for key, long in candidates.items() if len(long) == 1 and labels[key] != "PERSON"
    }


def _initials(words: Iterable[str]) -> str:
    return "".join(word[0] for word in words)


def _spellings(forms: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """How each key is best shown: its commonest spelling, rather not in capitals only, without the legal form."""
    counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for key, text in forms:
        counts[key][_without_legal_form(text)] += 1
    return {
        key: max(spelled, key=lambda text: (spelled[text], not text.isupper() and not text.islower()))
        for key, spelled in counts.items()
    }


def _without_legal_form(text: str) -> str:
    words = text.split()
    while len(words) > 1 and _letters(fold(words[-1])) in LEGAL_FORMS:
        words.pop()
    return " ".join(words).rstrip(" ,&")
