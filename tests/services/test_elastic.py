"""The index on a real Elasticsearch, beyond what every index must do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from msgspec.structs import replace

from streams.errors import QueryError, RecordError, RefusedError, ServiceError, SettingsError
from streams.index import elastic as elastic_module
from streams.index import elastic_read
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import connect
from streams.index.elastic_query import MAX_DEPTH, to_dsl
from streams.index.elastic_setup import set_up
from streams.index.search import AlertQuery, Bucket, DocumentQuery, StoryQuery
from streams.query.parse import parse
from streams.records import Document
from streams.settings import Settings, load
from tests.factories import NOON, document
from tests.index.test_elastic_query import alternating
from tests.index.test_elastic_record import ALERT, STORY
from tests.services_fixtures import clear

MONTHS = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 2, 3)]


def numbered(count: int, **fields: object) -> list[Document]:
    return [
        document(**({"id": f"d{n:04}", "published": NOON + timedelta(minutes=n)} | fields)) for n in range(count)
    ]


def over_months(count: int) -> list[Document]:
    return [document(id=f"d{n:04}", created_at=MONTHS[n % 3]) for n in range(count)]


def ids(index: ElasticIndex, **query: object) -> list[str]:
    return [found.id for found in index.documents(DocumentQuery(**query)).hits]  # type: ignore[arg-type]


def test_each_month_has_an_index_and_all_are_read_as_one(
    elastic_index: ElasticIndex, elastic: Elasticsearch, elastic_settings: Settings
) -> None:
    elastic_index.write(over_months(9))
    prefix = elastic_settings.index_prefix
    expected = {f"{prefix}documents-2026.{month:02}" for month in (1, 2, 3)}
    assert set(elastic.indices.get(index=f"{prefix}*")) == expected
    assert all(elastic_index.document(f"d{n:04}") is not None for n in range(9))
    elastic_index.refresh()
    assert elastic_index.documents(DocumentQuery()).total == 9
    assert len(list(elastic_index.scan(DocumentQuery()))) == 9


def test_a_newer_version_is_found_by_id_before_any_refresh(elastic_index: ElasticIndex) -> None:
    elastic_index.write([document(id="d1", title="old")])
    elastic_index.refresh()
    elastic_index.write([document(id="d1", title="new", version=2)])
    found = elastic_index.document("d1")
    assert found is not None
    assert found.title == "new"


def test_a_month_that_was_closed_hides_its_own_records_only(
    elastic_index: ElasticIndex, elastic: Elasticsearch, elastic_settings: Settings
) -> None:
    elastic_index.write(over_months(3))
    elastic_index.refresh()
    elastic.indices.close(index=f"{elastic_settings.index_prefix}documents-2026.01")
    assert [elastic_index.document(f"d{n:04}") is None for n in range(3)] == [True, False, False]
    assert ids(elastic_index) == ["d0002", "d0001"]


@pytest.mark.parametrize("record_id", ["", "none", "*", "d1,d2", "x" * 5000, "\x00", "../_search", "_all"])
def test_an_id_that_nothing_is_stored_under_finds_nothing(elastic_index: ElasticIndex, record_id: str) -> None:
    elastic_index.write([document(id="d1"), document(id="d2")])
    assert elastic_index.document(record_id) is None


@pytest.mark.parametrize("record_id", ["a b/c?d=e#f", "Ünïcödé 🔥", '"quoted"\\', ".", "{}"])
def test_any_id_can_be_stored_and_found(elastic_index: ElasticIndex, record_id: str) -> None:
    elastic_index.write([document(id=record_id)])
    elastic_index.refresh()
    assert elastic_index.document(record_id) == document(id=record_id)
    assert ids(elastic_index) == [record_id]


def test_a_refused_record_is_named_and_the_others_are_stored(elastic_index: ElasticIndex) -> None:
    batch = [document(id="d0"), replace(STORY, id="too large", articles=2**63), document(id="d2")]
    with pytest.raises(RefusedError) as caught:
        elastic_index.write(batch)
    assert list(caught.value.reasons) == [1]
    assert "story too large" in caught.value.reasons[1]
    assert "out of range" in caught.value.reasons[1]
    assert elastic_index.document("d0") == batch[0]
    assert elastic_index.document("d2") == batch[2]


def test_a_request_that_is_refused_as_a_whole_can_be_told_apart_record_by_record(
    elastic_index: ElasticIndex,
) -> None:
    batch = [document(id="d0"), document(id="x" * 513)]
    with pytest.raises(RecordError, match="whole request") as caught:
        elastic_index.write(batch)
    assert not isinstance(caught.value, RefusedError)
    elastic_index.write(batch[:1])
    with pytest.raises(RecordError, match="too long"):
        elastic_index.write(batch[1:])
    assert elastic_index.document("d0") == batch[0]


def test_stories_and_alerts_come_back_with_all_their_fields(elastic_index: ElasticIndex) -> None:
    standing = replace(STORY, id="s9", merged_into=None)
    elastic_index.write([STORY, standing, ALERT])
    elastic_index.refresh()
    assert elastic_index.story(STORY.id) == STORY
    assert list(elastic_index.stories(StoryQuery()).hits) == [standing]
    assert list(elastic_index.alerts(AlertQuery()).hits) == [ALERT]
    assert elastic_index.alert(ALERT.id) == ALERT


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
@pytest.mark.parametrize(("offset", "limit"), [(0, 25), (19, 2), (20, 1), (21, 7), (39, 5), (0, 100), (60, 5)])
def test_pages_beyond_the_window_go_on_where_it_ends(
    elastic_index: ElasticIndex, monkeypatch: pytest.MonkeyPatch, sort: str, offset: int, limit: int
) -> None:
    elastic_index.write(numbered(41, created_at=MONTHS[0], title="bridge"))
    elastic_index.refresh()
    whole = ids(elastic_index, query="bridge", sort=sort, limit=100)
    monkeypatch.setattr(elastic_read, "WINDOW", 20)
    monkeypatch.setattr(elastic_read, "SCAN_AT_ONCE", 7)
    page = elastic_index.documents(DocumentQuery(query="bridge", sort=sort, offset=offset, limit=limit))  # type: ignore[arg-type]
    assert [found.id for found in page.hits] == whole[offset : offset + limit]
    assert page.total == 41


def test_the_window_is_that_of_elasticsearch(
    elastic_index: ElasticIndex, elastic: Elasticsearch, elastic_settings: Settings
) -> None:
    elastic_index.write([document()])
    settings = elastic.indices.get_settings(index=f"{elastic_settings.index_prefix}*", include_defaults=True)
    windows = {index["defaults"]["index"]["max_result_window"] for index in settings.values()}
    assert windows == {str(elastic_read.WINDOW)}


def test_a_scan_given_up_or_overtaken_by_writes_gives_what_was_there(elastic_index: ElasticIndex) -> None:
    elastic_index.write(numbered(30))
    elastic_index.refresh()
    scan = elastic_index.scan(DocumentQuery(sort="oldest"))
    first = next(scan)
    elastic_index.write([replace(one, id=f"later-{one.id}") for one in numbered(30)])
    elastic_index.refresh()
    assert [first.id, *(found.id for found in scan)] == [f"d{n:04}" for n in range(30)]
    given_up = elastic_index.scan(DocumentQuery())
    next(given_up)
    given_up.close()  # type: ignore[attr-defined]


def test_a_scan_whose_place_is_lost_is_to_be_started_again(
    elastic_index: ElasticIndex, elastic: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_read, "SCAN_AT_ONCE", 5)
    elastic_index.write(numbered(20))
    elastic_index.refresh()
    places: list[str] = []

    def remember(**options: Any) -> Any:
        opened = open_point_in_time(**options)
        places.append(opened["id"])
        return opened

    open_point_in_time = elastic.open_point_in_time
    monkeypatch.setattr(elastic, "open_point_in_time", remember)
    scan = elastic_index.scan(DocumentQuery())
    next(scan)
    elastic.close_point_in_time(id=places[0])
    with pytest.raises(ServiceError, match="search again"):
        list(scan)


def test_facets_are_marked_where_a_shard_had_more_values_than_it_reports(
    elastic_index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    elastic_index.write([replace(one, story_id=f"s{n}") for n, one in enumerate(over_months(12))])
    elastic_index.refresh()
    exact = elastic_index.documents(DocumentQuery(), ["story", "language"])
    assert (exact.approximate, len(exact.facets["story"])) == ([], 12)
    monkeypatch.setattr(elastic_module, "FACET_VALUES", 2)
    monkeypatch.setattr(elastic_module, "SHARD_FACET_VALUES", 2)
    page = elastic_index.documents(DocumentQuery(), ["story", "language"])
    assert page.approximate == ["story"]
    assert page.facets["language"] == [Bucket("en", 12)]


def test_scores_can_be_compared_between_months(elastic_index: ElasticIndex) -> None:
    common = [document(id=f"x{n}", title="other", text="bridge", created_at=MONTHS[0]) for n in range(50)]
    once = document(id="once", title="other", text="bridge tunnel", created_at=MONTHS[1])
    twice = document(id="twice", title="other", text="bridge bridge", created_at=MONTHS[0])
    elastic_index.write([*common, once, twice])
    elastic_index.refresh()
    assert ids(elastic_index, query="bridge", sort="relevance", limit=1) == ["twice"]


def test_the_deepest_query_that_is_translated_is_answered(elastic_index: ElasticIndex) -> None:
    elastic_index.write([document(id="d1", title="b")])
    elastic_index.refresh()
    assert to_dsl(parse(alternating(MAX_DEPTH - 2)))
    assert ids(elastic_index, query=alternating(MAX_DEPTH - 2)) == ["d1"]


def test_what_elasticsearch_refuses_to_search_is_an_error_of_the_query(elastic_index: ElasticIndex) -> None:
    elastic_index.write([document()])
    with pytest.raises(QueryError, match="Elasticsearch refuses this query"):
        elastic_index.documents(DocumentQuery(limit=-1))


def test_many_threads_write_and_read_at_once(elastic_index: ElasticIndex) -> None:
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for version in range(1, 4):
                elastic_index.write([document(id=f"d{n}", version=version) for n in range(20)])
                found = elastic_index.document(f"d{thread}")
                assert found is not None
                assert found.version >= version
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elastic_index.refresh()
    assert failures == []
    assert {found.version for found in elastic_index.scan(DocumentQuery())} == {3}
    assert elastic_index.documents(DocumentQuery()).total == 20


def test_a_service_that_went_away_is_to_be_asked_again() -> None:
    with closing(connect(load(elasticsearch="http://127.0.0.1:9"))) as client:
        index = ElasticIndex(client, "")
        calls: list[Callable[[], object]] = [
            lambda: index.write([document()]),
            lambda: index.document("d1"),
            lambda: index.documents(DocumentQuery()),
            lambda: next(index.scan(DocumentQuery())),
            index.refresh,
        ]
        for call in calls:
            with pytest.raises(ServiceError, match="is away"):
                call()


@pytest.mark.parametrize("idle", [False, True])
def test_an_elasticsearch_that_came_back_without_its_data_is_not_written_to_before_it_is_set_up(
    elastic: Elasticsearch, elastic_settings: Settings, *, idle: bool
) -> None:
    """It would guess the mapping, and nobody would find what is in there."""
    settings = elastic_settings.model_copy(update={"index_prefix": f"{elastic_settings.index_prefix}new-"})
    clock = 100.0
    index = ElasticIndex(elastic, settings.index_prefix, lambda: clock)
    set_up(elastic, settings, NOON)
    index.write([document(id="d1")])
    clear(elastic, settings.index_prefix)
    if idle:
        clock += elastic_module.RESTART_S
    else:
        with (
            closing(connect(load(elasticsearch="http://127.0.0.1:9"))) as index._client,
            pytest.raises(ServiceError),
        ):
            index.write([document(id="d2")])
        index._client = elastic
    with pytest.raises(SettingsError, match="run `streams setup`"):
        index.write([document(id="d2")])
    assert list(elastic.indices.get(index=f"{settings.index_prefix}*")) == []
