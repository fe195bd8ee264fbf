"""The dead letters of a data folder, and what both engines know dead letters by.

A dead letter waits until it is given another try. It is then no longer told of: what fails again comes back as
a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streams import codec
from streams.engines.sqlite import Store
from streams.records import DeadLetter, Topic


def letter_id(letter: DeadLetter) -> str:
    """One id for all dead letters of one record at one stage: it may have been put aside more than once."""
    return codec.content_id(letter.stage, letter.topic, str(letter.partition), str(letter.offset))


def waiting(letters: Iterable[DeadLetter]) -> dict[str, DeadLetter]:
    """Those that had no other try since they were put aside, by id, given all in order."""
    found: dict[str, DeadLetter] = {}
    for letter in letters:
        found.pop(letter_id(letter), None)
        if letter.replayed_at is None:
            found[letter_id(letter)] = letter
    return found


class SqliteLetters:
    """The dead letters in one data folder's log."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self) -> dict[str, DeadLetter]:
        """Those that had no other try yet, by id, oldest first."""
        return waiting(letter for _, letter in self._all())

    def replay(self, letters: Sequence[DeadLetter]) -> None:
        """Put the records on their topics again and take the letters away, in one transaction."""
        again = {letter_id(letter) for letter in letters}
        gone = [(seq,) for seq, letter in self._all() if letter_id(letter) in again]
        with self._store.transaction() as db:
            db.executemany(
                "INSERT INTO log (topic, key, value) VALUES (?, ?, ?)",
                [(letter.topic, letter.key, letter.value) for letter in letters],
            )
            db.executemany("DELETE FROM log WHERE seq = ?", gone)

    def _all(self) -> list[tuple[int, DeadLetter]]:
        rows = self._store.records(Topic.DEAD_LETTERS)
        return [(row.seq, codec.decode_as(row.value, DeadLetter)) for row in rows]
