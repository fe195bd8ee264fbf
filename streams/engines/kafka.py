"""How to reach Kafka: one place for addresses, TLS and login, and for the names of topics."""

from __future__ import annotations

import ssl
from typing import TypedDict

from streams.errors import SettingsError
from streams.records import Topic
from streams.settings import Settings


class Connection(TypedDict):
    """What every aiokafka client takes."""

    bootstrap_servers: list[str]
    security_protocol: str
    ssl_context: ssl.SSLContext | None
    sasl_mechanism: str
    sasl_plain_username: str | None
    sasl_plain_password: str | None


def connection(settings: Settings) -> Connection:
    """The connection that the settings describe. Raises SettingsError for one that cannot be."""
    if not settings.kafka:
        raise SettingsError("STREAMS_KAFKA is empty: name the brokers, each a host:port (docs/settings.md)")
    context = _trust(settings)
    return Connection(
        bootstrap_servers=settings.kafka,
        security_protocol=("SASL_" if settings.kafka_sasl else "") + ("SSL" if context else "PLAINTEXT"),
        ssl_context=context,
        sasl_mechanism=settings.kafka_sasl or "PLAIN",
        sasl_plain_username=settings.kafka_user or None,
        sasl_plain_password=settings.kafka_password.get_secret_value() if settings.kafka_password else None,
    )


def topic_name(settings: Settings, topic: Topic) -> str:
    """The topic's name on this Kafka."""
    return settings.topic_prefix + topic


def _trust(settings: Settings) -> ssl.SSLContext | None:
    if settings.kafka_ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=settings.kafka_ca)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"STREAMS_KAFKA_CA: cannot use {settings.kafka_ca}: {error}") from error
