"""One stage of the embedded engine: reads its part of the log, runs the stage, commits what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from streams.clock import Clock
from streams.engines.meter import Meter
from streams.engines.sqlite import Store
from streams.engines.work import Logged, Runner, StageSpec
from streams.records import Topic
from streams.stage import Output

Sent = Callable[[Sequence[Output]], None]
REFRESH_S = 1.0
"""How often what was written to the index is made findable."""


class Consumer:
    """Runs one stage over the log, a batch at a time. Not thread-safe: one thread calls `step`."""

    def __init__(
        self, spec: StageSpec, store: Store, readers: Mapping[Topic, Sequence[str]], clock: Clock, sent: Sent
    ) -> None:
        self.name, self.inputs = spec.name, spec.inputs
        self._batch, self._ahead = spec.batch, spec.expect is not None
        self._store, self._readers, self._sent = store, readers, sent
        self.meter = Meter(spec.name, clock, REFRESH_S)
        self._runner = Runner(spec, store.table, clock, self.meter)

    def step(self) -> int:
        """Process the next batch; returns how many records it held.

        Raises ServiceError when a service is away (the batch stays) and StorageError when the disk is.
        """
        rows = self._store.read(self.name, self.inputs, self._batch * (2 if self._ahead else 1))
        batch, coming = rows[: self._batch], rows[self._batch :]
        if len(coming) == self._batch:  # fewer may be more by the time that they are read again
            self._runner.expect(batch)
            self._runner.expect(coming)
        if batch:
            self._process(batch)
        return len(batch)

    def _process(self, batch: Sequence[Logged]) -> None:
        made = self._runner.attempt(batch)
        if made is None:
            for row in batch:
                self._process([row])
            return
        changes = self._runner.tables.changes()
        self._store.commit(made, changes, consumer=self.name, consumed=batch, readers=self._readers)
        self._runner.carried_out(made)
        self._sent([one.output for one in made])
