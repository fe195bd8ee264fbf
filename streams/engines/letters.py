"""The dead letters of a data folder, and what both engines know dead letters by.

A dead letter waits until it is given another try. It is then no longer told of: what fails again comes back as
a new one. There may be many, each with a record of any size in it, so that only their envelopes are held together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import TypeVar

from streams import codec
from streams.engines.engine import Envelope
from streams.engines.sqlite import Store
from streams.errors import NotFoundError
from streams.records import DeadLetter, Topic

T = TypeVar("T")


def letter_id(letter: DeadLetter | Envelope) -> str:
    """One id for all dead letters of one record at one stage: it may have been put aside more than once."""
    return codec.content_id(letter.stage, letter.topic, str(letter.partition), str(letter.offset))


def waiting(envelopes: Iterable[Envelope]) -> dict[str, Envelope]:
    """Those that had no other try since they were put aside, by id, given all in order."""
    found: dict[str, Envelope] = {}
    for envelope in envelopes:
        note(found, envelope, envelope)
    return found


def note(found: dict[str, T], envelope: Envelope, known: T) -> None:
    """Keep what is known of a dead letter under its id, as the latest, until it has another try."""
    key = letter_id(envelope)
    found.pop(key, None)
    if envelope.replayed_at is None:
        found[key] = known


def no_letter(wanted: str) -> NotFoundError:
    """What is raised for an id that no dead letter has."""
    return NotFoundError(f"no dead letter {wanted}: `streams deadletters list` shows the ids")


class SqliteLetters:
    """The dead letters in one data folder's log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[int, Envelope] = {}

    def waiting(self) -> dict[str, Envelope]:
        """Those that had no other try yet, by id, oldest first."""
        return waiting(self._envelopes().values())

    def get(self, wanted: str) -> DeadLetter:
        """The latest one under an id. Raises NotFoundError."""
        letter = self._latest(self._places().get(wanted, ()))
        if letter is None:
            raise no_letter(wanted)
        return letter

    def replay(self, wanted: Set[str]) -> None:
        """Put the records on their topics again and take the letters away, each in one transaction."""
        for key, places in self._places().items():
            letter = self._latest(places) if key in wanted else None
            if letter is not None:
                with self._store.transaction() as db:
                    sent = (letter.topic, letter.key, letter.value)
                    db.execute("INSERT INTO log (topic, key, value) VALUES (?, ?, ?)", sent)
                    db.executemany("DELETE FROM log WHERE seq = ?", [(seq,) for seq in places])

    def _places(self) -> dict[str, list[int]]:
        """Where the letters are in the log, by id."""
        places: dict[str, list[int]] = {}
        for seq, envelope in self._envelopes().items():
            places.setdefault(letter_id(envelope), []).append(seq)
        return places

    def _latest(self, places: Sequence[int]) -> DeadLetter | None:
        row = self._store.at(places[-1]) if places else None
        return codec.decode_as(row.value, DeadLetter) if row else None

    def _envelopes(self) -> dict[int, Envelope]:
        """All by their places in the log; what was read before is not read again."""
        found: dict[int, Envelope] = {}
        for seq in self._store.places(Topic.DEAD_LETTERS):
            envelope = self._read.get(seq) or self._envelope(seq)
            if envelope is not None:
                found[seq] = envelope
        self._read = found
        return found

    def _envelope(self, seq: int) -> Envelope | None:
        row = self._store.at(seq)
        return codec.decode_as(row.value, Envelope) if row else None
