"""What several commands share: options, the opened engine, ways to print."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from streams.errors import StreamsError, UsageError

if TYPE_CHECKING:
    from streams.engines.engine import Engine
    from streams.settings import Settings

T = TypeVar("T")

Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Data folder (STREAMS_DATA).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, whose form is stable.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
Notify = Annotated[
    bool, typer.Option("--notify", help="Also deliver alerts for first polls and replayed articles.")
]

UNLIMITED = 10_000
"""Columns of a table that no terminal shows."""

GIVES_WAY = frozenset({"title", "source", "rule", "name", "state", "url", "query", "for example"})
"""Columns that are cut on a narrow terminal; ids, which are copied from it, times and numbers stay whole."""


def settings_of(data: Path | None = None) -> Settings:
    """The settings of a command that is soon over, which from here on logs beside its output."""
    from streams import logs
    from streams.settings import load

    settings = load(data=data)
    logs.beside_output()
    return settings


@contextmanager
def opened(data: Path | None, *, create: bool = False) -> Iterator[Engine]:
    """The cluster when STREAMS_KAFKA is set and no data folder is named, else the folder, without running it.

    Raises DataFolderError when there is none, and ServiceError when the cluster does not answer.
    """
    settings = settings_of(data)
    if settings.kafka and data is None:
        from streams.engines.remote import ClusterEngine

        with ClusterEngine(settings) as cluster:
            yield cluster
        return
    from streams.engines.embedded import EmbeddedEngine

    with closing(EmbeddedEngine.open(settings.data, create=create)) as engine:
        yield engine


@contextmanager
def using(file: Path, way_out: str) -> Iterator[None]:
    """What the operating system refuses to do with a named file becomes a UsageError that names it."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; {way_out}") from error


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; of several errors at once the first of ours is told."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        ours = group.subgroup(StreamsError)
        first: BaseException = ours or group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None


def say(text: str) -> None:
    """One line for people."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """One line for people beside the results: on stderr, so that a program reads only those."""
    sys.stderr.write(text + "\n")


def print_json(value: object) -> None:
    """One JSON line for programs."""
    from streams import codec

    sys.stdout.write(codec.encode(value).decode() + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table of plain text, whatever feeds put into it, or the sentence `empty`."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column not in GIVES_WAY)
    for row in rows:
        table.add_row(*(Text(_shown(cell), no_wrap=True, overflow="ellipsis") for cell in row))
    if table.row_count:
        Console(width=None if sys.stdout.isatty() else UNLIMITED).print(table)
    else:
        say(empty)


def _shown(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return "" if cell is None else str(cell)
