"""Kafka as Faust is to see it: records come by the fetch, and Faust keeps no books of them.

For each record that it delivers, Faust makes a message and an event and takes some turns of the event loop, which
costs more than what a light stage does with the record. So here one message stands for all records of a partition
that were fetched together; whoever gets it, an agent or a table that is recovered, takes the records out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.transports import SchedulingStrategyT
from faust.types.tuples import ConsumerMessage, Message

FETCH_WAIT_MS = 100
"""How long Kafka waits for records that a fetch could bring; with Faust, 1,500 ms. With each broker aiokafka has
one fetch under way, and what that does not ask for waits behind it: the next records of a partition that was just
emptied here while others are empty there, and questions about offsets.
"""


class Fetched(ConsumerMessage):
    """Records of one partition, in their order; its offset is that of the last."""

    __slots__ = ("records",)

    def __init__(self, partition: TP, records: Sequence[ConsumerRecord], generation_id: int) -> None:
        last = records[-1]
        super().__init__(
            *partition,
            last.offset,
            last.timestamp / 1000,
            last.timestamp_type,
            headers=None,
            key=b"",
            value=b"",
            checksum=None,
            tp=partition,
            generation_id=generation_id,
        )
        self.records = records


class ByPartition(SchedulingStrategyT):
    """Hands on what was fetched by partition, not by record."""

    def __init__(self) -> None:
        """Nothing is kept from one fetch to the next."""

    def iterate(self, records: Mapping[TP, list[ConsumerRecord]]) -> Iterator[tuple[TP, list[ConsumerRecord]]]:
        """Each partition with its records."""
        return iter(records.items())


class Transport(driver.Transport):
    """Kafka without Faust's books: whatever is fetched is delivered, and nothing is committed by Faust."""

    class Consumer(driver.Consumer):
        """A consumer that takes no record for read or acknowledged."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.scheduler = ByPartition()
            self._read_offset = _NeverRead()

        def _new_consumer_thread(self) -> _ConsumerThread:
            return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

        def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
            return Fetched(tp, record, self.app.consumer_generation_id)

        def track_message(self, message: Message) -> None:
            """Let the sensors see it; wait for nothing."""
            self._on_message_in(message.tp, message.offset, message)

        def ack(self, message: Message) -> bool:
            """Book nothing."""
            return False

        def on_buffer_full(self, tp: TP) -> None:
            """Fetch on: delivering waits for room. Faust would sleep a second with all partitions set aside."""


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer


class _NeverRead(dict[TP, int | None]):
    def __getitem__(self, partition: TP) -> None:
        return None
