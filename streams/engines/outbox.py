"""Deliveries that wait, were made, or were refused for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from streams import codec
from streams.clock import Clock, now
from streams.engines.engine import Told
from streams.engines.sqlite import Store
from streams.records import Delivery


class SqliteOutbox:
    """The deliveries of one data folder. Those pending come again after a crash: at least once, with a key.

    Those of one message are settled in one transaction.
    """

    def __init__(self, store: Store, clock: Clock = now) -> None:
        self._store, self._clock = store, clock

    def of_alert(self, alert_id: str) -> list[Told]:
        """What became of telling people of one alert."""
        rows = self._store.query(
            "SELECT channel, state, error, tries, next_at FROM outbox WHERE alert_id = ? ORDER BY at, rowid",
            (alert_id,),
        )
        return [
            Told(
                alert_id=alert_id,
                channel=channel,
                state=state,
                error=error,
                tries=tries,
                next_at=datetime.fromisoformat(next_at) if next_at else None,
            )
            for channel, state, error, tries, next_at in rows
        ]

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

    def take(self, keys: Sequence[str]) -> bool:
        """Whether these wait here still: of one folder one process tells people."""
        return True

    def done(self, keys: Sequence[str]) -> None:
        """Deliveries were made."""
        with self._store.transaction() as db:
            db.executemany(
                "UPDATE outbox SET state = 'done', error = NULL, tries = tries + 1, next_at = NULL WHERE key = ?",
                [(key,) for key in keys],
            )

    def failed(self, keys: Sequence[str], error: str) -> None:
        """Deliveries were refused for good."""
        with self._store.transaction() as db:
            db.executemany(
                "UPDATE outbox SET state = 'failed', error = ?, tries = tries + 1, next_at = NULL WHERE key = ?",
                [(error, key) for key in keys],
            )

    def put_off(self, keys: Sequence[str], error: str, tries: int, wait_s: float) -> None:
        """The channel of deliveries is away; they are tried again after that many seconds."""
        next_at = (self._clock() + timedelta(seconds=wait_s)).isoformat()
        with self._store.transaction() as db:
            db.executemany(
                "UPDATE outbox SET error = ?, tries = ?, next_at = ? WHERE key = ? AND state = 'pending'",
                [(error, tries, next_at, key) for key in keys],
            )
