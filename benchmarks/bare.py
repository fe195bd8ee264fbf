"""What the libraries can do by themselves: a loop from topic to topic, and bulk requests to Elasticsearch."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from aiokafka import AIOKafkaConsumer
from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_streaming_bulk

from benchmarks.rate import Rate, moment, rate
from streams.engines.kafka import connection, producer
from streams.engines.stages import BATCH
from streams.index.elastic_mapping import DOCUMENTS
from streams.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


def bare_loop(settings: Settings, source: str, goal: str, records: int) -> Rate:
    """A loop that reads, sends what it read, waits until that is confirmed, and commits."""
    return asyncio.run(_loop(settings, source, goal, records))


def bare_bulk(address: str, index: str, sources: Sequence[dict[str, Any]]) -> Rate:
    """The client's own helper, as it is by default."""
    return asyncio.run(_bulk(address, index, sources))


async def apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something in a process of its own, as a worker is one."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        return await asyncio.wrap_future(other.submit(work, *args, **kwargs))


def index_beside(prefix: str) -> str:
    """An index with the mapping of documents that no document of today belongs into."""
    return DOCUMENTS.index_of(prefix, datetime(2001, 1, 1, tzinfo=UTC))


async def _loop(settings: Settings, source: str, goal: str, records: int) -> Rate:
    consumer = AIOKafkaConsumer(
        source, group_id="bare", auto_offset_reset="earliest", enable_auto_commit=False, **connection(settings)
    )
    kafka = producer(settings)
    await consumer.start()
    await kafka.start()
    try:
        done, begun = 0, None
        while done < records:
            batches = await consumer.getmany(timeout_ms=200, max_records=BATCH)
            begun = begun or moment(0, [os.getpid()])
            messages = [message for batch in batches.values() for message in batch]
            await asyncio.gather(*[await kafka.send(goal, one.value, key=one.key) for one in messages])
            await consumer.commit()
            done += len(messages)
        return rate(begun or moment(0, []), moment(done, [os.getpid()]))
    finally:
        await consumer.stop()
        await kafka.stop()


async def _bulk(address: str, index: str, sources: Sequence[dict[str, Any]]) -> Rate:
    actions = [{"_index": index, "_id": source["id"], "_source": source} for source in sources]
    async with AsyncElasticsearch(address, request_timeout=60) as client:
        begun = moment(0, [os.getpid()])
        stored = [ok async for ok, _ in async_streaming_bulk(client, actions)]
        return rate(begun, moment(len(stored), [os.getpid()]))
