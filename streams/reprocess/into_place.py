"""Putting a cluster's re-run in the place of what people see, while no worker from TAG on is at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from streams import codec
from streams.engines.cluster.sending import Sender
from streams.engines.kafka import topic_name
from streams.engines.lag import Lags
from streams.engines.remote import ClusterEngine
from streams.engines.stages import TABLES
from streams.engines.topics import changelog
from streams.errors import UsageError
from streams.index.elastic_replace import Replacement
from streams.migrate.copy import Copy
from streams.migrate.places import place_of_story, places_of_alert
from streams.migrate.puts import Puts
from streams.records import Alert, Correction, Settled, Topic
from streams.relate.related import Related, correction_key
from streams.reprocess.rerun import decide
from streams.reprocess.staging import Staging
from streams.settings import Settings
from streams.stage import STORY_GROUP, Output

FROM_TAG = ("tag", "relate", "match", "decide", "index")
"""The stages that must stand still when a re-run is put in place."""


async def refuse_under_way(settings: Settings) -> None:
    """Raise UsageError where what TAG has passed on is not through all stages."""
    told = topic_name(settings, Topic.DELIVERIES)  # goes on
    async with Lags(settings) as lags:
        places = {stage: await lags.of(stage) for stage in FROM_TAG[1:]}
    waits = {
        stage: sum(place.waiting for one, place in of.items() if one.topic != told) for stage, of in places.items()
    }
    under_way = ", ".join(f"{count} before {stage}" for stage, count in waits.items() if count)
    if under_way:
        raise UsageError(
            f"the cluster has records under way ({under_way}): start the workers of relate, match, decide and "
            "index, stop them once nothing waits (`streams status`), then run this again"
        )


def decide_names(settings: Settings, staging: Staging) -> None:
    """Let RELATE take up what people have decided about names since."""
    rows = staging.state.query(
        "SELECT value FROM state WHERE name = 'related' AND key >= ? AND key < ?",
        (correction_key("").encode(), b"name;"),
    )
    values = [codec.unpack_as(value, Related).value for (value,) in rows]
    known = [one for one in values if isinstance(one, Correction)]
    with ClusterEngine(settings) as engine:
        decided = {one.id: one for one in engine.corrections()}
    undone = [msgspec.structs.replace(one, undone=True) for one in known if one.id not in decided]
    changed = [one for one in decided.values() if one not in known]
    staging.state.append([Output(Topic.TAGGED, STORY_GROUP, one) for one in [*undone, *changed]])


async def decide_alerts(settings: Settings, staging: Staging, replacement: Replacement, copy: Copy) -> None:
    """Decide on the alerts with what is known of them now."""
    await copy.read(settings, "decide", await _partitions(settings, "decide"))
    for cls in (Alert, Settled):
        replacement.drop(cls)
    replacement.copy(Alert)
    replacement.copy(Settled)
    with ClusterEngine(settings) as engine:
        rules = engine.rules()
    decide(staging, replacement.index, copy.table(TABLES["decide"]), rules, settings)


async def take_over(settings: Settings, staging: Staging, replacement: Replacement, copy: Copy) -> None:
    """Replace what RELATE and DECIDE remember, and then the indices; doing it twice changes nothing more.

    The workers of both take it up from the changelogs when they start.
    """
    sender = Sender(settings)
    try:
        puts, hits = Puts(sender), await _partitions(settings, "decide")
        for stage in ("relate", "decide"):
            await copy.read(settings, stage, await _partitions(settings, stage))
            for key, value, known in _changes(copy.table(TABLES[stage]), staging.state.table(TABLES[stage])):
                places = place_of_story(key) if stage == "relate" else places_of_alert(key, known, hits)
                await puts.put(changelog(settings, stage), places, key, value)
        await puts.flush()
    finally:
        await sender.close()
    replacement.take_place()


async def _partitions(settings: Settings, stage: str) -> int:
    async with Lags(settings) as lags:
        return len({one.partition for one in await lags.of(stage)})


def _changes(
    before: Mapping[bytes, bytes], after: Mapping[bytes, bytes]
) -> Iterator[tuple[bytes, bytes | None, bytes]]:
    """Keys with the values that they get (None: deleted), and a value that each has or had."""
    for key, value in after.items():
        if before.get(key) != value:
            yield key, value, value
    for key in before:
        if key not in after:
            yield key, None, before[key]
