"""Putting a complete re-run in the place of what a data folder holds.

It is done by whoever claims the folder next, if not by the process that made the re-run: both databases get it in
a transaction each, and doing so again changes nothing. No stage runs before it is done.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from streams.engines.sqlite import Store
from streams.index.embedded import EmbeddedIndex
from streams.index.sqlite_store import SqliteStore
from streams.reprocess.staging import Staging

RUN_AGAIN = ("related", "alerts")
"""The tables that a re-run makes anew."""


def take_over(data: Path, store: Store) -> None:
    """Put a complete re-run in the place of what is there, if there is one; the folder must be claimed."""
    if not Staging.is_complete(data):
        return
    with (
        Staging(data) as staging,
        closing(SqliteStore(staging.folder)) as results,
        closing(EmbeddedIndex(data)) as index,
    ):
        index.replace(results.everything(), without_stories=staging.stories())
        index.refresh()
        store.replace_tables({name: staging.state.table(name) for name in RUN_AGAIN})
    Staging.clear(data)
