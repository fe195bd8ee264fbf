"""The reader: polls feeds and hands their new items to a store, which makes them durable.

Whatever goes wrong with a feed ends as a problem in its state and a line in the log; what goes wrong with
the store ends the reader.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
import structlog

from streams import metrics
from streams.clock import Clock
from streams.feeds import moves
from streams.feeds.agenda import Agenda
from streams.feeds.health import Health, state_of
from streams.feeds.judging import Judge
from streams.feeds.poll import Polled
from streams.feeds.polls import Ended, Fetches, Polls, host_of
from streams.records import Feed, FeedState
from streams.settings import Settings

LOOK_S = 1.0
"""How often the reader looks for feeds that were added or taken away, and shows how all are."""
SET_BACK_S = 5.0
"""What a clock is seen to go back by more was set back."""
TURN_S = 0.1
"""Polls that end within this time are judged and saved together, and those due within it begun together."""
AHEAD = 4
"""Of feeds saved in order, so many times the fetches under way are asked before the first is saved."""
TOGETHER = 64
"""So many polls are saved with one write, where they can be had without waiting for slow ones."""
PATIENCE_S = 60.0
"""How long a single round waits for a host that is to be left alone."""
AT_ONCE = 500
"""Feeds taken up before others get their turn."""
log = structlog.get_logger(__name__)


class FeedStore(Protocol):
    """The subscriptions and what is remembered of them."""

    def feeds(self) -> list[Feed]:
        """All subscriptions, in their order."""
        ...

    def version(self) -> object:
        """Something that is another whenever the subscriptions are."""
        ...

    def states(self, feed_ids: Sequence[str]) -> Mapping[str, FeedState]:
        """What is remembered of feeds; of one that was not polled yet, nothing."""
        ...

    async def save(self, polled: Sequence[Polled]) -> None:
        """Make states and items durable; of each poll both or neither."""
        ...


class PollSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A round of polls: feeds asked, feeds that failed, feeds with nothing new, and items handed on."""

    feeds: int = 0
    failed: int = 0
    quiet: int = 0
    items: int = 0

    def with_poll(self, polled: Polled) -> PollSummary:
        """The summary with one more feed."""
        failed = polled.state.problem is not None
        return PollSummary(
            feeds=self.feeds + 1,
            failed=self.failed + failed,
            quiet=self.quiet + (not failed and not polled.items),
            items=self.items + len(polled.items),
        )


