"""`make run-cluster`: the whole cluster on this machine, on the bundled sample, until Ctrl-C.

Kafka and Elasticsearch are those that STREAMS_KAFKA and STREAMS_ELASTICSEARCH name, else ones started here, which
stay up. Topics and indices get names that begin with `sample-`, beside what else is there.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.processes import EndedError, Processes, finished
from deploy.services.__main__ import ELASTICSEARCH_PORT, KAFKA_PORT, services
from deploy.services.java import MissingError
from streams.alerts.channels import known_channels
from streams.alerts.rules import read_rules_path
from streams.clock import now
from streams.engines.engine import Status
from streams.engines.kafka import connection, topic_name
from streams.engines.remote import ClusterEngine
from streams.errors import ServiceError, StreamsError
from streams.intake import SAMPLE_POLL_S, apply_rules
from streams.records import Topic
from streams.sample.server import SampleServer
from streams.sample.start import start_for
from streams.seeds import seeds_folder
from streams.settings import PREFIX, Settings, load
from streams.stopping import stop_by_signal

OWN = {"TOPIC_PREFIX": "sample-", "INDEX_PREFIX": "sample-", "DATA": "sample-cluster", "TAG_PROCESSES": "1"}
"""Options where the environment gives none."""
WORKERS = 2
LOOK_S = 5.0


def main() -> int:
    """Run it; returns the exit status."""
    try:
        for name, value in (*OWN.items(), *_services()):
            os.environ.setdefault(PREFIX + name, value)
        asyncio.run(run(load()))
    except (StreamsError, MissingError, EndedError, RuntimeError) as error:
        sys.stderr.write(f"run-cluster: {error}\n")
        return 1
    return 0


async def run(settings: Settings) -> None:
    """Set up, subscribe to the sample, start all processes, and tell what comes of it until told to stop.

    Raises EndedError when a process ends by itself.
    """
    stop = stop_by_signal()
    async with SampleServer(seeds_folder() / "sample", start_for(settings.data, now())) as sample:
        options = SAMPLE_POLL_S | {"allow_hosts": sample.host}
        environment = os.environ | {PREFIX + name.upper(): str(value) for name, value in options.items()}
        await finished(["setup"], environment)
        with ClusterEngine(settings) as engine:
            engine.add_feeds(sample.feeds())
            apply_rules(engine, read_rules_path(seeds_folder() / "rules.yml", known_channels(settings)))
            async with Processes(commands(settings.data), environment, settings.data / "logs") as processes:
                _say(f"The page is at http://{settings.host}:{settings.port}/ (Ctrl-C stops)")
                await _watched(engine, processes, stop)
                _say("Stopping: the batches at work are finished first")
            for line in _table(await _sent(settings), engine.status()):
                _say(line)


def commands(data: Path) -> dict[str, list[str]]:
    """The processes by name: the reader, two workers of each stage, the page."""
    names = [f"workers-{number}" for number in range(1, WORKERS + 1)]
    workers = {name: ["worker", "--stage", "all", "--data", str(data / name)] for name in names}
    return {"reader": ["reader"], **workers, "page": ["web"]}


def _services() -> Iterator[tuple[str, str]]:
    """Start what the environment does not name."""
    kafka, elasticsearch = services(Path(".services"), KAFKA_PORT, ELASTICSEARCH_PORT)
    for name, service in (("KAFKA", kafka), ("ELASTICSEARCH", elasticsearch)):
        if PREFIX + name not in os.environ:
            service.start()
            yield name, service.address


async def _watched(engine: ClusterEngine, processes: Processes, stop: asyncio.Event) -> None:
    """Until told to stop, tell how much there is whenever all that was read has gone through."""
    stopping, ending = asyncio.create_task(stop.wait()), asyncio.create_task(processes.one_ended())
    told = _found(await asyncio.to_thread(engine.status))
    while not (stopping.done() or ending.done()):
        await asyncio.wait([stopping, ending], timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        try:
            status = await asyncio.to_thread(engine.status)
        except ServiceError:  # an index that is just being made cannot be searched yet
            continue
        if _found(status) != told and not any(stage.lag for stage in status.stages):
            told = _found(status)
            _say("All that was read has gone through: " + ", ".join(f"{count} {name}" for name, count in told))
    if ending.done():
        ending.result()
    ending.cancel()


async def _sent(settings: Settings) -> dict[Topic, int]:
    """How many records each topic has been sent."""
    names = {topic_name(settings, topic): topic for topic in Topic}
    admin, consumer = AIOKafkaAdminClient(**connection(settings)), AIOKafkaConsumer(**connection(settings))
    await admin.start()
    await consumer.start()
    try:
        parts = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await admin.describe_topics(list(names))
            for partition in topic["partitions"]
        ]
        sent = dict.fromkeys(Topic, 0)
        for part, end in (await consumer.end_offsets(parts)).items():
            sent[names[part.topic]] += end
        return sent
    finally:
        await consumer.stop()
        await admin.close()


def _found(status: Status) -> list[tuple[str, int]]:
    return [("documents", status.documents), ("stories", status.stories), ("alerts", status.alerts)]


def _table(sent: dict[Topic, int], status: Status) -> Iterator[str]:
    yield f"{'topic':14}{'records':>8}"
    yield from (f"{topic:14}{count:8}" for topic, count in sent.items())
    yield f"{'index':14}{'records':>8}"
    yield from (f"{name:14}{count:8}" for name, count in _found(status))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
