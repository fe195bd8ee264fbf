"""Whether a worker's topics are there, and fit each other and the worker's own folder."""

from __future__ import annotations

from pathlib import Path

from streams.engines.cluster.sending import Sender
from streams.engines.kafka import topic_name
from streams.engines.stages import CLUSTER_INPUTS, TABLES
from streams.engines.topics import changelog, parted
from streams.errors import DataFolderError
from streams.settings import Settings


async def refuse_misfits(stage: str, settings: Settings, sender: Sender) -> None:
    """Raise ServiceError when a topic of the stage is not there (yet), SettingsError when one was changed by hand.

    A table's changelog has as many partitions as the topic that the stage reads. Where that was given more, keys
    no longer come to where their state is, and all would be taken for new.
    """
    for topic in CLUSTER_INPUTS[stage]:
        count = await sender.partitions(topic_name(settings, topic))
        kept = await sender.partitions(changelog(settings, stage)) if stage in TABLES else count
        if kept != count:
            raise parted(topic_name(settings, topic), count, f"the {kept} of {changelog(settings, stage)}")


def stale(folder: Path) -> DataFolderError:
    """The error of a folder whose state is from a changelog that is no longer there."""
    return DataFolderError(
        f"{folder} holds state that its changelog on Kafka no longer has: the topic was deleted, or Kafka begun "
        "anew. To go on with what the changelog has, and without what the folder has, delete it and start again"
    )
