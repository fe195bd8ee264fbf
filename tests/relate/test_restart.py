"""A stage made anew at any point, and records delivered again, change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.records import Entity, Record, TaggedArticle, Tick
from streams.relate import ageing
from streams.relate.related import CLOCK_KEY, Member, Related
from streams.state import Table
from streams.tag.stage import entity_id
from tests.factories import NOON
from tests.relate.news import BRIDGE, BRIDGE_AGAIN, BRIDGE_TEXT, DAY, ELECTION, news, run, stage, stories, tick

TITLES = [
    BRIDGE,
    BRIDGE_AGAIN,
    ELECTION,
    "Landslide election: opposition to form government",
    "Election bridge",
    "",
]
TEXTS = [
    "",
    BRIDGE_TEXT,
    BRIDGE_TEXT[:180],
    BRIDGE_TEXT[100:] + " The rest of it is new, and says something else.",
]
ENTITIES = [
    *(Entity(id=name.lower(), name=name, label="GPE", count=1) for name in ("Port", "PORT", "Harbour")),
    *(
        Entity(id=entity_id("PERSON", name), name=name, label="PERSON", count=1)
        for name in ("Malenko", "Viktor Malenko", "Victor Malenka", "Vera Malenko")
    ),
]

HEADLINES = [b"", bytes([0, 90] * 64), bytes([90, 1] * 64), bytes([90, 200] * 64)]

DAYS: dict[str, Any] = {"story_days": 7, "copy_days": 12, "recurrence_days": 30}
END = tick(NOON + 600 * DAY)


@st.composite
def streams_of_news(draw: st.DrawFn) -> list[Record]:
    """Articles, revisions and ticks over some weeks; the clock mostly goes forward."""
    at, revisions, records = NOON, dict[str, int](), list[Record]()
    created = dict[str, datetime]()
    for _ in range(draw(st.integers(1, 25))):
        at += timedelta(days=draw(st.sampled_from([0, 0, 0.2, 1.5, 5, 9, -0.5])))
        if draw(st.integers(0, 4)) == 0:
            records.append(tick(at + timedelta(days=draw(st.sampled_from([0, 2, 8])))))
            continue
        name = draw(st.sampled_from("abcdefghijkl"))
        revisions[name] = revisions.get(name, 0) + 1
        records.append(
            news(
                name,
                draw(st.sampled_from(TITLES)),
                at,
                text=draw(st.sampled_from(TEXTS)),
                revision=revisions[name],
                created_at=created.setdefault(name, at),
                published=at - timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 20]))),
                headline_vector=draw(st.sampled_from(HEADLINES)),
                entities=draw(st.lists(st.sampled_from(ENTITIES), unique_by=lambda entity: entity.id)),
            )
        )
    return records


@contextmanager
def remembering(articles: int) -> Iterator[None]:
    """While at most so many articles are remembered in detail, and one more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ageing, "MAX_ARTICLES", articles)
        patch.setattr(ageing, "AT_ONCE", 1)
        yield


def table() -> Table[Related]:
    """A table as engines give it: over bytes."""
    return Table({}, Related)


def is_decided(kept: Table[Related], article: TaggedArticle) -> bool:
    """Whether the article's decision is still there, and not just its wording."""
    return article.id in kept and isinstance(kept[article.id].value, Member)


@settings(max_examples=60, deadline=None)
@given(streams_of_news(), st.data())
def test_batches_restarts_and_repeats_change_nothing(records: list[Record], data: st.DataObject) -> None:
    with remembering(data.draw(st.sampled_from([4, 1000]), label="articles remembered")):
        at_once, kept = run(stage(table(), **DAYS), *records, END), table()
        disturbed, one_by_one = stage(kept, **DAYS), list[Record]()
        for number, record in enumerate(records):
            if data.draw(st.booleans(), label="restart"):
                disturbed = stage(kept, **DAYS)
            one_by_one += run(disturbed, record)
            again = records[data.draw(st.integers(0, number), label="repeat")]
            if isinstance(again, TaggedArticle) and is_decided(kept, again):
                assert not stories(run(disturbed, again))
        assert [*one_by_one, *run(stage(kept, **DAYS), END)] == at_once


@settings(max_examples=60, deadline=None)
@given(streams_of_news())
def test_once_time_has_passed_nothing_is_left_but_the_clock(records: list[Record]) -> None:
    kept = table()
    relate = stage(kept, **DAYS)

    run(relate, *records, tick(NOON + 300 * DAY), END)

    assert list(kept) == [CLOCK_KEY]
    assert not relate._memory.open.live
    assert not relate._memory.closed.ended


@settings(max_examples=60, deadline=None)
@given(streams_of_news())
def test_versions_only_rise(records: list[Record]) -> None:
    relate = stage(table(), **DAYS)
    versions: dict[tuple[str, str], int] = {}
    for output in relate.process(records):
        record = output.record
        if isinstance(record, Tick):
            continue
        key, version = (type(record).__name__, record.id), record.version  # type: ignore[attr-defined]
        assert version > versions.get(key, 0)
        versions[key] = version
