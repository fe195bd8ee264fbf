"""A worker as a process: how it stops, what ends it, and what its dead letters come back from."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from streams.engines.cluster.workers import work
from streams.engines.dead_letters import dead_letter, dead_letters, replay
from streams.engines.letters import letter_id
from streams.errors import StorageError
from streams.index import elastic
from streams.records import Article, Record, Topic
from tests.factories import NOON, document, raw_item
from tests.services.cluster import Cluster


class FullDisk:
    """An index whose disk is full."""

    @classmethod
    def from_settings(cls, _: object) -> FullDisk:
        return cls()

    def write(self, records: Sequence[Record]) -> None:
        raise StorageError("no space left")

    def refuse_unready(self) -> None:
        return

    def close(self) -> None:
        return


async def test_a_full_disk_ends_the_worker_and_acknowledges_nothing(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "ElasticIndex", FullDisk)
    await cluster.send(Topic.DOCUMENTS, [("world", document())])
    with pytest.raises(StorageError, match="no space left"):
        await work("index", cluster.settings)
    assert await cluster.committed("index") == {}
    assert await cluster.records(Topic.DEAD_LETTERS) == []


async def test_a_worker_told_to_stop_commits_what_it_did(cluster: Cluster) -> None:
    await cluster.send(Topic.RAW_ITEMS, [("herald", raw_item())])
    worker = cluster.worker("identify", "one")
    await cluster.drained("identify")
    assert worker.stop() == 0


async def test_a_dead_letter_is_found_by_its_id_and_replayed_to_where_it_came_from(cluster: Cluster) -> None:
    await cluster.send_bytes(Topic.RAW_ITEMS, [("herald", b"junk", 2)])
    async with cluster.running("identify"):
        await cluster.drained("identify")
        (key,) = await dead_letters(cluster.settings)
        letter = await dead_letter(cluster.settings, key)
        assert (key, letter.partition, letter.value) == (letter_id(letter), 2, b"junk")
        await replay(cluster.settings, {key}, NOON)
        await cluster.drained("identify")
    again = await dead_letters(cluster.settings)
    assert [one.offset for one in again.values()] == [1]
    assert [(await dead_letter(cluster.settings, one)).value for one in again] == [b"junk"]
    assert [one for one in await cluster.records(Topic.ARTICLES) if isinstance(one, Article)] == []
