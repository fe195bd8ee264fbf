"""The fingerprint of a text by which copies of it are found: a sample of its hashed word shingles.

A shingle is five words in a row; two texts that share many of them share wording. Of each text the smallest
hashes are remembered: below the largest of these they are a fair sample of the text, so what part of one text
stands in another can be estimated between texts of any lengths. The new text of a comparison is there in full;
only the remembered one is sampled, so a short text within a new long one is compared exactly. For the other way
around, a long text's beginning is sampled once more by itself: feeds often give just that.

Source: A. Z. Broder, "On the resemblance and containment of documents" (1997).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.query.tokens import word_bytes
from streams.relate.numbers import kept, number_sets
from streams.relate.rolling import MOST_BYTES, SEPARATOR, WIDTH, Hashes, Places, rolled
from streams.relate.sketches import Sketch, samples

LEAD_WORDS = 48
LONG = 80
"""Shingles of a text whose beginning is sampled by itself."""

_HALF = np.uint64(32)


class Shingles(NamedTuple):
    """An article's distinct hashes, sorted, what to remember of them, and the numbers in it."""

    whole: Hashes
    sketch: Sketch
    numbers: bytes


def shingle(texts: Iterable[tuple[str, str]]) -> list[Shingles]:
    """Hash articles, each a title and a text; what comes of one does not depend on the others.

    No shingle spans title and text, so that a new headline changes only its own. Of a text beyond MOST_BYTES the
    rest is passed over.
    """
    return [shingles for parts in _together(texts) for shingles in _shingled(parts)]


def _together(texts: Iterable[tuple[str, str]]) -> Iterator[list[bytes]]:
    """Titles and texts by turns, as many as are hashed at once."""
    parts, size = list[bytes](), 0
    for title, text in texts:
        head = word_bytes(title)[: MOST_BYTES - 2] + SEPARATOR
        body = word_bytes(text)[: MOST_BYTES - 1 - len(head)] + SEPARATOR
        if parts and size + len(head) + len(body) > MOST_BYTES:
            yield parts
            parts, size = [], 0
        parts += head, body
        size += len(head) + len(body)
    if parts:
        yield parts


def _shingled(parts: Sequence[bytes]) -> Iterator[Shingles]:
    hashes, bounds, numbers, number_bounds = rolled(parts)
    whole, ends = _distinct(hashes, bounds[::2])
    said = number_sets(*_distinct(numbers, number_bounds[::2]))
    sketches: Iterable[Sketch] = map(Sketch, samples(whole, ends), repeat(None), map(kept, said))
    in_body = bounds[2::2] - bounds[1::2]
    long = in_body > LONG
    if long.any():
        beginnings = _beginnings(hashes, bounds[1::2][long])
        leads = iter(samples(*beginnings))
        sketches = (
            Sketch(s.whole, next(leads), s.numbers) if is_long else s
            for s, is_long in zip(sketches, long, strict=True)
        )
    return (
        Shingles(whole[start:end], sketch, one)
        for (start, end), sketch, one in zip(pairwise(ends.tolist()), sketches, said, strict=True)
    )


def _beginnings(hashes: Hashes, starts: Places) -> tuple[Hashes, Places]:
    """The same of the first LEAD_WORDS from each place on."""
    length = LEAD_WORDS - WIDTH + 1
    within = (starts[:, np.newaxis] + np.arange(length)).ravel()
    return _distinct(hashes[within], np.arange(len(starts) + 1) * length)


def _distinct(hashes: Hashes, bounds: Places) -> tuple[Hashes, Places]:
    """The distinct hashes of each text, sorted, and where those of each begin and the last ones end."""
    of = np.repeat(np.arange(len(bounds) - 1, dtype=np.uint64), bounds[1:] - bounds[:-1])
    ordered: NDArray[np.uint64] = of << _HALF | hashes
    ordered.sort()
    if len(ordered):
        ordered = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return ordered.astype(np.uint32), ordered.searchsorted(np.arange(len(bounds), dtype=np.uint64) << _HALF)
