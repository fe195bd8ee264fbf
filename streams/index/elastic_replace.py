"""Indices made beside those that people see, and put in their place at once.

They have a prefix of their own, and their names keep it. Once in place they are found under the names of those
before, as aliases: `streams-documents`, and `streams-documents-2026.03` for what is written to that month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import get_args

import structlog

from streams.errors import RefusedError, SettingsError
from streams.index import elastic_bulk
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import answering, connect, templates
from streams.index.elastic_mapping import FAMILIES, Family, Json
from streams.index.elastic_read import Reader, Wanted
from streams.index.elastic_record import Indexed, T, from_source
from streams.index.elastic_retention import made_at
from streams.index.elastic_setup import lifecycles, retention, set_up
from streams.records import Settled
from streams.settings import Settings

AT_ONCE = 500
log = structlog.get_logger(__name__)


class Replacement:
    """The indices under `prefix`, that are to take the place of those of the settings.

    Raises ServiceError when Elasticsearch is away, SettingsError when it denies access.
    """

    def __init__(self, settings: Settings, prefix: str) -> None:
        self._settings = settings.model_copy(update={"index_prefix": prefix})
        self._prefix, self._before = prefix, settings.index_prefix
        self._client = connect(settings)
        self.index = ElasticIndex(self._client, prefix)

    def close(self) -> None:
        """Release connections."""
        self.index.close()

    def prepare(self, now: datetime) -> None:
        """Make the templates for the indices, which are made when they are written to.

        Raises SettingsError where the indices that people see are not as this version needs them.
        """
        with answering(self._client):
            there = templates(self._client, self._before)
        if not all(family.alias(self._before) in there for family in FAMILIES.values()):
            raise SettingsError(f"there are no indices under {self._before!r}: run `streams setup` first")
        set_up(self._client, self._settings, now)

    def refresh_before(self) -> None:
        """Make everything findable that was written to what people see."""
        ElasticIndex(self._client, self._before).refresh()

    def before(self, cls: type[T], month: str | None = None) -> Iterator[T]:
        """All records of a type that people see as of now, or those of one month, like 2026.03."""
        family = FAMILIES[cls]
        query: Json = {"match_all": {}} if month is None else {"range": {"created_at": _within(month)}}
        wanted = Wanted(family, query, [("key" if cls is Settled else "id", "asc")])
        return (from_source(source, cls) for source in Reader(self._client, self._before).scan(wanted))

    def copy(self, cls: type[T], month: str | None = None, skip: Callable[[T], bool] = lambda _: False) -> None:
        """Take over what people see, but for what is here already or to be skipped."""
        records = (one for one in self.before(cls, month) if not skip(one))
        while some := list(islice(records, AT_ONCE)):
            try:
                elastic_bulk.write(self._client, self._prefix, list(enumerate(self._absent(some))))
            except RefusedError as error:
                log.error("left out, this Elasticsearch refuses it", error=str(error))

    def months(self, cls: type[Indexed]) -> list[str]:
        """The months of which there are indices here."""
        return sorted(_month(FAMILIES[cls], self._prefix, name) for name in self._indices(FAMILIES[cls]))

    def drop(self, cls: type[Indexed]) -> None:
        """Delete the indices of a type here."""
        for name in self._indices(FAMILIES[cls]):
            with answering(self._client):
                self._client.indices.delete(index=name)

    def take_place(self) -> None:
        """Put the indices in the place of those of the same months, which are deleted, all at once.

        They are kept as long as those would have been.
        """
        actions: list[Json] = []
        for family in FAMILIES.values():
            for name in self._indices(family):
                written = f"{family.alias(self._before)}-{_month(family, self._prefix, name)}"
                with answering(self._client):
                    there = self._client.indices.get(index=written, ignore_unavailable=True).body
                self._inherit(name, there)
                actions += [{"remove_index": {"index": old}} for old in there]
                actions += [
                    {"add": {"index": name, "alias": written}},
                    {"add": {"index": name, "alias": family.alias(self._before)}},
                    {"remove": {"index": name, "alias": family.alias(self._prefix)}},
                ]
        if actions:
            with answering(self._client):
                self._client.indices.update_aliases(actions=actions)
        self._clear()

    def give_up(self) -> None:
        """Delete all of it; what took its place already stays."""
        for cls in FAMILIES:
            self.drop(cls)
        self._clear()

    def _clear(self) -> None:
        with answering(self._client):
            for name in templates(self._client, self._prefix):
                self._client.indices.delete_index_template(name=name)
            if lifecycles(self._client) is not None:
                self._client.options(ignore_status=404).ilm.delete_lifecycle(name=retention(self._prefix))

    def _inherit(self, name: str, before: Mapping[str, Json]) -> None:
        """Count the age of an index from when the one before was made."""
        millis = min((made_at(index) for index in before.values()), default=None)
        with answering(self._client):
            if millis is not None:
                self._client.indices.put_mapping(index=name, meta={"made_at": millis})
            if lifecycles(self._client) is not None:
                lifecycle: Json = {"name": retention(self._before)}
                lifecycle |= {} if millis is None else {"origination_date": millis}
                self._client.indices.put_settings(index=name, settings={"index": {"lifecycle": lifecycle}})

    def _indices(self, family: Family) -> list[str]:
        """Those that have not taken their place."""
        alias = family.alias(self._prefix)
        with answering(self._client):
            found = self._client.options(ignore_status=404).indices.get_alias(name=alias)
        return sorted(found.body) if found.meta.status == 200 else []

    def _absent(self, records: Sequence[T]) -> list[T]:
        family = FAMILIES[type(records[0])]
        docs = [
            {"_index": family.index_of(self._prefix, one.created_at), "_id": one.id, "_source": False}
            for one in records
        ]
        with answering(self._client):
            found = self._client.mget(docs=docs)["docs"]
        return [one for one, answer in zip(records, found, strict=True) if not answer.get("found")]


def _month(family: Family, prefix: str, name: str) -> str:
    return name.removeprefix(f"{family.alias(prefix)}-")


def _within(month: str) -> Json:
    begin = datetime.strptime(month, "%Y.%m").replace(tzinfo=UTC)
    end = begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
    return {"gte": begin.isoformat(), "lt": end.isoformat()}


assert set(FAMILIES) == set(get_args(Indexed))
