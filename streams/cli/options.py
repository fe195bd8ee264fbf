"""What several commands share: options, the opened engine, ways to print."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams import codec
from streams.settings import load

if TYPE_CHECKING:
    from streams.engines.embedded import EmbeddedEngine

Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Data folder (STREAMS_DATA).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, whose form is stable.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
Notify = Annotated[
    bool, typer.Option("--notify", help="Also deliver alerts for first polls and replayed articles.")
]

UNLIMITED = 10_000
"""Columns of a table that no terminal shows."""


@contextmanager
def opened(data: Path | None, *, create: bool = False) -> Iterator[EmbeddedEngine]:
    """The data folder's engine, without running it. Raises DataFolderError when there is none."""
    from streams.engines.embedded import EmbeddedEngine

    with closing(EmbeddedEngine.open(load(data=data).data, create=create)) as engine:
        yield engine


def say(text: str) -> None:
    """One line for people."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """One line for people beside the results: on stderr, so that a program reads only those."""
    sys.stderr.write(text + "\n")


def print_json(value: object) -> None:
    """One JSON line for programs."""
    sys.stdout.write(codec.encode(value).decode() + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table of plain text, whatever feeds put into it, or the sentence `empty`."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        # What is copied from the table or told apart by it stays whole; titles give way.
        whole = column not in ("title", "state", "url", "query", "for example")
        table.add_column(column, no_wrap=True, overflow="fold" if whole else "ellipsis", min_width=8 if whole else 20)
    for row in rows:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    if table.row_count:
        Console(width=None if sys.stdout.isatty() else UNLIMITED).print(table)
    else:
        say(empty)


def _shown(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return "" if cell is None else str(cell)
