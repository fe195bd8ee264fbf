"""What the ends of polls say of hosts and of our own network, and so which of them count.

A failure without any answer may be the network's: it waits until that is known. What counts tells the agenda how
its host is to be treated.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import structlog

from streams import metrics
from streams.clock import Clock
from streams.domains import domain_of
from streams.feeds.agenda import Agenda, is_ours
from streams.feeds.hosts import asked_to_wait_s
from streams.feeds.network import SILENT_KINDS, Network
from streams.feeds.polls import Ended

log = structlog.get_logger(__name__)

PROBE_S = 30.0
"""How often one feed is asked, to see whether the network is back."""


class Judge:
    """Judges polls that are over, and notes in the agenda what they tell of their hosts."""

    def __init__(self, agenda: Agenda, clock: Clock) -> None:
        self._agenda, self._clock = agenda, clock
        self._network: Network[Ended] = Network()
        self._probe_at = 0.0

    @property
    def away(self) -> bool:
        """Whether no host at all answers."""
        return self._network.away

    def room(self, most: int) -> int:
        """How many polls may be under way: one now and then while nobody answers."""
        if not self._network.away:
            return most
        now = self._clock().timestamp()
        self._probe_at = min(self._probe_at, now + PROBE_S)  # the clock may have been set back
        if now < self._probe_at:
            return 0
        self._probe_at = now + PROBE_S
        return 1

    def judged(self, ended: Sequence[Ended], feeds: Container[str]) -> list[Ended]:
        """The polls that count, of these and of earlier ones; those of other than these `feeds` do not."""
        now = self._clock().timestamp()
        judged: list[Ended] = []
        for one in ended:
            self._agenda.over(one.feed.id)
            silent = one.error is not None and one.error.kind in SILENT_KINDS
            if is_ours(one.host):
                judged.append(one)
            elif not silent:
                if self._network.away:
                    self._back()
                judged += [*self._network.answered(), one]
            elif one.before.failures and not self._network.away:
                judged.append(one)  # it did not answer before either
            elif (
                nobodys := self._network.silent(domain_of(one.feed.url), one, self._agenda.owners, now)
            ) is not None:
                self._gone(nobodys)
        judged += self._network.overdue(now)
        judged = [one for one in judged if one.feed.id in feeds]
        self.told_by(judged)
        return judged

    def told_by(self, ended: Sequence[Ended]) -> None:
        """What polls that count tell of their hosts."""
        now = self._clock().timestamp()
        for one in ended:
            self._agenda.over(one.feed.id)
            if one.error is None or one.error.kind not in SILENT_KINDS:
                self._agenda.answered(one.host)
            else:
                self._agenda.silent(one.host, now)
            if (left_alone_s := asked_to_wait_s(one.error)) is not None:
                self._agenda.leave(one.error_host, now + left_alone_s)

    def _gone(self, nobodys: Sequence[Ended]) -> None:
        """The network is away: these polls were none."""
        if len(nobodys) > 1:
            log.error("no host answers: polling pauses; is this machine's network there?", feeds=len(nobodys))
        metrics.NETWORK_AWAY.set(1)
        now = self._clock().timestamp()
        self._probe_at = max(self._probe_at, now + PROBE_S)
        for one in nobodys:
            self._agenda.done(one.feed.id, one.host, now)

    def _back(self) -> None:
        log.info("hosts answer again: polling goes on")
        metrics.NETWORK_AWAY.set(0)
