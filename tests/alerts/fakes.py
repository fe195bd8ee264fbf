"""Stand-ins with the real contracts: an outbox in memory, channels that fail to order, deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streams.alerts.decide import Decide
from streams.records import Delivery
from tests.factories import hit, rule


def delivery(story: str = "story", channel: str = "log", title: str = "Bridge closed") -> Delivery:
    """A delivery as the stage makes it."""
    outputs = Decide({}).process([hit(rule=rule(channels=[channel]), story_id=story, title=title)])
    (made,) = [output.record for output in outputs if isinstance(output.record, Delivery)]
    return made


class MemoryOutbox:
    """What became of each delivery, by key: None while it waits, else `done` or the error; `settled` has how many
    were settled at once, each time.
    """

    def __init__(self, deliveries: Iterable[Delivery] = ()) -> None:
        self._deliveries = {one.key: one for one in deliveries}
        self.became: dict[str, str | None] = dict.fromkeys(self._deliveries)
        self.put_offs: list[tuple[str, int, float]] = []
        self.settled: list[int] = []

    def add(self, one: Delivery) -> None:
        """One more waits."""
        self._deliveries[one.key] = one
        self.became.setdefault(one.key, None)

    def channels(self) -> list[str]:
        return sorted({one.channel for one in self._waiting()})

    def pending(self, channel: str, limit: int) -> list[Delivery]:
        return [one for one in self._waiting() if one.channel == channel][:limit]

    def take(self, keys: Sequence[str]) -> bool:
        return all(key in self._deliveries for key in keys)

    def move(self) -> None:
        """All that waits goes to another process."""
        self._deliveries.clear()

    def done(self, keys: Sequence[str]) -> None:
        self._settle(keys, "done")

    def failed(self, keys: Sequence[str], error: str) -> None:
        self._settle(keys, error)

    def put_off(self, keys: Sequence[str], error: str, tries: int, wait_s: float) -> None:
        self.put_offs.append((error, tries, wait_s))

    def _settle(self, keys: Sequence[str], became: str) -> None:
        self.settled.append(len(keys))
        self.became.update(dict.fromkeys(keys, became))

    def _waiting(self) -> list[Delivery]:
        return [one for key, one in list(self._deliveries.items()) if self.became[key] is None]


class FakeChannel:
    """Takes deliveries, after raising the given errors in turn."""

    def __init__(self, *errors: Exception, joins: bool = True) -> None:
        self._errors = list(errors)
        self.joins = joins
        self.tries = 0
        self.taken: list[str] = []

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        self.tries += 1
        if self._errors:
            raise self._errors.pop(0)
        self.taken += [one.alert.story_id for one in deliveries]


class DeadChannel:
    """Always away."""

    joins = True

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.tries = 0

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        self.tries += 1
        raise self._error
