"""The options of a rule that say when what it finds is an alert, and when people may be told.

kind: frequency     count: 10       window: 1h
kind: spike         factor: 4       min: 8          window: 6h
kind: new_story     publishers: 5   window: 12h
kind: returning
kind: silence       window: 6h
kind: coverage

escalate: [3, 10]
quiet: 22:00-07:00
digest: daily 08:00
time_zone: Europe/Paris
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec
import yaml

from streams.alerts.schedule import Schedule
from streams.alerts.windows import MOST_COUNTED
from streams.records import Rule, RuleKind
from streams.yaml_entries import Entry, duration_s, duration_text, text, texts

NEEDED: Mapping[str, tuple[str, ...]] = {
    "match": (),
    "frequency": ("count", "window"),
    "spike": ("factor", "min", "window"),
    "new_story": ("publishers", "window"),
    "returning": (),
    "silence": ("window",),
    "coverage": (),
}
"""What each kind must be given, and nothing else of all that other kinds take."""
OF_KINDS = ("count", "factor", "min", "publishers", "window")
KEYS = ("kind", *OF_KINDS, "escalate", "quiet", "digest", "time_zone")
SHORTEST_WINDOW_S, LONGEST_WINDOW_S = 600, 60 * 86400
MOST_PUBLISHERS, MOST_LEVELS, LARGEST_FACTOR = 10_000, 10, 1000.0
NUMBER = re.compile(r"[0-9]{1,9}")
FACTOR = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")


def with_kind(entry: Entry, rule: Rule) -> Rule:
    """The rule with its kind and its times, as the entry gives them. What is wrong is noted with the entry."""
    kind = entry.read("kind", _kind, rule.kind)
    for key in OF_KINDS:
        if entry.has(key) and key not in NEEDED[kind]:
            entry.wrong_at(key, f"{key} is no option of the kind {kind}, which takes {_listed(NEEDED[kind])}")
    for key in NEEDED[kind]:
        if not entry.has(key):
            entry.wrong(f"{key} is missing: the kind {kind} takes {_listed(NEEDED[kind])}")
    return msgspec.structs.replace(
        rule,
        kind=kind,
        count=entry.read("count", _count, rule.count),
        minimum=entry.read("min", _count, rule.minimum),
        factor=entry.read("factor", _factor, rule.factor),
        publishers=entry.read("publishers", _publishers, rule.publishers),
        window_s=entry.read("window", _window_s, rule.window_s),
        escalate=entry.read("escalate", _levels, rule.escalate),
        quiet=entry.read("quiet", lambda node: _scheduled(node, "quiet"), rule.quiet),
        digest=entry.read("digest", lambda node: _scheduled(node, "digest"), rule.digest),
        time_zone=entry.read("time_zone", lambda node: _scheduled(node, "time_zone"), rule.time_zone),
    )


def kind_to_plain(rule: Rule) -> dict[str, Any]:
    """These options as a file has them, without what says nothing."""
    values = {
        "kind": rule.kind if rule.kind != "match" else "",
        "count": rule.count,
        "factor": f"{rule.factor:g}" if rule.factor else "",
        "min": rule.minimum,
        "publishers": rule.publishers,
        "window": duration_text(rule.window_s) if rule.window_s else "",
        "escalate": rule.escalate,
        "quiet": rule.quiet,
        "digest": rule.digest,
        "time_zone": rule.time_zone if rule.time_zone != "UTC" else "",
    }
    return {key: value for key, value in values.items() if value}


def _kind(node: yaml.Node) -> RuleKind:
    value = text(node)
    for kind in get_args(RuleKind):
        if kind == value:
            return kind  # type: ignore[no-any-return]
    raise ValueError(f"{value[:40]!r} is no kind: take {', '.join(get_args(RuleKind))}")


def _count(node: yaml.Node) -> int:
    return _whole(node, 1, MOST_COUNTED)


def _publishers(node: yaml.Node) -> int:
    return _whole(node, 1, MOST_PUBLISHERS)


def _whole(node: yaml.Node, least: int, most: int) -> int:
    value = text(node)
    if not NUMBER.fullmatch(value) or not least <= int(value) <= most:
        raise ValueError(f"{value[:40]!r} is no whole number from {least} to {most:,}")
    return int(value)


def _factor(node: yaml.Node) -> float:
    value = text(node)
    if not FACTOR.fullmatch(value) or not 1 < float(value) <= LARGEST_FACTOR:
        raise ValueError(f"{value[:40]!r} is no factor: write a number above 1, like 3 or 2.5")
    return float(value)


def _window_s(node: yaml.Node) -> float:
    seconds = duration_s(node)
    if not SHORTEST_WINDOW_S <= seconds <= LONGEST_WINDOW_S:
        raise ValueError(f"{text(node)[:40]!r} is no window: take one from 10m to 60d")
    return seconds


def _levels(node: yaml.Node) -> list[int]:
    levels = [_level(value) for value in texts(node, "[3, 10]")]
    if len(levels) > MOST_LEVELS or levels != sorted(set(levels)):
        raise ValueError(f"takes at most {MOST_LEVELS} numbers of publishers, each larger than the one before")
    return levels


def _level(value: str) -> int:
    if not NUMBER.fullmatch(value) or not 2 <= int(value) <= MOST_PUBLISHERS:
        raise ValueError(f"{value[:40]!r} is no number of publishers: take whole numbers from 2, like [3, 10]")
    return int(value)


def _scheduled(node: yaml.Node, option: str) -> str:
    value = text(node)
    if problem := Schedule(**{option: value}).check():
        raise ValueError(problem)
    return value


def _listed(keys: tuple[str, ...]) -> str:
    *first, last = keys or ("none of these",)
    return f"{', '.join(first)} and {last}" if first else last
