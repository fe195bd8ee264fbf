"""Text with marked stretches: entities of an article, words that a search or a rule matched.

Positions come from records and are used only as far as they fit the text; the pieces always join to exactly
the text they were cut from, so nothing a feed says can be lost or doubled on the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streams.records import Document, Entity, Span
from streams.tag.mentions import KINDS

SNIPPET_CHARS = 260
LEAD_CHARS = 80
"""How much of a snippet stands before its first matched word."""

PARAGRAPH = re.compile(r"\n\s*\n")


class Mark(NamedTuple):
    """Characters `start` to `end` (exclusive), what they are (`person`, `match`…) and a word about them."""

    start: int
    end: int
    kind: str
    note: str = ""


class Piece(NamedTuple):
    """A stretch of text; `mark` is None where it is plain."""

    text: str
    mark: Mark | None = None


class Paragraph(NamedTuple):
    """One paragraph of an article; `quoted` where it is an embedded post."""

    pieces: list[Piece]
    quoted: bool


def entity_kind(label: str) -> str:
    """What the page calls an entity of this label, and paints it as; `other` for one that is not ours."""
    return KINDS.get(label, "other")


def cut(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> list[Piece]:
    """Cut `text[start:end]` into plain and marked pieces; of marks that overlap the first and longest counts."""
    end = len(text) if end is None else min(end, len(text))
    pieces: list[Piece] = []
    done = start
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        begin, stop = max(mark.start, start), min(mark.end, end)
        if begin < done or begin >= stop:
            continue
        if begin > done:
            pieces.append(Piece(text[done:begin]))
        pieces.append(Piece(text[begin:stop], mark))
        done = stop
    if done < end:
        pieces.append(Piece(text[done:end]))
    return pieces


def entity_marks(entities: Iterable[Entity], field: str) -> list[Mark]:
    """Where the entities stand in the title or the text."""
    return [
        Mark(span.start, span.end, entity_kind(entity.label), entity.name)
        for entity in entities
        for span in entity.spans
        if span.field == field
    ]


def match_marks(matches: Mapping[str, Sequence[Span]], field: str) -> list[Mark]:
    """Where matched words stand in the title or the text."""
    return [
        Mark(span.start, span.end, "match", word)
        for word, spans in matches.items()
        for span in spans
        if span.field == field
    ]


def paragraphs(document: Document) -> list[Paragraph]:
    """The article's text by paragraphs, entities marked, embedded posts told apart."""
    marks = sorted(entity_marks(document.entities, "text"))
    starts = [mark.start for mark in marks]
    quotes = {" ".join(quote.split()) for quote in document.quotes}
    found: list[Paragraph] = []
    start = 0
    for gap in [*PARAGRAPH.finditer(document.text), None]:
        end = gap.start() if gap else len(document.text)
        words = document.text[start:end].split()
        if words:
            inside = marks[bisect_left(starts, start) : bisect_left(starts, end)]
            found.append(Paragraph(cut(document.text, inside, start, end), " ".join(words) in quotes))
        start = gap.end() if gap else end
    return found


def snippet(text: str, marks: Sequence[Mark], length: int = SNIPPET_CHARS) -> list[Piece]:
    """About `length` characters around the first mark (else the beginning), cut at blanks, with ellipses."""
    first = min((mark.start for mark in marks if 0 <= mark.start < len(text)), default=0)
    start = 0 if first <= LEAD_CHARS else _after_blank(text, first - LEAD_CHARS, first)
    end = len(text) if len(text) - start <= length else _before_blank(text, start + length)
    pieces = cut(text, marks, start, end)
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(text) else []
    return before + pieces + after


def _after_blank(text: str, start: int, latest: int) -> int:
    blank = text.find(" ", start, latest)
    return blank + 1 if blank >= 0 else start


def _before_blank(text: str, end: int) -> int:
    blank = text.rfind(" ", end - LEAD_CHARS, end)
    return blank if blank >= 0 else end
