"""The flow: which stage reads which topics, and how each is made, for both engines.

A stage's code is imported when the stage is made: a worker has one stage, and the code of all together takes half
of its start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from streams.engines.work import Expect, OpenTable, StageSpec
from streams.records import Edit, Rule, Topic
from streams.settings import Settings
from streams.stage import Stage

if TYPE_CHECKING:
    from streams.fulltext.reading import PageReader
    from streams.fulltext.wanted import Pages
    from streams.identify.pool import PreparePool
    from streams.identify.prepare import Prepares
    from streams.index.search import Index
    from streams.tag.pool import TagPool

INPUTS: Mapping[str, tuple[Topic, ...]] = {
    "identify": (Topic.RAW_ITEMS,),
    "fulltext": (Topic.PAGES,),
    "tag": (Topic.ARTICLES,),
    "relate": (Topic.TAGGED,),
    "match": (Topic.RULES, Topic.DOCUMENTS),
    "decide": (Topic.HITS,),
    "index": (Topic.DOCUMENTS, Topic.ALERTS),
}
CLUSTER_INPUTS: Mapping[str, tuple[Topic, ...]] = {
    **INPUTS,
    "index": (*INPUTS["index"], Topic.DELIVERIES),
    "notify": (Topic.DELIVERIES,),
}
"""In the cluster telling people is a stage, and the index knows what became of that; the embedded engine has an
outbox for both.
"""
OUTPUTS: Mapping[str, tuple[Topic, ...]] = {
    "identify": (Topic.ARTICLES, Topic.PAGES),
    "fulltext": (Topic.ARTICLES,),
    "tag": (Topic.TAGGED,),
    "relate": (Topic.DOCUMENTS,),
    "match": (Topic.HITS,),
    "decide": (Topic.ALERTS, Topic.DELIVERIES),
    "index": (),
    "notify": (Topic.DELIVERIES,),
}
"""What each stage sends on in the cluster, dead letters aside."""
TABLES: Mapping[str, str] = {
    "identify": "identities",
    "fulltext": "passed",
    "relate": "related",
    "decide": "alerts",
    "notify": "deliveries",
}
"""The state table of each stage that remembers records. (`match` has the live rules, the same for all.)"""
BATCH = 256
BATCHES: Mapping[str, int] = dict.fromkeys(CLUSTER_INPUTS, BATCH) | {"fulltext": 32, "match": 1024, "decide": 1024}
"""How many records a stage takes at once. Of pages so many that all can come in time, also from one host; many of
what takes less time than the engine spends on a batch.
"""
Build = Callable[[OpenTable], Stage]


def specs(
    settings: Settings, index: Index, prepare: PreparePool, tag: TagPool, pages: PageReader, *, notify: bool
) -> Sequence[StageSpec]:
    """All stages of one process; the pools, `pages` and `index` outlive a stage that is made anew."""
    from streams.fulltext.wanted import wanted_by
    from streams.index.stage import IndexStage

    builders = remembering(settings, notify=notify) | {
        "identify": identifying(settings, prepare),
        "fulltext": reading(settings, pages),
        "tag": lambda _: tag,
        "index": lambda _: IndexStage(index),
    }
    expect: dict[str, Expect] = {
        "identify": prepare.expect,
        "fulltext": lambda batch: pages.expect(wanted_by(batch)),
        "tag": tag.expect,
    }
    return [
        StageSpec(name, inputs, builders[name], BATCHES[name], expect.get(name)) for name, inputs in INPUTS.items()
    ]


def reading(settings: Settings, pages: Pages) -> Build:
    """How the stage is made that reads pages."""

    def fulltext(table: OpenTable) -> Stage:
        from streams.fulltext.stage import FullText, Passed
        from streams.identify.learned import Habits

        passed, habits = table("passed", Passed), table("passed", Habits)
        return FullText(passed, habits, pages, max_text_chars=settings.max_text_chars)

    return fulltext


def identifying(settings: Settings, prepares: Prepares) -> Build:
    """How the stage is made that makes articles of items."""

    def identify(table: OpenTable) -> Stage:
        from streams.identify.identity import Seen
        from streams.identify.learned import Habits
        from streams.identify.stage import Identify

        seen, habits = table("identities", Seen), table("identities", Habits)
        return Identify(seen, habits, prepares, identity_days=settings.identity_days)

    return identify


def remembering(settings: Settings, *, notify: bool) -> dict[str, Build]:
    """How the stages are made that need nothing but their tables."""

    def identify(table: OpenTable) -> Stage:
        from streams.identify.prepare import Preparing

        return identifying(settings, Preparing(settings.max_text_chars))(table)

    def relate(table: OpenTable) -> Stage:
        from streams.relate.canonical import Names
        from streams.relate.frequencies import load_frequencies
        from streams.relate.given import load_given
        from streams.relate.related import Related
        from streams.relate.stage import Relate
        from streams.tag.atlas import load_atlas

        return Relate(
            table("related", Related),
            story_days=settings.story_days,
            recurrence_days=settings.recurrence_days,
            copy_days=settings.copy_days,
            frequencies=load_frequencies(),
            names=Names(load_given(settings.entities), load_atlas()),
        )

    def match(table: OpenTable) -> Stage:
        from streams.alerts.match import Match

        return Match(table("rules", Rule))

    def decide(table: OpenTable) -> Stage:
        from streams.alerts.decide import Decide
        from streams.alerts.evidence import AlertState
        from streams.alerts.windows import Watch

        alerts, watches, mutes = table("alerts", AlertState), table("alerts", Watch), table("alerts", Edit)
        return Decide(alerts, watches, mutes, deliver_backfill=notify)

    return {"identify": identify, "relate": relate, "match": match, "decide": decide}
