"""The full text of the embedded index: a tantivy folder that follows SQLite.

The folder itself says how far it has followed: the largest `seq` in it. A commit is all or nothing and
applies writes in the order of their seq, so a process killed at any moment only applies the last ones again.
A folder that is missing, damaged or of another schema is made anew from SQLite.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog
import tantivy

from streams.errors import DataFolderError, StorageError
from streams.index.hits import Hits
from streams.index.sqlite_store import SqliteStore, Written
from streams.index.tantivy_query import all_of, originals, to_query
from streams.index.tantivy_schema import NUM, SEQ, make_schema, to_tantivy
from streams.query.nodes import Node

FOLDER = "tantivy"
HEAP_BYTES = 30_000_000
ROWS_AT_ONCE = 500

_SCHEMA = make_schema()
_TANTIVY_ERRORS = (ValueError, OSError)

log = structlog.get_logger(__name__)


class FullText:
    """Searches from any thread; one writer, in one process."""

    def __init__(self, folder: Path, store: SqliteStore, *, read_only: bool) -> None:
        self._folder = folder / FOLDER
        self._store = store
        self._write_lock = threading.Lock()
        self._writer: tantivy.IndexWriter | None = None
        if read_only:
            self._index = self._open_to_read()
        else:
            self._index, self._writer = self._open_to_write()
            self._applied = _last_seq(self._index)
            self._start_anew_unless_it_follows()

    def find(self, node: Node, *, copies: bool) -> Hits:
        """What a node that was `relaxed` finds, with or without copies.

        Raises DataFolderError for a reader of documents whose full text was not made yet, as after a restore.
        """
        if self._writer is None:
            self._look_again()
        query = to_query(_SCHEMA, node)
        wanted = query if copies else all_of([query, originals(_SCHEMA)])
        return Hits(self._index.searcher(), _SCHEMA, wanted)

    def follow(self) -> None:
        """Apply all that SQLite has and this has not, in one commit.

        Raises StorageError when the disk is full.
        """
        with self._write_lock:
            if (last := self._store.last_seq()) == self._applied:
                return
            applied = self._applied
            while applied < last:
                rows = self._store.written_after(applied, ROWS_AT_ONCE)
                self._add(rows)
                applied = rows[-1].seq
            self._commit()
            self._applied = applied

    def close(self) -> None:
        """Give the folder free, once merges under way have ended."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _add(self, rows: Sequence[Written]) -> None:
        documents = [to_tantivy(row, _SCHEMA) for row in rows]
        with self._writing() as writer:
            for row, document in zip(rows, documents, strict=True):
                writer.delete_documents_by_term(NUM, row.num)
                writer.add_document(document)

    def _commit(self) -> None:
        with self._writing() as writer:
            writer.commit()
            self._index.reload()

    def _open_to_write(self) -> tuple[tantivy.Index, tantivy.IndexWriter]:
        try:
            return self._open()
        except _TANTIVY_ERRORS as error:
            if "LockBusy" in str(error):
                raise DataFolderError(
                    f"{self._folder} is in use by another process: stop that one or choose another --data"
                ) from error
            log.warning("search index cannot be read: made anew", folder=str(self._folder), error=str(error))
        with self._said_plainly():
            shutil.rmtree(self._folder)
            return self._open()

    def _open(self) -> tuple[tantivy.Index, tantivy.IndexWriter]:
        self._folder.mkdir(exist_ok=True)
        index = _opened(self._folder)
        return index, index.writer(HEAP_BYTES, num_threads=1)

    def _open_to_read(self) -> tantivy.Index:
        """The folder as it stands; nothing is findable where none was made yet."""
        try:
            return _opened(self._folder) if self._folder.exists() else tantivy.Index(_SCHEMA)
        except _TANTIVY_ERRORS as error:
            raise DataFolderError(
                f"{self._folder} cannot be read ({error}): run `streams run` on the folder, which makes it anew"
            ) from error

    def _look_again(self) -> None:
        if not self._folder.exists() and self._store.last_seq():
            raise DataFolderError(
                f"{self._folder} is not made yet, so nothing can be found: `streams run` makes it when it starts"
            )
        self._index.reload()

    def _start_anew_unless_it_follows(self) -> None:
        """Empty the folder when it is not the beginning of what SQLite holds: either was replaced."""
        last = self._store.last_seq()
        if last and not self._applied:
            log.warning("search index is empty: made anew", folder=str(self._folder))
        if self._applied > last or self._index.searcher().num_docs != self._store.count_until(self._applied):
            log.warning("search index does not fit the documents: made anew", folder=str(self._folder))
            with self._writing() as writer:
                writer.delete_all_documents()
            self._commit()
            self._applied = 0

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        if self._writer is None:
            raise DataFolderError(f"{self._folder} was opened for reading only")
        with self._said_plainly():
            yield self._writer

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except _TANTIVY_ERRORS as error:
            raise StorageError(f"{self._folder}: {error}; free disk space, then start again") from error


def _opened(folder: Path) -> tantivy.Index:
    index = tantivy.Index(_SCHEMA, str(folder))
    # Whoever commits or asks reloads; the default policy would poll the folder from a thread.
    index.config_reader("manual")
    return index


def _last_seq(index: tantivy.Index) -> int:
    newest = index.searcher().search(tantivy.Query.all_query(), 1, count=False, order_by_field=SEQ).hits
    return int(newest[0][0]) if newest else 0
