"""What we read from a feed's file: `streams parse`."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from streams import settings
from streams.errors import FeedError, FeedsFileError
from streams.feeds.entries import Entry
from streams.feeds.inflate import Body
from streams.feeds.parse import parse
from streams.records import Problem


class FileFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of itself."""

    format: str
    title: str
    link: str | None
    description: str
    language: str | None
    authors: list[str]
    categories: list[str]
    image: str | None
    updated: datetime | None


class ParsedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as read; `feed` is None where there is none in it, and `problems` says why."""

    file: str
    feed: FileFeed | None
    items: list[Entry]
    problems: list[Problem]


def parse_file(path: Path) -> ParsedFile:
    """Read a feed's file, whatever is in it. Raises FeedsFileError only for a file that cannot be opened."""
    most = settings.load().max_body_bytes
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise FeedsFileError(f"{path}: {error.strerror}") from error
    if len(body) > most:
        return _without_feed(path, "too-large", f"larger than {most:,} bytes (STREAMS_MAX_BODY_BYTES)")
    try:
        found = parse(_inflated(body, most))
    except FeedError as error:
        return _without_feed(path, error.kind, str(error))
    feed = FileFeed(**{name: getattr(found, name) for name in FileFeed.__struct_fields__})
    return ParsedFile(file=_name(path), feed=feed, items=found.entries, problems=found.problems)


def _inflated(body: bytes, most: int) -> bytes:
    """The file's content, which may be compressed as a server would send it (gzip). Raises FetchError."""
    whole = Body("", most)
    if body:
        whole.add(body)
    return whole.finish()


def _without_feed(path: Path, kind: str, message: str) -> ParsedFile:
    return ParsedFile(file=_name(path), feed=None, items=[], problems=[Problem(kind=kind, message=message)])


def _name(path: Path) -> str:
    """The file's name as JSON can hold it: bytes in it that are no UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")
