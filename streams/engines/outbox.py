"""Deliveries that wait, were made, or were refused for good."""

from __future__ import annotations

from typing import NamedTuple

from streams import codec
from streams.engines.sqlite import Store
from streams.records import Delivery


class DeliveryRow(NamedTuple):
    """A delivery and what became of it: `pending`, `done` or `failed`."""

    delivery: Delivery
    state: str
    error: str | None


class SqliteOutbox:
    """The deliveries of one data folder. Those pending come again after a crash: at least once, with a key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_alert(self, alert_id: str) -> list[DeliveryRow]:
        """What became of telling people of one alert."""
        rows = self._store.query(
            "SELECT value, state, error FROM outbox WHERE alert_id = ? ORDER BY at, rowid", (alert_id,)
        )
        return [DeliveryRow(codec.decode_as(value, Delivery), state, error) for value, state, error in rows]

    def channels(self) -> list[str]:
        """The channels for which deliveries wait."""
        return [
            name for (name,) in self._store.query("SELECT DISTINCT channel FROM outbox WHERE state = 'pending'")
        ]

    def pending(self, channel: str, limit: int) -> list[Delivery]:
        """Deliveries of one channel not yet made, oldest first."""
        rows = self._store.query(
            "SELECT value FROM outbox WHERE state = 'pending' AND channel = ? ORDER BY at, rowid LIMIT ?",
            (channel, limit),
        )
        return [codec.decode_as(value, Delivery) for (value,) in rows]

    def done(self, key: str) -> None:
        """A delivery was made."""
        with self._store.transaction() as db:
            db.execute("UPDATE outbox SET state = 'done', error = NULL WHERE key = ?", (key,))

    def failed(self, key: str, error: str) -> None:
        """A delivery was refused for good."""
        with self._store.transaction() as db:
            db.execute("UPDATE outbox SET state = 'failed', error = ? WHERE key = ?", (error, key))