class Reader:
    """Polls the feeds of a store, at most STREAMS_FETCH_CONCURRENCY at once, and politely towards each host.

    With `backfill_all` all items are marked as backfill, not only those of first polls.
    """

    def __init__(
        self, store: FeedStore, fetcher: Fetches, settings: Settings, clock: Clock, backfill_all: bool = False
    ) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._polls = Polls(fetcher, settings, clock, backfill_all)
        self._begin()

    def _begin(self) -> None:
        self._agenda = Agenda(self._settings.host_gap_s, self._settings.host_concurrency)
        self._judge = Judge(self._agenda, self._clock)
        self._health = Health()
        self._feeds: dict[str, Feed] = {}
        self._version: object = None
        self._look_at = self._latest = -math.inf

    def held_up(self) -> str | None:
        """Why no feed is polled now, in words for people."""
        return "no host answers: is this machine's network there?" if self._judge.away else None

    async def poll_all(self) -> PollSummary:
        """Poll each feed once, due or not, and save in the order of the subscriptions.

        So the same feeds give the same log each time, whichever server is the fastest.
        """
        self._begin()
        summary, feeds = PollSummary(), self._store.feeds()
        known: dict[str, FeedState] = {}
        ended: dict[str, Ended] = {}
        ready: list[Ended] = []
        asked = saved = 0
        try:
            while saved < len(feeds):
                window = feeds[asked : saved + AHEAD * self._settings.fetch_concurrency]
                if window:
                    known |= self._store.states([feed.id for feed in window])
                for feed in window:
                    self._feeds[feed.id] = feed
                    self._put(feed, known.get(feed.id), float(asked))
                    asked += 1
                for feed, host in self._taken(self._settings.fetch_concurrency):
                    self._polls.start(feed, host, known.pop(feed.id, None))
                over = await self._polls.ended(self._wait_s(self._settings.fetch_concurrency))
                self._judge.told_by(over)
                ended |= {one.feed.id: one for one in over or self._passed_over(feeds[saved:asked])}
                while saved < len(feeds) and feeds[saved].id in ended:
                    ready.append(ended.pop(feeds[saved].id))
                    saved += 1
                if len(ready) >= TOGETHER or not over or not len(self._polls):
                    await self._save(ready)
                    for one in ready:
                        self._agenda.drop(one.feed.id)
                        summary = summary.with_poll(one.polled)
                    ready = []
        finally:
            self._health.show()
            await self._polls.close()
        return summary

    async def run(self, stop: asyncio.Event) -> None:
        """Poll each feed when it is due, until `stop` is set; polls under way are then given up.

        What ends within a turn, or while others are saved, is saved together, so that many small polls cost one
        write. What is lost with the process meanwhile was not sent either: those feeds are asked again.
        """
        self._begin()
        saving: asyncio.Task[None] | None = None
        saved: list[Ended] = []
        ready: list[Ended] = []
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._take_up()
                most = self._settings.fetch_concurrency
                room = self._judge.room(most if len(ready) <= most else 0)  # none where saving lags
                self._start(self._taken(room))
                over = await self._polls.ended(self._wait_s(room), stopping, saving)
                if len(self._polls) < room and not self._judge.away:
                    await asyncio.wait([stopping], timeout=TURN_S)
                    over += await self._polls.ended(0.0)
                ready += self._judge.judged(over, self._feeds)
                if saving is not None and saving.done():
                    saving.result()
                    self._wait_again(saved)
                    saving = None
                if ready and saving is None:
                    saved, ready = ready, []
                    saving = asyncio.create_task(self._save(saved))
        finally:
            stopping.cancel()
            if saving is not None:
                await asyncio.gather(saving, return_exceptions=True)
            self._health.show()
            await self._polls.close()

    async def _take_up(self) -> None:
        """See now and then which feeds there are; polls of those that are gone are given up."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_S
        self._mind_the_clock()
        self._health.show()
        version = self._store.version()
        if version == self._version:
            return
        self._version = version
        feeds = {feed.id: feed for feed in self._store.feeds()}
        for gone in self._feeds.keys() - feeds.keys():
            self._polls.give_up(gone)
            self._agenda.drop(gone)
            self._health.drop(gone)
        new = [feed for feed in feeds.values() if feed.id not in self._agenda]
        self._feeds = feeds
        now = self._clock()
        for at in range(0, len(new), AT_ONCE):
            states = self._store.states([feed.id for feed in new[at : at + AT_ONCE]])
            for feed in new[at : at + AT_ONCE]:
                state = states.get(feed.id)
                self._put(feed, state, ((state and state.due_at) or now).timestamp())
            await asyncio.sleep(0)

    def _mind_the_clock(self) -> None:
        """A clock that was wrong and is mended must not silence feeds until it is as late again."""
        now = self._clock().timestamp()
        if self._latest - now > SET_BACK_S:
            log.warning("the clock was set back: feeds go on by their intervals", by_s=round(self._latest - now))
            self._agenda.set_back(self._latest - now)
        self._latest = now

    def _put(self, feed: Feed, state: FeedState | None, due: float) -> None:
        host = host_of(moves.address(feed, state))
        self._agenda.put(feed.id, host, due)
        self._health.note(feed.id, host, state_of(state))

    def _passed_over(self, feeds: Sequence[Feed]) -> list[Ended]:
        """What a single round does not wait for: feeds whose hosts are to be left alone for long."""
        now = self._clock()
        if len(self._polls) or self._agenda.next_at() < now.timestamp() + PATIENCE_S:
            return []
        waiting = [feed for feed in feeds if self._agenda.waits(feed.id)]
        states = self._store.states([feed.id for feed in waiting])
        return [self._polls.passed_over(feed, states.get(feed.id)) for feed in waiting]

    def _taken(self, most: int) -> list[tuple[Feed, str]]:
        """The feeds to poll now with the hosts to ask, so that no more than so many polls are under way."""
        now, taken = self._clock().timestamp(), list[tuple[Feed, str]]()
        while len(self._polls) + len(taken) < most and (feed_id := self._agenda.take(now)) is not None:
            taken.append((self._feeds[feed_id], self._agenda.asked(feed_id)))
        return taken

    def _start(self, taken: Sequence[tuple[Feed, str]]) -> None:
        states = self._store.states([feed.id for feed, _ in taken]) if taken else {}
        for feed, host in taken:
            self._polls.start(feed, host, states.get(feed.id))

    def _wait_s(self, room: int) -> float:
        """No longer than until the next feed is due, where there is room for it."""
        if len(self._polls) >= room:
            return LOOK_S
        return min(max(self._agenda.next_at() - self._clock().timestamp(), 0.0), LOOK_S)

    def _wait_again(self, saved: Sequence[Ended]) -> None:
        for one in saved:
            due = one.polled.state.due_at or self._clock()
            self._agenda.done(one.feed.id, one.next_host, due.timestamp())

    async def _save(self, ended: Sequence[Ended]) -> None:
        if not ended:
            return
        await self._store.save([one.polled for one in ended])
        for outcome, count in Counter(_outcome(one.polled) for one in ended).items():
            metrics.POLLS.labels(outcome).inc(count)
        metrics.ITEMS_READ.inc(sum(len(one.polled.items) for one in ended))
        for one in ended:
            if one.feed.id in self._feeds:
                self._health.note(one.feed.id, one.next_host, state_of(one.polled.state))


def _outcome(polled: Polled) -> str:
    return "failed" if polled.state.problem else "new" if polled.items else "quiet"
