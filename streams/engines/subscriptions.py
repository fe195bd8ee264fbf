"""The feeds of a data folder, in the order in which they were subscribed to, and what is remembered of each."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from streams import codec
from streams.engines.sqlite import Store
from streams.feeds.opml import again
from streams.feeds.poll import Polled
from streams.records import Feed, FeedState, Topic
from streams.stage import Output
from streams.state import Table

STATES = "feed-state"
ALLOWED = "allowed-hosts"
VERSION = "feeds-version"


class Subscriptions:
    """Feeds and their states. The reader's memory: what a poll brought is saved together with its state."""

    def __init__(self, store: Store, woken: Callable[[], None] = lambda: None) -> None:
        self._store, self._woken = store, woken
        self._allowed = Table(store.table(ALLOWED), bool)

    def feeds(self) -> list[Feed]:
        """All subscriptions, the oldest first."""
        rows = self._store.query("SELECT value FROM feeds ORDER BY rowid")
        return [codec.decode_as(value, Feed) for (value,) in rows]

    def add(self, feeds: Sequence[Feed]) -> int:
        """Subscribe; returns how many were new. A known feed keeps its place, and what nothing new is said of."""
        known = {feed.id: feed for feed in self.feeds()}
        with self._store.transaction() as db:
            db.executemany(
                "INSERT INTO feeds VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
                [(feed.id, codec.encode(again(known.get(feed.id), feed))) for feed in feeds],
            )
            _touch(db)
        return len({feed.id for feed in feeds} - known.keys())

    def remove(self, feed_id: str) -> bool:
        """Unsubscribe and forget the feed's state; returns whether it was there."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM state WHERE name = ? AND key = ?", (STATES, feed_id.encode()))
            _touch(db)
            return db.execute("DELETE FROM feeds WHERE id = ?", (feed_id,)).rowcount > 0

    def allow(self, hosts: Iterable[str]) -> None:
        """Remember each `host:port` that the operator named, so that it may be fetched from later too."""
        self._store.append([], {ALLOWED: {host.encode(): codec.pack(True) for host in hosts}})

    def allowed(self) -> list[str]:
        """Every `host:port` that the operator named with a feed."""
        return list(self._allowed)

    def version(self) -> object:
        """Another whenever feeds were added, changed or removed, by whichever process."""
        return self._store.query("SELECT value FROM state WHERE name = ?", (VERSION,))

    def states(self, feed_ids: Sequence[str]) -> dict[str, FeedState]:
        """What is remembered of some feeds, read at once; nothing of one before its first poll."""
        found = self._store.some(STATES, [feed_id.encode() for feed_id in feed_ids])
        return {key.decode(): codec.unpack_as(value, FeedState) for key, value in found.items()}

    async def save(self, polled: Sequence[Polled]) -> None:
        """Keep the states and send the items, in one transaction."""
        outputs = [Output(Topic.RAW_ITEMS, item.source.domain, item) for one in polled for item in one.items]
        outputs += [Output(Topic.HITS, "", unusual) for one in polled for unusual in one.unusual]
        changes = {STATES: {one.state.feed_id.encode(): codec.pack(one.state) for one in polled}}
        await asyncio.to_thread(self._store.append, outputs, changes)
        if outputs:
            self._woken()


def _touch(db: sqlite3.Connection) -> None:
    """Let whoever reads the subscriptions see that they are others now."""
    db.execute("INSERT OR REPLACE INTO state VALUES (?, x'', randomblob(8))", (VERSION,))
