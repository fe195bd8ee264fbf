"""What goes wrong between this program and Elasticsearch, in plain words and of the right kind."""

from __future__ import annotations

from contextlib import closing

import pytest
from elasticsearch import ApiError

from streams.errors import ServiceError, SettingsError
from streams.index.elastic_client import MOST_RETRY_AFTER_S, answering, connect
from streams.settings import load
from tests.local_server import Answer, Asked, answering_as
from tests.ports import free_port


def ask(address: str, **options: object) -> None:
    with closing(connect(load(elasticsearch=address, **options))) as client, answering(client):
        client.cluster.health()


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, None),
        ({"elasticsearch_api_key": "a2V5OnNlY3JldA=="}, "ApiKey a2V5OnNlY3JldA=="),
        ({"elasticsearch_user": "ann", "elasticsearch_password": "pä:ss"}, "Basic YW5uOnDDpDpzcw=="),
        ({"elasticsearch_user": "ann"}, "Basic YW5uOg=="),
        ({"elasticsearch_user": "ann", "elasticsearch_api_key": "key"}, "ApiKey key"),
    ],
)
def test_credentials_are_sent_as_elasticsearch_expects_them(options: dict[str, str], sent: str | None) -> None:
    asked: list[Asked] = []

    def answer(request: Asked) -> Answer:
        asked.append(request)
        return Answer({"status": "green"})

    with answering_as(answer) as address:
        ask(address, **options)
    assert [request.headers.get("authorization") for request in asked] == [sent]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_an_overloaded_or_failing_service_is_to_be_asked_again(status: int) -> None:
    with answering_as(lambda _: Answer({"error": "no"}, status)) as address, pytest.raises(ServiceError) as caught:
        ask(address)
    assert address in str(caught.value)
    assert caught.value.retry_after_s is None


def test_an_index_that_takes_no_requests_for_now_is_to_be_asked_again() -> None:
    """As with a full disk, or while an operator has it closed to writes: the credentials are not at fault."""
    cause = {"type": "cluster_block_exception", "reason": "blocked by: [FORBIDDEN/5/index read-only (api)]"}
    blocked = {"error": cause | {"root_cause": [cause]}}
    with answering_as(lambda _: Answer(blocked, 403)) as address, pytest.raises(ServiceError, match="read-only"):
        ask(address)


@pytest.mark.parametrize(
    ("told", "understood"),
    [("7", 7.0), ("86400", MOST_RETRY_AFTER_S), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)],
)
def test_how_long_to_wait_is_taken_from_the_answer(told: str, understood: float | None) -> None:
    answer = Answer({"error": "busy"}, 429, {"Retry-After": told})
    with answering_as(lambda _: answer) as address, pytest.raises(ServiceError) as caught:
        ask(address)
    assert caught.value.retry_after_s == understood


def test_a_service_that_is_not_there_is_to_be_asked_again_and_named() -> None:
    port = free_port()
    with pytest.raises(ServiceError, match=rf"http://127\.0\.0\.1:{port} is away: .*refused"):
        ask(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_a_matter_of_settings(status: int) -> None:
    with (
        answering_as(lambda _: Answer({"error": {"type": "security_exception"}}, status)) as address,
        pytest.raises(SettingsError, match=rf"{address} denies access .*STREAMS_ELASTICSEARCH_API_KEY"),
    ):
        ask(address)


def test_something_else_at_the_address_is_a_matter_of_settings() -> None:
    with (
        answering_as(lambda _: Answer("<html>", headers={})) as address,
        pytest.raises(SettingsError, match="is not Elasticsearch: check STREAMS_ELASTICSEARCH"),
    ):
        ask(address)


@pytest.mark.parametrize("status", [400, 404, 413])
def test_what_is_about_the_request_is_left_to_the_caller(status: int) -> None:
    with answering_as(lambda _: Answer({"error": "no"}, status)) as address, pytest.raises(ApiError):
        ask(address)


@pytest.mark.parametrize("address", ["", "http://no-port"])
def test_an_address_that_cannot_be_used_is_named_with_what_to_give(address: str) -> None:
    with pytest.raises(SettingsError, match=r"STREAMS_ELASTICSEARCH is .*http"):
        connect(load(elasticsearch=address))
