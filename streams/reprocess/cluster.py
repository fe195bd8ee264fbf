"""A re-run of a cluster's articles: made beside what people see while the cluster goes on, then put in its place.

What is stored is run through the stages in this process, into new indices; then what came meanwhile, as the
articles' topic has it. Readers, IDENTIFY and the page go on all the time. Only to put it in place must the workers
from TAG on stand still: then what RELATE and DECIDE remember is replaced in their changelogs, and the indices by
their aliases. Nothing that a re-run decides is sent to a topic, so nobody is told of anything.

It may be cut short at any time: run again, it goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

import msgspec

from streams.clock import now
from streams.engines.folder import claimed
from streams.engines.kafka import answering
from streams.engines.lag import Lags
from streams.engines.topics import app_id
from streams.errors import UsageError
from streams.index.elastic_replace import Replacement
from streams.migrate.cluster import at_work
from streams.migrate.copy import Copy
from streams.records import Document, Story, Topic
from streams.reprocess.begun import Begun
from streams.reprocess.into_place import FROM_TAG, decide_alerts, decide_names, refuse_under_way, take_over
from streams.reprocess.rerun import Done, Stages, queue, remember
from streams.reprocess.staging import Staging
from streams.reprocess.tail import note, tagged, take, taken
from streams.settings import Settings
from streams.stage import Stage

LITTLE = 100
"""So few articles that came meanwhile that it may be put in place."""
MOST_TURNS = 10
STALLED_S, LOOK_S = 60.0, 0.5


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was run again: stored articles, and `came` more meanwhile; records that failed are left out. It is in
    place unless it `waits_for` these stages to stand still.
    """

    articles: int
    came: int
    left_out: int
    waits_for: list[str]


async def reprocess(
    settings: Settings, tag: Stage, since: datetime | None, started: Callable[[int], Done]
) -> Outcome:
    """Run all stories again that have an article read since then (None: all there are).

    `started` is told how many articles there are, and gives whom to tell of those that are through. Raises
    UsageError when it cannot be done as things stand, ServiceError when Kafka or Elasticsearch is away, and
    StorageError when the disk is full.
    """
    data = settings.data / "cluster"
    begun = Begun.read(data)
    if begun is not None:
        begun.refuse_other(settings, since)
    if begun is None or not begun.staged:
        give_up(settings)
        goal = f"{settings.index_prefix}again-{now():%Y%m%d%H%M%S}-"
        begun = Begun(topics=settings.topic_prefix, indices=settings.index_prefix, goal=goal, since=since)
        begun.write(data)
    with (
        Staging(data) as staging,
        claimed(staging.folder),
        closing(Replacement(settings, begun.goal)) as replacement,
        closing(Copy()) as copy,
        answering(settings),
    ):
        outcome = await _Rerun(settings, begun, staging, replacement, copy, tag).run(started)
    if not outcome.waits_for:
        Staging.clear(data)
    return outcome


def lines(outcome: Outcome) -> Iterator[str]:
    """What was done and what is left to do, for people."""
    yield f"{outcome.articles} stored articles run again, and {outcome.came} records that came meanwhile"
    if outcome.left_out:
        yield f"{outcome.left_out} records failed and are left out: the log says why"
    if outcome.waits_for:
        yield (
            "people still see what was: stop the workers of tag, then, once nothing waits before them, those of "
            f"relate, match, decide and index (at work: {', '.join(outcome.waits_for)}); run this again to put it "
            "in place. Readers, the page and all other workers go on"
        )
    else:
        yield "it is in place: start the workers of tag, relate, match, decide and index"


def give_up(settings: Settings) -> bool:
    """Delete all that an unfinished re-run has made; returns whether there was one."""
    data = settings.data / "cluster"
    begun = Begun.read(data)
    if begun is not None:
        with closing(Replacement(settings, begun.goal)) as replacement:
            replacement.give_up()
    Staging.clear(data)
    return begun is not None


