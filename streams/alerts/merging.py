"""Two stories turn out to be one: of two alerts of one rule about them, the older one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from streams.alerts.evidence import AlertState, united
from streams.alerts.memory import Memory
from streams.alerts.telling import ACKNOWLEDGED, event, moved, unheld


def merged(memory: Memory, story_id: str, into: str, at: datetime) -> Iterator[AlertState]:
    """The alerts that change when a story is merged into another one, as they then are, in order.

    Nothing is told again: people who were told of either alert, or acknowledged it, know of the story; if nobody
    did and one of them is held, the one that goes on is held. It may be carried out in part and then again, with
    the same end: the alert that gives way is written first, and keeps its evidence until the other has it.
    """
    # Those that gave way before come last: what they gave way to has moved by then.
    parts = sorted(memory.of_story(story_id), key=lambda state: state.alert.merged_into is not None)
    for mine in (memory.state(one.alert.id) or one for one in parts):
        other = _other(memory, mine, into)
        if other is None or other.alert.id == mine.alert.id:
            if mine.alert.story_id != into:
                yield msgspec.structs.replace(moved(mine, into, at), story_version=0)
            continue
        older, younger = sorted((mine, other), key=lambda state: (state.alert.opened_at, state.alert.id))
        if mine.alert.merged_into is not None or other.alert.merged_into is not None:
            older, younger = (other, mine) if mine.alert.merged_into else (mine, other)
        if younger.alert.merged_into is None:
            why = f"the story was merged: alert {older.alert.id} goes on"
            fields = {"state": "closed", "merged_into": older.alert.id, "held_until": None}
            fields |= {"delivery": "recorded"} if younger.alert.delivery == "held" else {}
            gone = event(younger, "merged", why, at, **fields)
            yield msgspec.structs.replace(gone, was_held_until=younger.alert.held_until)
        after = _with_evidence(older, younger, into, at)
        if after is not older:
            yield after


def _other(memory: Memory, mine: AlertState, into: str) -> AlertState | None:
    """The rule's alert about the other story, also when one of the two has given way already."""
    if mine.alert.merged_into:
        return memory.remaining(mine)
    gone = (one for one in memory.of_story(into) if one.alert.merged_into == mine.alert.id)
    return memory.at(mine.alert.rule_id, into) or next(gone, None)


def _with_evidence(older: AlertState, younger: AlertState, into: str, at: datetime) -> AlertState:
    whole = united(older, younger)
    if whole is older and older.alert.story_id == into:
        return older
    told = [one for one in (older.alert.delivered_at, younger.alert.delivered_at) if one is not None]
    fields = {"story_id": into, "delivered_at": min(told, default=None)}
    held_until = younger.alert.held_until or younger.was_held_until
    if told:
        fields |= {"delivery": "delivered", "held_until": None}
    elif older.alert.held_until is None and held_until is not None:
        reason = younger.alert.delivery_reason
        fields |= {"delivery": "held", "held_until": held_until, "delivery_reason": reason}
    why = f"with alert {younger.alert.id}"
    if older.alert.acknowledged_at is None and (known := younger.alert.acknowledged_at) is not None:
        fields |= {"acknowledged_at": known, "acknowledged_by": younger.alert.acknowledged_by}
        why += ", which was acknowledged"
    after = event(whole, "merged", why, at, **fields)
    if after.alert.acknowledged_at is not None:
        after = unheld(after, ACKNOWLEDGED)
    level = max(older.told_level, younger.told_level, after.alert.level if told else 0)
    waiting = older.waiting and younger.waiting
    version = max((one.story_version for one in (older, younger) if one.alert.story_id == into), default=0)
    return msgspec.structs.replace(
        after,
        told_level=level,
        waiting=waiting,
        untold=older.untold and younger.untold,
        story_version=version,
    )
