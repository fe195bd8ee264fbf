"""A few articles that a rule on trial matches, each with the words around its first match."""

from __future__ import annotations

from collections import deque
from datetime import datetime

import msgspec

from streams.query.match import Matcher
from streams.query.prepared import Prepared
from streams.records import Document, Span

MOST_SAMPLES = 5
CONTEXT_CHARS = 60
"""How many characters before and after a match are shown."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """An article that matches, and the words around the first match."""

    document_id: str
    title: str
    source: str
    published: datetime
    context: str


class Sampler:
    """Counts articles and keeps the last MOST_SAMPLES of them."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._last: deque[Document] = deque(maxlen=MOST_SAMPLES)
        self.count = 0

    def add(self, document: Document) -> None:
        """Count an article that matches."""
        self.count += 1
        self._last.append(document)

    def newest(self) -> list[Sample]:
        """The last ones added, the very last first."""
        return [_sample(one, self._matcher.match(Prepared(one)) or {}) for one in reversed(self._last)]


def _sample(document: Document, matches: dict[str, list[Span]]) -> Sample:
    return Sample(
        document_id=document.id,
        title=document.title,
        source=document.source.name,
        published=document.published,
        context=_context(document, [span for spans in matches.values() for span in spans]),
    )


def _context(document: Document, spans: list[Span]) -> str:
    """The words around the first match in the text, or none when only the title or a field matches."""
    span = min((one for one in spans if one.field == "text"), key=lambda one: one.start, default=None)
    if span is None:
        return ""
    text = document.text
    start, end = max(0, span.start - CONTEXT_CHARS), min(len(text), span.end + CONTEXT_CHARS)
    before = text[start : span.start] if start == 0 else "… " + text[start : span.start].partition(" ")[2]
    after = text[span.end : end] if end == len(text) else text[span.end : end].rpartition(" ")[0] + " …"
    return " ".join(f"{before}{text[span.start : span.end]}{after}".split())
