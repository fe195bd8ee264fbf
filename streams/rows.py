"""Articles in a file, one a line, as trials, measurements and archives have them.

A row is a JSON object with an `id` and a `title`, `summary` or `text`; `ts`, `publisher` and `url` where known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from streams import codec
from streams.errors import UsageError

YEARS = range(1600, 2500)
"""Of times that rows may have: they are the stages' clock, which reckons with years before and after."""
WANTED = "give a file with a JSON object for each article, one a line"


class Row(msgspec.Struct, frozen=True):
    """One line of the file."""

    id: str | int
    title: str = ""
    summary: str = ""
    text: str = ""
    ts: datetime | None = None
    publisher: str = ""
    url: str | None = None
    language: str | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file. Raises UsageError naming the line that is wrong; the rows before it were given."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, path, number)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; {WANTED}") from error


def count_rows(path: Path) -> int:
    """How many lines the file has. Raises UsageError when it cannot be read."""
    try:
        with path.open("rb") as lines:
            return sum(1 for line in lines if line.strip())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; {WANTED}") from error


def _row(line: bytes, path: Path, number: int) -> Row:
    try:
        row = codec.decode_as(line, Row)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}, line {number}: {error}; a row needs `id` and `title`, `summary` or `text`"
        ) from error
    if not (row.title or row.summary or row.text):
        raise UsageError(f"{path}, line {number}: row {row.id} has no `title`, `summary` or `text`")
    if row.ts is None:
        return row
    if row.ts.year not in YEARS:
        raise UsageError(f"{path}, line {number}: `ts` is in the year {row.ts.year}: mend it")
    return msgspec.structs.replace(row, ts=row.ts.replace(tzinfo=UTC)) if row.ts.tzinfo is None else row
