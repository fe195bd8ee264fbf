"""Copies made of texts: cut to their first words, with one word in twenty changed, and digests of three.

Truth is by brute force: two texts are copies when they share .45 of all their word shingles or .6 of the shorter
one's. An item is right when it is said to repeat another and shares at least .3 of the shorter one's with it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streams.query.tokens import words
from streams.relate.related import CopyOf
from streams.relate.rolling import WIDTH
from streams.rows import Row
from tests.quality.scores import Score, of_counts
from tests.relate.texts import Texts

FIRST_WORDS = 60
CHANGED = 0.05
STRONG_JACCARD, STRONG_CONTAINMENT = 0.45, 0.6
SHARED = 0.3

Runs = frozenset[tuple[str, ...]]


class Item(NamedTuple):
    """A text by its name."""

    name: str
    title: str
    text: str


def variants(rows: Sequence[Row]) -> Mapping[str, Score]:
    """The scores of finding copies among the variants of texts, and of finding the variants in the texts."""
    items = [Item(f"{number}", row.title, row.text) for number, row in enumerate(rows)]
    chance = random.Random(1)
    cut = [item._replace(text=_cut(item.text)) for item in items]
    changed = [item._replace(text=_changed(item.text, chance)) for item in items]
    return {
        f"copies, of the first {FIRST_WORDS} words": _among(cut),
        "copies, with one word in twenty changed": _among(changed),
        f"the first {FIRST_WORDS} words as a copy of the text": _again(items, cut),
        "the text with one word in twenty changed as a copy": _again(items, changed),
        "a digest of three as a copy of one of them": _digests(items),
    }


def is_copy(jaccard: float, containment: float) -> bool:
    """Whether texts that share so much are copies for certain."""
    return jaccard >= STRONG_JACCARD or containment >= STRONG_CONTAINMENT


def _among(items: Sequence[Item]) -> Score:
    """Each compared with those before it."""
    runs = [_runs(item) for item in items]
    found, true = _found(items), _strongest(runs)
    repeats = {item for item, (jaccard, containment) in enumerate(true) if is_copy(jaccard, containment)}
    right = [item for item, nearest in found.items() if _containment(runs[item], runs[nearest]) >= SHARED]
    return Score(
        of_counts(len(right), len(found), len(repeats)).precision,
        of_counts(len(repeats & found.keys()), len(found), len(repeats)).recall,
    )


def _again(items: Sequence[Item], again: Sequence[Item]) -> Score:
    """Each variant compared with all texts; a text like many is found with any of its own."""
    texts, runs = Texts(), [_runs(item) for item in items]
    for item in items:
        texts.add(item.text, title=item.title, name=item.name)
    found = {number: texts.find(item.title, item.text) for number, item in enumerate(again)}
    right = [
        number
        for number, copy in found.items()
        if copy and _containment(_runs(again[number]), runs[int(copy.nearest)]) >= SHARED
    ]
    return of_counts(len(right), sum(copy is not None for copy in found.values()), len(again))


def _digests(items: Sequence[Item]) -> Score:
    """Texts of three, one after the other, compared with all texts."""
    texts, found, right = Texts(), 0, 0
    for item in items:
        texts.add(item.text, title=item.title, name=item.name)
    digests = [items[start : start + 3] for start in range(0, len(items) - 2, 3)]
    for parts in digests:
        copy = texts.find("", "\n\n".join(part.text for part in parts))
        whole = frozenset().union(*map(_runs, parts))
        found += copy is not None
        right += copy is not None and _containment(_runs(items[int(copy.nearest)]), whole) >= SHARED
    return of_counts(right, found, len(digests))


def _found(items: Sequence[Item]) -> dict[int, int]:
    """By the number of each item that is found to be a copy, that of the closest."""
    texts, found = Texts(), dict[int, int]()
    for number, item in enumerate(items):
        copy = texts.find(item.title, item.text, name=item.name)
        if copy:
            found[number] = int(copy.nearest)
        copy_of = CopyOf(copy.original, copy.seq, copy.overlap.jaccard) if copy else None
        texts.add(item.text, copy_of, item.title, item.name)
    return found


def _strongest(runs: Sequence[Runs]) -> list[tuple[float, float]]:
    """The most that each shares with one before it: Jaccard and containment."""
    having: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    strongest = []
    for number, own in enumerate(runs):
        shared = Counter(other for run in own for other in having[run])
        found = [
            (count / (len(own) + len(runs[other]) - count), count / min(len(own), len(runs[other])))
            for other, count in shared.items()
        ]
        strongest.append((max((j for j, _ in found), default=0), max((c for _, c in found), default=0)))
        for run in own:
            having[run].append(number)
    return strongest


def _containment(one: Runs, other: Runs) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _runs(item: Item) -> Runs:
    tokens = words(item.title), words(item.text)
    return frozenset(tuple(of[at : at + WIDTH]) for of in tokens for at in range(len(of) - WIDTH + 1))


def _cut(text: str) -> str:
    return " ".join(text.split()[:FIRST_WORDS])


def _changed(text: str, chance: random.Random) -> str:
    return " ".join(f"x{word}" if chance.random() < CHANGED else word for word in text.split())
