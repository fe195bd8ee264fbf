"""Making Elasticsearch ready: index templates, the mappings of indices that are there, and retention.

Can be run at any time; it changes what differs and says so. All that can be refused is refused before anything
is changed. Where the node has lifecycle management (ILM), that deletes old indices; where it has not, each run
of the set-up does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from elasticsearch import ApiError, BadRequestError, Elasticsearch

from streams.errors import SettingsError
from streams.index.elastic_client import address, answering, templates
from streams.index.elastic_mapping import FAMILIES, MAPPING_VERSION, Family, Json, live_settings, template
from streams.index.elastic_retention import due, is_lifecycle, keep_days, lifecycle, refuse_shorter
from streams.settings import Settings

PRIORITY = 200
"""Above the templates that Elasticsearch brings along."""

_OWNER = {"made_by": "streams"}
_NO_SUCH_FEATURE = (400, 404, 405, 410)


def set_up(client: Elasticsearch, settings: Settings, now: datetime) -> list[str]:
    """Bring Elasticsearch up to date; returns a line for each change, and for what is left to the operator.

    Raises SettingsError for what would lose data or belongs to somebody else, naming it and the way out, and
    ServiceError when Elasticsearch is away.
    """
    days = keep_days(settings)
    try:
        with answering(client):
            present = _look(client, settings.index_prefix)
            _refuse(present, days, now)
            return list(_Changes(client, settings, days).of(present, now))
    except BadRequestError as error:
        raise SettingsError(f"Elasticsearch at {address(client)} refuses the set-up: {error}") from error


class _Place(NamedTuple):
    """What Elasticsearch has under the names of one family."""

    family: Family
    alias: str
    is_index: bool
    template: Json | None
    indices: Mapping[str, Json]


class _Present(NamedTuple):
    """What Elasticsearch has under our names; `lifecycles` is None where it has no lifecycle management."""

    places: list[_Place]
    lifecycles: Mapping[str, Json] | None

    def due(self, days: int, now: datetime) -> list[str]:
        """The indices that are older than that."""
        return [name for place in self.places for name in due(place.indices, days, now)]


def _look(client: Elasticsearch, prefix: str) -> _Present:
    return _Present([_place(client, family, prefix) for family in FAMILIES.values()], lifecycles(client))


def _place(client: Elasticsearch, family: Family, prefix: str) -> _Place:
    alias = family.alias(prefix)
    return _Place(
        family,
        alias,
        alias in client.indices.get(index=alias, ignore_unavailable=True),
        templates(client, alias).get(alias),
        client.indices.get(index=family.pattern(prefix)).body,
    )


def lifecycles(client: Elasticsearch) -> Mapping[str, Json] | None:
    """The lifecycle policies (ILM); None where Elasticsearch has none of that."""
    try:
        found: Mapping[str, Json] = client.ilm.get_lifecycle().body
    except ApiError as error:
        if error.status_code in _NO_SUCH_FEATURE:
            return None
        raise
    return found


def _refuse(present: _Present, days: int, now: datetime) -> None:
    """Raise SettingsError for names that are taken, fields of another type, and indices that would go at once."""
    for place in present.places:
        _refuse_taken(place)
        for name, index in place.indices.items():
            _refuse_other_types(name, _fields(index), place.family.properties)
    before = [place.template["_meta"]["keep_days"] for place in present.places if place.template]
    refuse_shorter(present.due(days, now), days, max(before, default=None))


def _refuse_taken(place: _Place) -> None:
    way_out = "choose another STREAMS_INDEX_PREFIX"
    if place.is_index:
        raise SettingsError(f"{place.alias} is an index, where an alias of that name has to be: {way_out}")
    if place.template is None:
        return
    if not _OWNER.items() <= place.template.get("_meta", {}).items():
        raise SettingsError(f"index template {place.alias} was not made by this program: {way_out}")
    if place.template.get("version", 0) > MAPPING_VERSION:
        raise SettingsError(
            f"index template {place.alias} has version {place.template['version']}, this program makes "
            f"{MAPPING_VERSION}: run `streams setup` of the newer program"
        )


def _refuse_other_types(index: str, there: Json, wanted: Json, path: str = "") -> None:
    for name in sorted(there.keys() & wanted.keys()):
        found, field = there[name], wanted[name]
        for fixed in ("type", "analyzer"):
            if found.get(fixed) != field.get(fixed):
                raise SettingsError(
                    f"{index} holds {path}{name} with {fixed} {found.get(fixed)}, this program needs "
                    f"{field.get(fixed)}: choose another STREAMS_INDEX_PREFIX, or delete this index"
                )
        _refuse_other_types(index, found.get("properties", {}), field.get("properties", {}), f"{path}{name}.")


def retention(prefix: str) -> str:
    """The name of the lifecycle policy of indices with this prefix."""
    return f"{prefix}retention"


class _Changes:
    """Makes what is there what is wanted, and says each change."""

    def __init__(self, client: Elasticsearch, settings: Settings, days: int) -> None:
        self._client, self._settings, self._days = client, settings, days
        self._policy = retention(settings.index_prefix)

    def of(self, present: _Present, now: datetime) -> Iterator[str]:
        policy = None if present.lifecycles is None else self._policy
        if present.lifecycles is not None:
            yield from self._set_lifecycle(present.lifecycles)
        for place in present.places:
            yield from self._set_template(place, policy)
            for name, index in place.indices.items():
                yield from self._set_index(name, index, place, policy)
        if present.lifecycles is None:
            yield from self._delete(present.due(self._days, now))

    def _set_lifecycle(self, lifecycles: Mapping[str, Json]) -> Iterator[str]:
        before = lifecycles.get(self._policy)
        if not before or not is_lifecycle(before["policy"], self._days):
            self._client.ilm.put_lifecycle(name=self._policy, policy=lifecycle(self._days, _OWNER))
            yield f"lifecycle policy {self._policy}: indices are deleted after {self._days} days"

    def _set_template(self, place: _Place, policy: str | None) -> Iterator[str]:
        prefix, shards = self._settings.index_prefix, self._settings.index_shards
        wanted = {
            "index_patterns": [place.family.pattern(prefix)],
            "priority": PRIORITY,
            "version": MAPPING_VERSION,
            "_meta": _OWNER | {"keep_days": self._days},
            "template": template(place.family, prefix, shards=shards, policy=policy),
        }
        if not place.template or not _includes(place.template, wanted):
            self._client.indices.put_index_template(name=place.alias, body=wanted)
            yield f"index template {place.alias}: {'changed' if place.template else 'made'}"

    def _set_index(self, name: str, index: Json, place: _Place, policy: str | None) -> Iterator[str]:
        if not _includes(_fields(index), place.family.properties):
            self._client.indices.put_mapping(index=name, properties=place.family.properties)
            yield f"index {name}: fields added or changed"
        settings = live_settings(policy)
        if not _includes(index["settings"]["index"], settings):
            self._client.indices.put_settings(index=name, settings={"index": settings})
            yield f"index {name}: settings changed"
        if place.alias not in index["aliases"]:
            self._client.indices.put_alias(index=name, name=place.alias)
            yield f"index {name}: added to {place.alias}"

    def _delete(self, names: list[str]) -> Iterator[str]:
        for name in names:
            self._client.indices.delete(index=name)
            yield f"index {name}: deleted, it was older than {self._days} days"
        yield (
            "retention: this Elasticsearch has no lifecycle management, so `streams setup` deletes old indices: "
            "run it once a month"
        )


def _fields(index: Json) -> Json:
    fields: Json = index["mappings"].get("properties", {})
    return fields


def _includes(there: Json, wanted: Json) -> bool:
    """Whether all that is wanted is there, at any depth."""
    return all(
        _includes(there.get(name, {}), value) if isinstance(value, dict) and value else there.get(name) == value
        for name, value in wanted.items()
    )
