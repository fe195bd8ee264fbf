"""Whether a worker's topics are there, and fit each other and the worker's own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import structlog
from aiokafka.admin import AIOKafkaAdminClient

from streams.engines.cluster.sending import Sender
from streams.engines.folder import FILE
from streams.engines.kafka import answering, connection, topic_name
from streams.engines.stages import CLUSTER_INPUTS, TABLES
from streams.engines.topics import changelog, parted
from streams.errors import DataFolderError
from streams.settings import Settings

MARK = "kafka"
"""The file that says of which Kafka a folder's state is."""
log = structlog.get_logger(__name__)


async def refuse_misfits(stage: str, settings: Settings, sender: Sender) -> None:
    """Raise ServiceError when a topic of the stage is not there (yet), SettingsError when one was changed by hand.

    A table's changelog has as many partitions as the topic that the stage reads. If the topic was given more, keys
    go to other partitions than those that hold their state, and everything would be taken for new.
    """
    for topic in CLUSTER_INPUTS[stage]:
        count = await sender.partitions(topic_name(settings, topic))
        kept = await sender.partitions(changelog(settings, stage)) if stage in TABLES else count
        if kept != count:
            raise parted(topic_name(settings, topic), count, f"the {kept} of {changelog(settings, stage)}")


async def kafka_id(settings: Settings) -> str:
    """The id that a Kafka gives itself when it is made. Raises ServiceError."""
    admin = AIOKafkaAdminClient(**connection(settings))
    with answering(settings):
        await admin.start()
        try:
            return str((await admin.describe_cluster())["cluster_id"])
        finally:
            await admin.close()


def keep_of(kafka: str, folder: Path) -> None:
    """Delete a worker's state in a claimed folder when it was built from another Kafka than this one.

    The state records the offset up to which it has its changelog. In a Kafka that was set up anew, other records
    stand below that offset in the changelog of the same name, and they would be skipped.
    """
    mark = folder / MARK
    known = mark.read_text(encoding="utf-8") if mark.exists() else kafka
    if known != kafka:
        log.warning("state of another Kafka deleted", folder=str(folder), kafka=kafka, before=known)
        for one in folder.iterdir():
            if one.is_dir():
                shutil.rmtree(one)
            elif one.name != FILE:
                one.unlink()
    mark.write_text(kafka, encoding="utf-8")


def stale(folder: Path) -> DataFolderError:
    """The error of a folder whose state is from a changelog that is no longer there."""
    return DataFolderError(
        f"{folder} holds state that its changelog on Kafka no longer has: the topic was deleted, or Kafka begun "
        "anew. To go on with what the changelog has, and without what the folder has, delete it and start again"
    )
