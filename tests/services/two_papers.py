"""Two papers that tell of the same matters: read, moved with all that is known of them, and revised after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from email.utils import format_datetime

from streams.clock import now
from streams.engines.engine import Engine
from streams.engines.remote import ClusterEngine
from streams.engines.sharing import SharedFeeds
from streams.feeds.fetch import Fetcher
from streams.feeds.reader import Reader
from streams.index.elastic import ElasticIndex
from streams.index.search import AlertQuery, DocumentQuery, StoryQuery
from streams.records import Delivery, Document, Topic
from tests.services.cluster import Cluster, until
from tests.services.expected import Result
from tests.serving import Site, rss

STAGES = ("identify", "tag", "relate", "match", "decide", "index", "notify")
TITLES = ("Harbour bridge closed after cracks", "Mayor opens the new library", "Storm floods the old town")
PUBLISHED = format_datetime(now() - timedelta(minutes=30))


def publish(site: Site, *, revised: bool = False) -> None:
    """Two papers tell of the same matters."""
    for paper in ("herald", "courier"):
        edited = " It opens again in May." if revised and paper == "herald" else ""
        items = [
            (f"https://{paper}.example/{number}", title, f"{title}, the {paper} was told on Monday.{edited}")
            for number, title in enumerate(TITLES)
        ]
        site.pages[paper] = rss(paper.title(), items, PUBLISHED)


def held(engine: Engine) -> dict[str, Result]:
    search = engine.search
    stories, alerts = search.stories(StoryQuery(limit=100)).hits, search.alerts(AlertQuery(limit=100)).hits
    found: list[Result] = [*search.scan(DocumentQuery()), *stories, *alerts]
    return {f"{type(one).__name__} {one.id}": one for one in found}


def held_in(cluster: Cluster) -> dict[str, Result]:
    with closing(ElasticIndex.from_settings(cluster.settings)) as index:
        index.refresh()
    with ClusterEngine(cluster.settings) as engine:
        return held(engine)


@asynccontextmanager
async def reading(cluster: Cluster, site: Site) -> AsyncIterator[Reader]:
    settings = cluster.settings.model_copy(update={"allow_hosts": [site.host]})
    stop = asyncio.Event()
    async with SharedFeeds(settings) as shared, Fetcher(settings) as fetcher:
        following = asyncio.create_task(shared.follow(stop))

        async def has_all() -> bool:
            return len(shared.feeds()) == len(site.pages)

        try:
            await until(has_all, 30, "the reader has the feeds")
            yield Reader(shared, fetcher, settings, now)
        finally:
            stop.set()
            await following


async def goes_on(cluster: Cluster, site: Site, before: dict[str, Result]) -> None:
    """Hold that a cluster that knows of `before` finds nothing new in the papers, but revisions."""
    async with cluster.running(*STAGES), reading(cluster, site) as reader:
        assert (await reader.poll_all()).items == 0
        for page in site.pages:  # changed enough to be read whole, not in what it says
            site.pages[page] += b"<!-- another day -->"
        assert (await reader.poll_all()).items == 0
        publish(site, revised=True)
        assert (await reader.poll_all()).items == 3
        await cluster.drained(*STAGES)
    after = await asyncio.to_thread(held_in, cluster)
    assert after.keys() == before.keys()
    revised = {one.url or "": one for one in after.values() if isinstance(one, Document) and one.revision == 2}
    assert sorted(revised) == [f"https://herald.example/{number}" for number in range(3)]
    for one in revised.values():
        known = before[f"Document {one.id}"]
        assert isinstance(known, Document)
        assert (one.story_id, one.created_at, one.version) == (known.story_id, known.created_at, known.version + 1)
    assert [one for one in await cluster.records(Topic.DELIVERIES) if isinstance(one, Delivery)] == []