class _Rerun:
    def __init__(
        self,
        settings: Settings,
        begun: Begun,
        staging: Staging,
        replacement: Replacement,
        copy: Copy,
        tag: Stage,
    ) -> None:
        self._settings, self._begun, self._staging = settings, begun, staging
        self._replacement, self._copy, self._data = replacement, copy, settings.data / "cluster"
        self._stages = Stages(staging, replacement.index, tag, settings)

    async def run(self, started: Callable[[int], Done]) -> Outcome:
        if not self._begun.staged:
            await self._stage()
        came = 0
        if not self._begun.complete:
            done = started(self._begun.articles)
            self._fill(self._begun.months)
            queue(self._staging)
            came = await self._catch_up(done)
        busy = await at_work(self._settings, [app_id(self._settings, stage) for stage in FROM_TAG])
        if not busy:
            came += await self._finish()
        return Outcome(
            articles=self._begun.articles,
            came=came,
            left_out=self._staging.state.waiting().get(Topic.DEAD_LETTERS, 0),
            waits_for=busy,
        )

    async def _stage(self) -> None:
        """Take note of all that is there, at about one moment; what comes later comes with the tail."""
        self._replacement.prepare(now())
        note(self._staging.state, await _passed(self._settings))
        await self._copy.read(self._settings, "relate", 1)
        self._replacement.refresh_before()
        begun, before = self._begun, self._replacement.before
        begun.articles = self._staging.stage(before(Document), begun.since)
        self._staging.note_merged(before(Story))
        made_again = {f"{one.created_at:%Y.%m}" for one in before(Story) if self._staging.has_story(one.id)}
        begun.months = [
            *(_name(Document, month) for month in self._staging.months()),
            *(_name(Story, month) for month in sorted(made_again)),
        ]
        remember(self._staging, self._copy.table("related"))
        self._update(staged=True)

    def _fill(self, months: list[str]) -> None:
        """Take over what is not run again of these months."""
        for name in months:
            if name in self._begun.filled:
                continue
            kind, month = name.split()
            if kind == "documents":
                self._replacement.copy(Document, month, lambda one: self._staging.has_article(one.id))
            else:
                self._replacement.copy(Story, month, lambda one: self._staging.has_story(one.id))
            self._update(filled=[*self._begun.filled, name])

    async def _catch_up(self, done: Done) -> int:
        came = 0
        for _ in range(MOST_TURNS):
            self._stages.run(done)
            more = await take(self._settings, self._staging.state)
            came += more
            if more < LITTLE:
                break
        self._stages.run(done)
        return came

    async def _finish(self) -> int:
        """Put it in place, while no worker from TAG on is at work."""
        of, came = (self._settings, self._staging, self._replacement, self._copy), 0
        if not self._begun.complete:
            await refuse_under_way(self._settings)
            came = await take(self._settings, self._staging.state)
            decide_names(self._settings, self._staging)
            self._stages.run()
            touched = [_name(cls, month) for cls in (Document, Story) for month in self._replacement.months(cls)]
            self._fill(touched)
            await decide_alerts(*of)
            self._update(complete=True)
        elif await tagged(self._settings) != taken(self._staging.state):
            raise UsageError(
                "workers were at work before the re-run was in place: end it with `streams reprocess --give-up`, "
                "then begin anew"
            )
        await take_over(*of)
        return came

    def _update(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self._begun, name, value)
        self._begun.write(self._data)


async def _passed(settings: Settings) -> dict[int, int]:
    """Where the articles' topic ends, once all up to there is in the index. Raises UsageError when none moves."""
    ends: dict[int, int] = {}
    async with Lags(settings) as lags:
        for stage in ("tag", "relate", "index"):
            places = await lags.of(stage)
            goals = {one: place.done + place.waiting for one, place in places.items()}
            ends = ends or {one.partition: end for one, end in goals.items()}
            seen, still_s = places, 0.0
            while any(place.done < goals[one] for one, place in places.items()):
                if still_s >= STALLED_S:
                    raise UsageError(f"records wait before {stage} and nothing moves: start its workers first")
                await asyncio.sleep(LOOK_S)
                places = await lags.of(stage)
                moved = any(place.done != seen[one].done for one, place in places.items())
                seen, still_s = places, 0.0 if moved else still_s + LOOK_S
    return ends


def _name(cls: type[Document] | type[Story], month: str) -> str:
    return f"{'documents' if cls is Document else 'stories'} {month}"
