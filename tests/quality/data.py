"""The labelled data: what the bundled feeds and a stream of their kind are known to hold.

`sample.jsonl` labels each item of `seeds/sample` by feed and guid; `stream.jsonl` holds articles as
`streams replay` takes them, in the order in which they arrive, with the same labels. All texts are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent


def under_labels(file: Path) -> Iterator[tuple[str, str]]:
    """The lines of a file, each with the label of the line `@ label` before it."""
    label = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            label = line[2:]
        else:
            yield label, line


class Name(msgspec.Struct, frozen=True):
    """A person (PERSON), organisation (ORG) or place (GPE, LOC, FAC) by the fullest name in the article."""

    name: str
    label: str


class Line(msgspec.Struct, frozen=True):
    """A line that is not the article's: `kind` as in `streams.records.Removed`."""

    kind: str
    text: str


class Labelled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The truth about one item.

    `copy_of` is the id of the first item with this text, `recurs_story` the story that this item's story
    brings back. `entities` are all that title and text name; None: not annotated. `language` is its ISO 639-1
    code.
    """

    id: str
    story: str
    language: str = "en"
    copy_of: str | None = None
    recurs_story: str | None = None
    entities: list[Name] | None = None


class SampleItem(Labelled, frozen=True, kw_only=True):
    """An item of a bundled feed; `guid` is its link where the feed gives no guid.

    `edition` is the feed's first edition that holds it, `revised_in` those that change it.
    """

    feed: str
    guid: str
    removed: list[Line] = []
    edition: int = 1
    revised_in: list[int] = []


class StreamItem(Labelled, frozen=True, kw_only=True):
    """A line that `streams replay` reads."""

    ts: datetime
    publisher: str
    url: str
    title: str
    summary: str = ""
    text: str = ""


def sample() -> list[SampleItem]:
    """The labels of the bundled feeds."""
    return [msgspec.json.decode(line, type=SampleItem) for line in _lines("sample.jsonl")]


def stream() -> list[StreamItem]:
    """The labelled stream in arrival order."""
    return [msgspec.json.decode(line, type=StreamItem) for line in _lines("stream.jsonl")]


def _lines(name: str) -> list[bytes]:
    return (FOLDER / name).read_bytes().splitlines()
