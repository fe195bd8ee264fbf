"""Writing records to Elasticsearch: in bulk, each under its version, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import parallel_bulk

from streams import metrics
from streams.errors import RecordError, RefusedError, ServiceError, SettingsError
from streams.index.elastic_client import address, answering
from streams.index.elastic_mapping import FAMILIES
from streams.index.elastic_record import Indexed, to_source

REQUESTS = 2
"""Requests under way at once: Elasticsearch works on one while the next is made."""

MAX_BULK_RECORDS = 250
MAX_BULK_BYTES = 5 * 1024 * 1024
"""Most bytes in one request; a larger record goes alone."""

_KNOWN = 409
"""This version or a newer one is there already."""

_STORED = frozenset({200, 201, _KNOWN})

_NOT_THE_RECORDS_FAULT = frozenset(
    {"validation_exception", "index_closed_exception", "invalid_alias_name_exception"}
)
"""Refusals with 400 that are about the cluster: no room for one more index, one that is closed, a name taken."""


def write(
    client: Elasticsearch, prefix: str, records: Sequence[tuple[int, Indexed]], *, again: bool = False
) -> None:
    """Store records, given with their position in the caller's batch; older and equal versions lose.

    Written `again`, a record takes the place of one of the same version.

    All are sent before a record's answer is judged: ServiceError when some have to be sent again (those stored
    are then known by their version), else RefusedError when some can never be stored. RecordError tells of a
    request that was refused as a whole: each record has to be tried alone. SettingsError: no right to write.
    """
    refused: dict[int, str] = {}
    waiting: list[str] = []
    actions = (_action(prefix, record, again=again) for _, record in records)
    with metrics.BULK_SECONDS.time():
        answers = list(_answers(client, actions))
    for (position, record), answer in zip(records, answers, strict=True):
        if answer["status"] in _STORED:
            metrics.BULK_RECORDS.labels("known" if answer["status"] == _KNOWN else "stored").inc()
            continue
        error = answer.get("error", {})
        reason = f"Elasticsearch refuses {type(record).__name__.lower()} {record.id}: {_reason(error)}"
        if error.get("type") == "security_exception":
            raise SettingsError(f"these credentials may not write to {answer['_index']}: {reason}")
        if answer["status"] == 400 and error.get("type") not in _NOT_THE_RECORDS_FAULT:
            refused[position] = reason
        else:
            waiting.append(reason)
    metrics.BULK_RECORDS.labels("refused").inc(len(refused))
    metrics.BULK_RECORDS.labels("left").inc(len(waiting))
    if waiting:
        raise ServiceError(f"{address(client)} did not take {len(waiting)} records: {waiting[0]}")
    if refused:
        raise RefusedError(refused)


def _answers(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    try:
        with answering(client):
            for _, answer in parallel_bulk(
                client,
                actions,
                thread_count=REQUESTS,
                chunk_size=MAX_BULK_RECORDS,
                max_chunk_bytes=MAX_BULK_BYTES,
                raise_on_error=False,
            ):
                yield answer["index"]
    except ApiError as error:
        raise RecordError(f"Elasticsearch refuses a whole request of records: {error}") from error


def _action(prefix: str, record: Indexed, *, again: bool) -> dict[str, Any]:
    return {
        "_index": FAMILIES[type(record)].index_of(prefix, record.created_at),
        "_id": record.id,
        "version": record.version,
        "version_type": "external_gte" if again else "external",
        "_source": to_source(record),
    }


def _reason(error: Mapping[str, Any]) -> str:
    """The error and what caused it, in one line."""
    reasons = []
    cause: Mapping[str, Any] | None = error
    while cause:
        reasons.append(f"{cause.get('type')}: {str(cause.get('reason'))[:300]}")
        cause = cause.get("caused_by")
    return "; ".join(reasons)
