"""Scores: how much of what was found is right, and how much of what is right was found.

All take the truth first. The outside data has scorers of its own; these are for the labelled data that is
committed, and agree with them on what they both measure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)
Pair = tuple[str, str]


class Score(NamedTuple):
    """Both from 0 to 1; a precision of nothing found and a recall of nothing to find are 0."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def of_counts(right: float, found: int, true: int) -> Score:
    """The score of `right` among `found` answers where there are `true` ones to find."""
    return Score(right / found if found else 0.0, right / true if true else 0.0)


def of_sets(true: Sequence[AbstractSet[T]], found: Sequence[AbstractSet[T]]) -> Score:
    """The score over all items together; each has a set of true and of found things."""
    right = sum(len(expected & actual) for expected, actual in zip(true, found, strict=True))
    return of_counts(right, sum(map(len, found)), sum(map(len, true)))


def bcubed(true: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """B-cubed of two partitions, given as each item's group (Bagga and Baldwin, ACL 1998).

    Precision: of the items in an item's found group (itself included), the part that belongs with it, averaged
    over items; recall: the same with the groups changed about.
    """
    together = Counter(zip(true, found, strict=True))
    true_sizes, found_sizes = Counter(true), Counter(found)
    precise = sum(count**2 / found_sizes[group] for (_, group), count in together.items())
    recalled = sum(count**2 / true_sizes[group] for (group, _), count in together.items())
    return Score(precise / len(true), recalled / len(true))


def pairwise(true: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """The score over all pairs of items that are in one group."""
    return of_counts(_pairs(list(zip(true, found, strict=True))), _pairs(found), _pairs(true))


def _pairs(groups: Sequence[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


def copies(true: Mapping[str, str | None], found: Mapping[str, str | None]) -> Score:
    """The score over all pairs that have one text; given is what each item copies. A copy's copy is a copy."""
    return of_sets([_copy_pairs(true)], [_copy_pairs(found)])


def _copy_pairs(copy_of: Mapping[str, str | None]) -> set[Pair]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for item in copy_of:
        groups[_original(item, copy_of)].append(item)
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def _original(item: str, copy_of: Mapping[str, str | None]) -> str:
    while (earlier := copy_of.get(item)) is not None:
        item = earlier
    return item


class Told(NamedTuple):
    """An item's story and the earlier one that this story is said to bring back."""

    story: str
    recurs: str | None


def returns(true: Mapping[str, Told], found: Mapping[str, Told]) -> Score:
    """The score over items whose story brings back an earlier one.

    Right is an item whose story is said to bring back one that holds, mostly, items of the true earlier story.
    """
    told_of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item, (story, _) in found.items():
        told_of[story][true[item].story] += 1
    right = 0
    for item, (_, earlier) in found.items():
        if earlier and earlier in told_of and true[item].recurs == told_of[earlier].most_common(1)[0][0]:
            right += 1
    return of_counts(right, _returning(found), _returning(true))


def _returning(told: Mapping[str, Told]) -> int:
    return sum(recurs is not None for _, recurs in told.values())
