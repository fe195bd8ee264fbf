"""A data folder moved to a real cluster goes on there as if it had never moved."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from streams.clock import now
from streams.engines.embedded import EmbeddedEngine
from streams.engines.remote import ClusterEngine
from streams.errors import UsageError
from streams.index.elastic import ElasticIndex
from streams.migrate.folder import Folder
from streams.migrate.migration import Moved, migrate
from streams.records import Alert, Correction, Document, Story, Topic
from streams.run import run_once
from streams.settings import Settings, load
from streams.stage import Output
from tests.factories import NOON, raw_item
from tests.services.cluster import Cluster
from tests.services.expected import Result
from tests.services.two_papers import goes_on, held, held_in
from tests.serving import Site

RULES = "rules: [{id: bridge, name: Bridge, query: bridge, channels: [file]}]"


NO_NAME = Correction(id="e1", name="Sign up", at=NOON)


@pytest.fixture
def cluster(cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex) -> Cluster:
    return cluster.write_to(elastic_settings)


@pytest.fixture
async def folder(site: Site, tmp_path: Path) -> Path:
    """What an embedded run made of the feeds; its alerts were delivered."""
    settings = load(data=tmp_path / "data", models={}, title_model="")
    (tmp_path / "rules.yml").write_text(RULES)
    feeds = [site.url(paper) for paper in site.pages]
    engine = EmbeddedEngine.open(settings.data, create=True)
    engine.correct([NO_NAME])
    engine.close()
    await run_once(settings, feeds, tmp_path / "rules.yml", notify=True, say=lambda _: None)
    return settings.data


async def move(folder: Path, cluster: Cluster, *, merge: bool = False) -> Moved:
    with Folder(folder) as source:
        return await migrate(source, cluster.settings, merge=merge)


def held_by(folder: Path) -> dict[str, Result]:
    engine = EmbeddedEngine.open(folder)
    found = held(engine)
    engine.close()
    return found


async def test_what_was_moved_goes_on_where_it_was(cluster: Cluster, folder: Path, site: Site) -> None:
    before = held_by(folder)
    told = (folder / "alerts.jsonl").read_text()
    moved = await move(folder, cluster)
    assert (moved.feeds, moved.rules, moved.documents, moved.refused, moved.deliveries) == (2, 1, 6, 0, 0)
    assert moved.hosts == [site.host]
    with ClusterEngine(cluster.settings) as engine:
        assert (moved.corrections, await asyncio.to_thread(engine.corrections)) == (1, [NO_NAME])
    assert await asyncio.to_thread(held_in, cluster) == before

    await goes_on(cluster, site, before)
    assert (folder / "alerts.jsonl").read_text() == told
    assert {type(one) for one in before.values()} == {Document, Story, Alert}


async def test_a_second_run_changes_nothing(cluster: Cluster, folder: Path) -> None:
    first = await move(folder, cluster)
    assert await move(folder, cluster) == first
    assert await asyncio.to_thread(held_in, cluster) == held_by(folder)
    with ClusterEngine(cluster.settings) as engine:
        assert len(engine.feeds()) == 2
        assert [rule.id for rule in engine.rules()] == ["bridge"]


async def test_an_item_known_in_the_folder_is_known_in_whatever_partition_it_comes_in(
    cluster: Cluster, folder: Path, site: Site
) -> None:
    """With other partitions than one: each identity lies where its publisher's items come in."""
    await move(folder, cluster)
    again = [
        raw_item(
            feed_id="another",
            source=one.source,
            url=one.url,
            title=one.title,
            summary=one.text,
            fetched_at=now(),
        )
        for one in held_by(folder).values()
        if isinstance(one, Document)
    ]
    async with cluster.running("identify"):
        await cluster.send(Topic.RAW_ITEMS, [(item.source.domain, item) for item in again])
        await cluster.drained("identify")
    assert await cluster.records(Topic.ARTICLES) == []


async def test_a_cluster_that_was_at_work_is_refused_unless_told_to_merge(cluster: Cluster, folder: Path) -> None:
    other = raw_item(url="https://other.example/1", title="Something else altogether")
    async with cluster.running("identify", "tag", "relate", "match", "decide", "index"):
        await cluster.send(Topic.RAW_ITEMS, [(other.source.domain, other)])
        await cluster.drained("identify", "tag", "relate", "match", "decide", "index")
    theirs = await asyncio.to_thread(held_in, cluster)
    with pytest.raises(UsageError, match="holds other data"):
        await move(folder, cluster)
    await move(folder, cluster, merge=True)
    assert (await move(folder, cluster, merge=True)).documents == 0
    assert await asyncio.to_thread(held_in, cluster) == held_by(folder) | theirs


async def test_a_cluster_at_work_and_a_folder_in_use_are_refused(cluster: Cluster, folder: Path) -> None:
    async with cluster.running("identify"):
        await cluster.drained("identify")
        with pytest.raises(UsageError, match=r"streams-identify are at work in the cluster: stop"):
            await move(folder, cluster)


async def test_a_folder_with_records_under_way_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    engine = EmbeddedEngine.open(tmp_path / "data", create=True)
    engine.store.append([Output(Topic.RAW_ITEMS, "k", raw_item())])
    engine.close()
    with pytest.raises(UsageError, match=r"under way \(1 before identify\): run `streams run --once"):
        await move(tmp_path / "data", cluster)
