"""What people decide about alerts, taken to the engine: the same on the page, by the API and in a shell."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from streams.alerts.edits import acknowledge, mute
from streams.domains import domain_of
from streams.engines.engine import Engine
from streams.errors import NotFoundError, UsageError
from streams.index.merged import standing
from streams.index.search import DocumentQuery
from streams.records import Alert, Edit


class Muting(NamedTuple):
    """What is not to be told of: a story or a source, by one rule or by all; `days` 0: until it is lifted."""

    story: str = ""
    source: str = ""
    rule: str = ""
    days: int = 0


def acknowledge_alert(engine: Engine, alert_id: str, at: datetime, by: str = "") -> Alert:
    """Note that somebody knows of an alert: it is told no more. Raises NotFoundError."""
    alert = engine.search.alert(alert_id)
    if alert is None:
        raise NotFoundError(f"no alert is stored under {alert_id!r}: `streams alerts list` and /alerts show them")
    engine.edit([acknowledge(alert.id, at, by=by)])
    return alert


def put_mute(engine: Engine, wanted: Muting, at: datetime, by: str = "") -> Edit:
    """Let nobody be told of a story or of a source. Raises UsageError, and NotFoundError for what is not there."""
    if bool(wanted.story) == bool(wanted.source):
        raise UsageError(
            "story, source: give one of the two: a mute is about a story or about a publisher's domain"
        )
    edit = mute(
        at,
        story_id=_story_id(engine, wanted.story) if wanted.story else "",
        source=_domain(engine, wanted.source.strip()) if wanted.source else "",
        rule_id=_rule_id(engine, wanted.rule) if wanted.rule else "",
        until=at + timedelta(days=wanted.days) if wanted.days else None,
        by=by,
    )
    engine.edit([edit])
    return edit


def lift_mute(engine: Engine, mute_id: str, at: datetime, by: str = "") -> Edit:
    """Let people be told again. Raises NotFoundError."""
    found = next((one for one in engine.mutes() if one.id == mute_id), None)
    if found is None:
        raise NotFoundError(
            f"no mute {mute_id!r} is in force: `streams alerts mutes` and the page /mutes show those that are"
        )
    engine.edit([msgspec.structs.replace(found, action="unmute", at=at, by=by)])
    return found


def _story_id(engine: Engine, story_id: str) -> str:
    """The story, or the one that it became part of."""
    found = standing(engine.search, story_id)
    if found is None:
        raise NotFoundError(f"no story is stored under {story_id!r}: `streams stories` and /stories show them")
    return found.id


def _domain(engine: Engine, source: str) -> str:
    """The publisher's domain as articles have it; the address of a page or a site will do."""
    if engine.search.documents(DocumentQuery(source=source, limit=0)).total:
        return source.lower()
    found = "" if len(source.split()) != 1 else domain_of(source if "://" in source else f"https://{source}")
    if "." not in found:
        raise UsageError(f"source: {source[:80]!r} is no domain: give a publisher's, like herald.example")
    return found


def _rule_id(engine: Engine, rule_id: str) -> str:
    if engine.rule(rule_id) is None:
        raise NotFoundError(f"no rule {rule_id!r} is live: `streams rules list` shows those that are")
    return rule_id
