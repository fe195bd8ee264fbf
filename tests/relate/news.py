"""A small stream of news for tests of the stage, and short ways to run it."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from streams.records import Document, Record, Source, Story, TaggedArticle, Tick
from streams.relate.canonical import UNNAMED, Names
from streams.relate.related import Related
from streams.relate.stage import Relate
from tests.factories import NOON, tagged

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

BRIDGE = "Harbour bridge closed after inspectors find cracks"
BRIDGE_TEXT = (
    "The harbour bridge was closed to all traffic on Monday after inspectors found cracks in two of its steel "
    "girders. The port authority said that repairs could take until the autumn and that ferries would carry "
    "commuters across the harbour in the meantime."
)
BRIDGE_AGAIN = "Cracks in harbour bridge: repairs of girders to last until autumn"
ELECTION = "Opposition wins parliamentary election in landslide"


def stage(table: MutableMapping[str, Related] | None = None, *, names: Names = UNNAMED, **days: Any) -> Relate:
    """The stage over a table, by default an empty one, with the usual spans of time."""
    return Relate(
        {} if table is None else table,
        **({"story_days": 7, "recurrence_days": 400, "copy_days": 30} | days),
        frequencies={},
        names=names,
    )


def news(name: str, title: str = BRIDGE, at: datetime = NOON, **fields: Any) -> TaggedArticle:
    """An article called `name`, published and fetched at the same time, by a publisher of its own."""
    defaults: dict[str, Any] = {
        "id": name,
        "url": f"https://{name}.example/",
        "title": title,
        "text": "",
        "source": Source(name=name.title(), domain=f"{name}.example"),
        "published": at,
        "fetched_at": at,
        "created_at": at,
    }
    return tagged(**(defaults | fields))


def run(relate: Relate, *batch: Record) -> list[Record]:
    """The records that come out."""
    return [output.record for output in relate.process(batch)]


def documents(records: Iterable[Record]) -> list[Document]:
    """The documents among them."""
    return [record for record in records if isinstance(record, Document)]


def stories(records: Iterable[Record]) -> list[Story]:
    """The stories among them."""
    return [record for record in records if isinstance(record, Story)]


def place(relate: Relate, article: TaggedArticle) -> tuple[Document, Story]:
    """The document that an article becomes, and its story."""
    records = run(relate, article)
    document = documents(records)[-1]
    return document, [story for story in stories(records) if story.id == document.story_id][-1]


def tick(at: datetime) -> Tick:
    """A tick."""
    return Tick(at=at)
