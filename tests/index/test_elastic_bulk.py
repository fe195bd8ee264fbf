"""What becomes of each record of a batch, for every answer that Elasticsearch can give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

import pytest

from streams.errors import RecordError, RefusedError, ServiceError, SettingsError
from streams.index import elastic_bulk
from streams.index.elastic_client import connect
from streams.records import Document
from streams.settings import load
from tests.counted import Counted
from tests.factories import document
from tests.local_server import Answer, Asked, answering_as

BAD_DATE = {
    "type": "document_parsing_exception",
    "reason": "failed to parse",
    "caused_by": {"type": "illegal_argument_exception", "reason": "no date"},
}
BUSY = {"type": "es_rejected_execution_exception", "reason": "queue is full"}

Item = tuple[int, Mapping[str, object] | None]


class Bulk:
    """Answers bulk requests: each record as told by its id, the others as stored."""

    def __init__(self, **items: Item) -> None:
        self.items = items
        self.requests: list[list[str]] = []

    def __call__(self, asked: Asked) -> Answer:
        assert (asked.method, asked.path) == ("PUT", "/_bulk")
        ids = [json.loads(line)["index"]["_id"] for line in asked.body.splitlines()[::2]]
        self.requests.append(ids)
        return Answer({"errors": True, "items": [{"index": self.item(name)} for name in ids]})

    def item(self, name: str) -> dict[str, object]:
        status, error = self.items.get(name, (201, None))
        return {"_index": "x", "_id": name, "status": status} | ({"error": error} if error else {})


@contextmanager
def written(bulk: object, records: Sequence[Document]) -> Iterator[None]:
    """Write to an Elasticsearch that answers so."""
    with (
        answering_as(bulk) as address,  # type: ignore[arg-type]
        closing(connect(load(elasticsearch=address))) as client,
    ):
        elastic_bulk.write(client, "", [(number * 10, record) for number, record in enumerate(records)])
        yield


def numbered(count: int, **fields: object) -> list[Document]:
    return [document(id=f"d{number}", **fields) for number in range(count)]


def test_stored_records_and_those_that_were_there_already_are_done() -> None:
    bulk = Bulk(d1=(200, None), d2=(409, {"type": "version_conflict_engine_exception"}))
    with written(bulk, numbered(3)):
        assert bulk.requests == [["d0", "d1", "d2"]]


def test_what_became_of_records_is_counted() -> None:
    counted = {
        outcome: Counted("streams_bulk_records_total", outcome=outcome)
        for outcome in ("stored", "known", "refused", "left")
    }
    bulk = Bulk(
        d1=(409, {"type": "version_conflict_engine_exception"}), d2=(400, BAD_DATE), d3=(429, {"type": "busy"})
    )
    with pytest.raises(ServiceError), written(bulk, numbered(5)):
        pass
    assert {outcome: count() for outcome, count in counted.items()} == {
        "stored": 2,
        "known": 1,
        "refused": 1,
        "left": 1,
    }


def test_refused_records_are_named_by_their_position_with_the_cause() -> None:
    with pytest.raises(RefusedError) as caught, written(Bulk(d1=(400, BAD_DATE)), numbered(3)):
        pass
    assert caught.value.reasons == {
        10: "Elasticsearch refuses document d1: document_parsing_exception: failed to parse; "
        "illegal_argument_exception: no date"
    }


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, BUSY),
        (503, {"type": "unavailable_shards_exception", "reason": "no primary"}),
        (500, None),
        (403, {"type": "cluster_block_exception", "reason": "read only"}),
        (404, {"type": "index_not_found_exception", "reason": "no index"}),
        (400, {"type": "validation_exception", "reason": "maximum normal shards open"}),
        (400, {"type": "index_closed_exception", "reason": "closed"}),
        (400, {"type": "invalid_alias_name_exception", "reason": "an index has that name"}),
    ],
)
def test_what_is_the_services_fault_is_to_be_sent_again_and_never_the_records(
    status: int, error: Mapping[str, object] | None
) -> None:
    bulk = Bulk(d0=(status, error), d1=(400, BAD_DATE))
    with pytest.raises(ServiceError, match="did not take 1 records"), written(bulk, numbered(3)):
        pass


def test_a_record_that_may_not_be_written_is_a_matter_of_settings() -> None:
    denied = {"type": "security_exception", "reason": "action [indices:data/write] is unauthorized"}
    with pytest.raises(SettingsError, match="may not write to x: "), written(Bulk(d1=(403, denied)), numbered(3)):
        pass


def test_many_refused_records_are_told_in_one_line() -> None:
    bulk = Bulk(**{f"d{number}": (400, BAD_DATE) for number in range(100)})
    with pytest.raises(RefusedError, match=r"^.{,200} \(and 99 more\)$"), written(bulk, numbered(100)):
        pass


def test_all_is_sent_before_a_failure_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic_bulk, "MAX_BULK_RECORDS", 2)
    bulk = Bulk(d0=(429, BUSY), d3=(400, BAD_DATE))
    with pytest.raises(ServiceError), written(bulk, numbered(5)):
        pass
    assert sorted(bulk.requests) == [["d0", "d1"], ["d2", "d3"], ["d4"]]


def test_requests_are_kept_small_and_a_large_record_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic_bulk, "MAX_BULK_BYTES", 20_000)
    bulk = Bulk()
    records = [*numbered(2), document(id="large", text="word " * 10_000), document(id="last")]
    with written(bulk, records):
        assert sorted(bulk.requests) == [["d0", "d1"], ["large"], ["last"]]


def test_a_record_that_is_no_text_fails_the_batch_at_once() -> None:
    with pytest.raises(UnicodeEncodeError), written(Bulk(), [*numbered(2), document(id="d2", title="\ud800")]):
        pass


@pytest.mark.parametrize("status", [400, 413])
def test_a_request_refused_as_a_whole_means_that_each_record_has_to_be_tried_alone(status: int) -> None:
    answer = Answer({"error": {"type": "action_request_validation_exception", "reason": "id is too long"}}, status)
    with pytest.raises(RecordError, match="whole request") as caught, written(lambda _: answer, numbered(2)):
        pass
    assert not isinstance(caught.value, RefusedError)


def test_an_overloaded_service_says_when_to_come_again() -> None:
    answer = Answer({"error": "busy"}, 429, {"Retry-After": "3"})
    with pytest.raises(ServiceError) as caught, written(lambda _: answer, numbered(1)):
        pass
    assert caught.value.retry_after_s == 3.0
