"""Alert rules as people write them: YAML files in, checked; YAML out.

    rules:
      - id: harbour
        name: Harbour works
        query: '"harbour bridge" AND (closed OR collapse*)'
        channels: [log, desk]
        throttle: 30m
        max_age: 48h

Only `id` and `query` are needed, of the kind `coverage` no query; `owner` and `tags: [a, b]` are for people to
find it by, and `rule_kinds` has the options that make other kinds of rules. A file may also be the bare list.
Everything wrong is told at once, each with file, line and column, and a set of rules with anything wrong in it is
refused as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from streams.alerts.rule_kinds import KEYS as KIND_KEYS
from streams.alerts.rule_kinds import kind_to_plain, with_kind
from streams.errors import QueryError, RuleError
from streams.query.parse import parse
from streams.records import Rule
from streams.yaml_entries import (
    MAX_BYTES,
    Entry,
    Place,
    Problems,
    duration_s,
    duration_text,
    entries,
    text,
    texts,
)

KEYS = ("id", "name", "query", "channels", "throttle", "max_age", "owner", "tags", *KIND_KEYS)
LISTS = frozenset({"channels", "tags", "escalate"})
REQUIRED = ("id", "query")
SUFFIXES = (".yml", ".yaml")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
MAX_NAME_CHARS = 200
TAG = re.compile(r"[^\W_][\w-]{0,39}")
MOST_TAGS = 20


def read_rules(data: bytes | str, name: str, channels: Collection[str]) -> list[Rule]:
    """The rules of one file; `name` is the file's in messages, `channels` are the known channel names.

    Raises RuleError with one line for each thing that is wrong.
    """
    return _read([(name, data)], channels)


def read_rules_path(path: Path, channels: Collection[str]) -> list[Rule]:
    """The rules of a file, or of all `.yml` and `.yaml` files of a folder, in the order of their names.

    Raises RuleError as `read_rules` does, and for a path that cannot be read.
    """
    try:
        return _read([(str(file), _head(file)) for file in _files(path)], channels)
    except OSError as error:
        raise RuleError(f"{error.filename or path}: cannot be read: {error.strerror}") from error


def to_yaml(rules: Iterable[Rule]) -> str:
    """The rules as a file that `read_rules` reads back."""
    plain = [to_plain(rule) for rule in rules]
    written: str = yaml.safe_dump({"rules": plain}, sort_keys=False, allow_unicode=True)
    return written


def to_plain(rule: Rule) -> dict[str, Any]:
    """The rule by the keys of a file, without what says nothing."""
    labels = {"owner": rule.owner, "tags": rule.tags}
    return {
        "id": rule.id,
        "name": rule.name,
        **({"query": rule.query} if rule.query else {}),
        "channels": rule.channels,
        **({"throttle": duration_text(rule.throttle_s)} if rule.throttle_s else {}),
        "max_age": duration_text(rule.max_age_s),
        **{key: value for key, value in labels.items() if value},
        **kind_to_plain(rule),
    }


class RuleChanges(NamedTuple):
    """What turns one set of rules into another: rules that `changed` before and after it; `removed` ones have
    `deleted` set.
    """

    added: list[Rule]
    changed: list[tuple[Rule, Rule]]
    removed: list[Rule]

    def to_apply(self) -> list[Rule]:
        """Every change, as an engine's `apply_rules` takes them."""
        return [*self.added, *(after for _, after in self.changed), *self.removed]

    def lines(self) -> list[str]:
        """What changes, for people: a line a rule, and below it one for each key that says something else."""
        return [
            *(f"added {rule.id}: {rule.name}" for rule in self.added),
            *(line for before, after in self.changed for line in _changed(before, after)),
            *(f"removed {rule.id}: {rule.name}" for rule in self.removed),
        ]


