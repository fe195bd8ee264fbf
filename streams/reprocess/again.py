"""One article on its way through the stages once more, and what is remembered of others meanwhile.

What is stored of an article is its clean text and the lines that were removed, not the feed's HTML. So new rules
can take more lines out; a line that was removed stays removed, as its place is not known any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from streams.identify.boilerplate import split
from streams.identify.html import Paragraph
from streams.identify.prompts import house_of
from streams.records import Article, Document
from streams.relate.related import CLOCK_KEY, Member, Past, Related, story_key

V = TypeVar("V", Member, Past)
OF_ARTICLES = frozenset({"identify"})
"""Stages whose decisions are not taken again."""


def article_again(read: Document | Article, at: datetime) -> Article:
    """An article, or the one that a document was made from, as fetched at `at` and without what is boilerplate by
    now.

    It is backfill, whatever it was: nobody is told of what comes of it.
    """
    quotes = set(read.quotes)
    lines = [Paragraph(text, "quote" if text in quotes else "text") for text in read.text.split("\n\n") if text]
    body, removed = split(lines, house_of(read.source.name, read.source.domain))
    fields = {name: getattr(read, name) for name in Article.__struct_fields__}
    own = {
        "text": "\n\n".join(line.text for line in body),
        "quotes": [line.text for line in body if line.kind == "quote"],
        "removed": [*read.removed, *removed],
        "fetched_at": at,
        "backfill": True,
        "trace": [decision for decision in read.trace if decision.stage in OF_ARTICLES],
    }
    return Article(**(fields | own))


def as_read(document: Document, before: Document) -> Document:
    """A document of the re-run with the facts of when and how it was read."""
    return msgspec.structs.replace(document, fetched_at=before.fetched_at, backfill=before.backfill)


def kept(
    decisions: Callable[[], Iterable[tuple[str, Related]]],
    is_run: Callable[[str], bool],
    is_made: Callable[[str], bool],
    begin: datetime,
) -> Iterator[tuple[str, Related]]:
    """What is remembered of articles and stories that are not run again, of all the `decisions`.

    `is_run` and `is_made` tell of articles and stories which are. The re-run's clock begins at `begin`, when its
    first article arrived.
    """
    wholes = {part: story_id for story_id, past in _pasts(decisions()) for part in past.parts}
    for key, related in decisions():
        value = related.value
        if key == CLOCK_KEY:
            continue
        if isinstance(value, Past):
            if not is_made(key.removeprefix(story_key(""))):
                yield key, Related(_not_after(value, begin))
        elif not is_run(key) and not (isinstance(value, Member) and is_made(_whole(value.story_id, wholes))):
            yield key, Related(_not_after(value, begin)) if isinstance(value, Member) else related


def _pasts(decisions: Iterable[tuple[str, Related]]) -> Iterator[tuple[str, Past]]:
    for key, related in decisions:
        if isinstance(related.value, Past):
            yield key.removeprefix(story_key("")), related.value


def _whole(story_id: str, wholes: Mapping[str, str]) -> str:
    """The story that a story is part of by now."""
    while story_id in wholes:
        story_id = wholes[story_id]
    return story_id


def _not_after(value: V, begin: datetime) -> V:
    return msgspec.structs.replace(value, at=min(value.at, begin))
