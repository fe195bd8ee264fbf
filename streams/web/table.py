"""Lists as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from streams.records import Alert, Document, Story
from streams.web.rendering import iso

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], object]]

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""How text begins that a spreadsheet takes for a formula (OWASP, CSV Injection), full-width forms and what is
invisible before it included."""

DOCUMENTS: Columns[Document] = {
    "id": lambda document: document.id,
    "published": lambda document: document.published,
    "title": lambda document: document.title,
    "source": lambda document: document.source.name,
    "domain": lambda document: document.source.domain,
    "language": lambda document: document.language,
    "url": lambda document: document.url,
    "summary": lambda document: document.summary,
    "entities": lambda document: [entity.name for entity in document.entities],
    "story_id": lambda document: document.story_id,
    "copy_of": lambda document: document.copy_of,
    "fetched_at": lambda document: document.fetched_at,
}

STORIES: Columns[Story] = {
    "id": lambda story: story.id,
    "title": lambda story: story.title,
    "state": lambda story: story.state,
    "first_seen": lambda story: story.first_seen,
    "last_seen": lambda story: story.last_seen,
    "articles": lambda story: story.articles,
    "copies": lambda story: story.copies,
    "publishers": lambda story: story.publishers,
    "publisher_names": lambda story: story.publisher_names,
    "languages": lambda story: story.languages,
    "entities": lambda story: [entity.name for entity in story.entities],
    "recurs": lambda story: story.recurs,
}

ALERTS: Columns[Alert] = {
    "id": lambda alert: alert.id,
    "rule_id": lambda alert: alert.rule_id,
    "rule": lambda alert: alert.rule_name,
    "title": lambda alert: alert.title,
    "story_id": lambda alert: alert.story_id,
    "opened_at": lambda alert: alert.opened_at,
    "updated_at": lambda alert: alert.updated_at,
    "articles": lambda alert: alert.article_count,
    "copies": lambda alert: alert.copies,
    "publishers": lambda alert: alert.publishers,
    "words": lambda alert: sorted({word for article in alert.articles for word in article.matches}),
    "delivery": lambda alert: alert.delivery,
    "delivery_reason": lambda alert: alert.delivery_reason,
}


def csv_lines(columns: Columns[T], records: Iterable[T]) -> Iterator[bytes]:
    """A heading line, then one line a record."""
    yield _line(list(columns))
    for record in records:
        yield _line([_cell(value(record)) for value in columns.values()])


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return iso(value)
        case list():
            return _text("; ".join(map(str, value)))
        case str():
            return _text(value)
        case _:
            return str(value)


def _text(text: str) -> str:
    text = CONTROLS.sub(" ", text)
    return f"'{text}" if FORMULA.match(text) else text