def difference(old: Iterable[Rule], new: Iterable[Rule]) -> RuleChanges:
    """What must change so that exactly the rules of `new` are live."""
    before = {rule.id: rule for rule in old if not rule.deleted}
    after = {rule.id: rule for rule in new}
    return RuleChanges(
        added=[rule for rule in after.values() if rule.id not in before],
        changed=[
            (before[rule.id], rule) for rule in after.values() if rule.id in before and before[rule.id] != rule
        ],
        removed=[msgspec.structs.replace(rule, deleted=True) for rule in before.values() if rule.id not in after],
    )


def _changed(before: Rule, after: Rule) -> Iterator[str]:
    yield f"changed {after.id}: {after.name}"
    old, new = to_plain(before), to_plain(after)
    for key in (key for key in KEYS if old.get(key) != new.get(key)):
        yield f"  {key}: {_told(old.get(key))} → {_told(new.get(key))}"


def _told(value: object) -> str:
    told = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return told or "none"


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    if not found:
        raise RuleError(f"{path}: no {' or '.join(SUFFIXES)} file in this folder: name a file of rules")
    return found


def _head(file: Path) -> bytes:
    """As much of the file as it takes to see that it is too large."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _read(files: Iterable[tuple[str, bytes | str]], channels: Collection[str]) -> list[Rule]:
    problems = Problems()
    rules: list[Rule] = []
    places: dict[str, Place] = {}
    for name, data in files:
        for entry in entries(data, name, "rules", problems):
            rule = _rule(entry, channels)
            if rule.id in places:
                entry.wrong(f"id {rule.id} is taken by the rule at {places[rule.id]}: give this one another")
            elif rule.id:
                places[rule.id] = entry.place
            rules.append(rule)
    problems.refuse()
    return rules


def _rule(entry: Entry, channels: Collection[str]) -> Rule:
    covers = entry.says("kind", "coverage")
    entry.check_keys(KEYS, REQUIRED[:1] if covers else REQUIRED)
    if covers and entry.has("query"):
        entry.wrong_at("query", "query is no option of the kind coverage, which is about all feeds")
    rule_id = entry.read("id", _id, "")
    rule = Rule(id=rule_id, name=entry.read("name", _name, rule_id), query=entry.read("query", _query, ""))
    rule = msgspec.structs.replace(
        rule,
        channels=entry.read("channels", lambda node: _channels(node, channels), rule.channels),
        throttle_s=entry.read("throttle", duration_s, rule.throttle_s),
        max_age_s=entry.read("max_age", duration_s, rule.max_age_s),
        owner=entry.read("owner", _name, rule.owner),
        tags=entry.read("tags", _tags, rule.tags),
    )
    return with_kind(entry, rule)


def _id(node: yaml.Node) -> str:
    value = text(node)
    if not SLUG.fullmatch(value):
        raise ValueError(f"{value[:80]!r} is no id: take at most 64 of a-z, 0-9, - and _, a letter or digit first")
    return value


def _name(node: yaml.Node) -> str:
    value = " ".join(text(node).split())
    if len(value) > MAX_NAME_CHARS:
        raise ValueError(f"has {len(value)} characters: take at most {MAX_NAME_CHARS}")
    return value


def _tags(node: yaml.Node) -> list[str]:
    tags = list(dict.fromkeys(value.casefold() for value in texts(node, "[harbour, transport]")))
    for tag in tags:
        if not TAG.fullmatch(tag):
            raise ValueError(f"{tag[:40]!r} is no tag: take at most 40 letters, digits, - and _, no blanks")
    if len(tags) > MOST_TAGS:
        raise ValueError(f"has {len(tags)} tags: take at most {MOST_TAGS}")
    return tags


def _query(node: yaml.Node) -> str:
    value = text(node)
    try:
        parse(value)
    except QueryError as error:
        # Its first line says what and where; the rest draws the place, which a list of problems has no room for.
        raise ValueError(str(error).partition("\n")[0].removeprefix("query, ")) from error
    return value


def _channels(node: yaml.Node, known: Collection[str]) -> list[str]:
    names = list(dict.fromkeys(texts(node)))
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise ValueError(f"{name[:40]!r} is no channel: {hint}; STREAMS_CHANNELS adds more")
    return names
