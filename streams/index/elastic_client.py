"""The connection to Elasticsearch, and its failures in this program's words."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, SSLError, TransportError, UnsupportedProductError

from streams.errors import ServiceError, SettingsError, StreamsError
from streams.settings import Settings

TIMEOUT_S = 60.0
"""Longest time for one request; a full bulk takes a second or two."""

MOST_RETRY_AFTER_S = 300.0
"""A server that is overloaded asks for seconds; what a proxy says of an outage must not outlast that for hours."""

_DENIED = (401, 403)
_OVERLOADED = (408, 429)
_BLOCKED = "cluster_block_exception"
"""Also a 403: the cluster or an index takes no requests for now, as somebody or a full disk has it."""


def connect(settings: Settings) -> Elasticsearch:
    """A client for the Elasticsearch of the settings, for any number of threads; asks nothing yet.

    It tries nothing twice: the engine knows what may wait. Raises SettingsError.
    """
    if not settings.elasticsearch:
        raise SettingsError("STREAMS_ELASTICSEARCH is not set: give the address, like http://127.0.0.1:9200")
    ca, credentials = settings.elasticsearch_ca, authorization(settings)
    try:
        return Elasticsearch(
            settings.elasticsearch,
            headers={"authorization": credentials} if credentials else DEFAULT,
            ca_certs=str(ca) if ca else DEFAULT,
            request_timeout=TIMEOUT_S,
            max_retries=0,
        )
    except ValueError as error:
        raise SettingsError(f"STREAMS_ELASTICSEARCH is {settings.elasticsearch!r}: {error}") from error


def authorization(settings: Settings) -> str | None:
    """The credentials as a header (RFC 7617 for a user), the API key before the user; None without any."""
    key, password = settings.elasticsearch_api_key, settings.elasticsearch_password
    if key:
        return f"ApiKey {key.get_secret_value()}"
    if not settings.elasticsearch_user:
        return None
    pair = f"{settings.elasticsearch_user}:{password.get_secret_value() if password else ''}"
    return f"Basic {b64encode(pair.encode()).decode()}"


@contextmanager
def answering(client: Elasticsearch) -> Iterator[None]:
    """Say in our words that the service fails or refuses us.

    Raises ServiceError when it is away or overloaded, SettingsError when it cannot be trusted, is something
    else or denies access. An ApiError about what was asked for (400, 404, 413) comes through as it is.
    """
    try:
        yield
    except SSLError as error:
        raise SettingsError(
            f"{address(client)} is not trusted ({error.message}): check STREAMS_ELASTICSEARCH_CA"
        ) from error
    except TransportError as error:
        raise ServiceError(f"Elasticsearch at {address(client)} is away: {error.message}") from error
    except UnsupportedProductError as error:
        raise SettingsError(f"{address(client)} is not Elasticsearch: check STREAMS_ELASTICSEARCH") from error
    except ApiError as error:
        if (ours := _in_our_words(client, error)) is None:
            raise
        raise ours from error


def _in_our_words(client: Elasticsearch, error: ApiError) -> StreamsError | None:
    blocked = error.error == _BLOCKED
    if error.status_code in _DENIED and not blocked:
        return SettingsError(
            f"Elasticsearch at {address(client)} denies access ({error}): check STREAMS_ELASTICSEARCH_API_KEY, or "
            "STREAMS_ELASTICSEARCH_USER and _PASSWORD, and what they may do"
        )
    if blocked or error.status_code in _OVERLOADED or error.status_code >= 500:
        return ServiceError(f"Elasticsearch at {address(client)} cannot answer: {error}", _retry_after_s(error))
    return None


def address(client: Elasticsearch) -> str:
    """Where the client sends its requests."""
    node = client.transport.node_pool.all()[0].config
    return f"{node.scheme}://{node.host}:{node.port}{node.path_prefix}"


def templates(client: Elasticsearch, prefix: str) -> dict[str, Any]:
    """The index templates whose names begin with the prefix."""
    # With none Elasticsearch answers 404.
    found = client.options(ignore_status=404).indices.get_index_template(name=f"{prefix}*")
    return {one["name"]: one["index_template"] for one in found.get("index_templates", [])}


def _retry_after_s(error: ApiError) -> float | None:
    """What the server or a proxy before it asks for (RFC 9110, 10.2.3), where it is a number of seconds."""
    told = error.meta.headers.get("retry-after") or ""
    return min(float(told), MOST_RETRY_AFTER_S) if told.isdecimal() else None
