"""What one run did, counted from what the stages send."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar, cast

from streams.engines.pipeline import Pipeline
from streams.records import Entity, Record
from streams.summary import Summary, Tally
from tests.engines.test_outbox import delivery
from tests.factories import document, tagged
from tests.test_explain import story

R = TypeVar("R", bound=Record)


class Taps:
    """The part of a pipeline that a tally listens to."""

    def __init__(self) -> None:
        self._taps: defaultdict[type[Record], list[Callable[[Any], None]]] = defaultdict(list)

    def tap(self, record_type: type[R], see: Callable[[R], None]) -> None:
        self._taps[record_type].append(see)

    def send(self, *records: Record) -> None:
        for record in records:
            for see in self._taps[type(record)]:
                see(record)


def counted(*records: Record, items: int = 0) -> Summary:
    taps, tally = Taps(), Tally()
    tally.watch(cast(Pipeline, taps))
    taps.send(*records)
    return tally.summary(feeds=2, items=items, failures=1)


def entity(entity_id: str) -> Entity:
    return Entity(id=entity_id, name=entity_id, label="PERSON", count=1)


def test_articles_count_as_new_once_and_then_as_revised() -> None:
    summary = counted(tagged(revision=1), tagged(revision=2), tagged(revision=3), items=5)
    assert (summary.new, summary.revised, summary.repeats) == (1, 2, 2)
    assert (summary.feeds, summary.items, summary.failures) == (2, 5, 1)


def test_what_an_earlier_run_left_behind_makes_no_negative_count() -> None:
    assert counted(tagged(), tagged(), items=0).repeats == 0


def test_copies_stories_and_alerts_count_at_their_first_emission() -> None:
    told = delivery("key").alert
    summary = counted(
        document(copy_of="a0"),
        document(copy_of="a0", version=2),
        document(title="Original", url=None),
        story(),
        story(version=2),
        told,
        type(told)(**{name: getattr(told, name) for name in told.__struct_fields__} | {"version": 2}),
    )
    assert (summary.copies, summary.stories, summary.alerts) == (1, 1, 1)


def test_an_entity_of_several_articles_counts_once() -> None:
    summary = counted(document(entities=[entity("a"), entity("b")]), document(entities=[entity("b")]))
    assert summary.entities == 2


def test_the_time_is_that_since_the_run_began() -> None:
    assert 0 <= counted().seconds < 5
