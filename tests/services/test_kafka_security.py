"""Kafka over TLS with a login: all clients of ours, on a real broker that asks for both."""

from __future__ import annotations

import asyncio
import gc
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services.kafka import Kafka
from streams.engines.follower import Follower
from streams.engines.lag import Lags
from streams.engines.topics import set_up
from streams.errors import ServiceError
from streams.records import Article, Topic
from streams.settings import Settings, load
from tests.factories import raw_item, rule
from tests.ports import free_ports
from tests.services.cluster import Cluster
from tests.services.test_elastic_security import make_certificate
from tests.services_fixtures import FOLDER, tools_there

USER, PASSWORD = "ann", "pa ss=word"
LOGINS = "org.apache.kafka.common.security"
OPTIONS = {
    "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "CLIENTS",
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "listener.name.clients.plain.sasl.jaas.config": f"{LOGINS}.plain.PlainLoginModule required "
    f'username="broker" password="own" user_broker="own" user_{USER}="{PASSWORD}";',
    "listener.name.clients.scram-sha-512.sasl.jaas.config": f"{LOGINS}.scram.ScramLoginModule required;",
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": "keystore.pem",
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": "ca.pem",
}


class SecuredKafka(Kafka):
    """Answers over TLS only, and only those who log in; knows one user by both ways of logging in."""

    name = "Kafka with a login"

    def _settings(self) -> dict[str, str]:
        listeners = f"CLIENTS://{self.address},CONTROLLER://127.0.0.1:{self.port + 1}"
        return super()._settings() | OPTIONS | {"listeners": listeners, "advertised.listeners": listeners}

    def _tool(self, *arguments: str) -> str:
        user = ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"]
        return super()._tool(*arguments, *(user if arguments[0] == "format" else []))


@pytest.fixture(scope="module")
def secured() -> Iterator[SecuredKafka]:
    folder = FOLDER / f"secured-kafka-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    broker = SecuredKafka(folder, free_ports(), FOLDER / "downloads" / "kafka")
    try:
        with tools_there("Java 17+, Maven and openssl"):
            make_certificate(folder)
            (folder / "keystore.pem").write_text(
                (folder / "key.pem").read_text() + (folder / "ca.pem").read_text()
            )
            broker.start()
            yield broker
    finally:
        broker.stop()
        shutil.rmtree(folder)


def options(broker: SecuredKafka, data: Path, **others: object) -> Settings:
    given: dict[str, object] = {
        "kafka": broker.address,
        "kafka_ca": broker.folder / "ca.pem",
        "kafka_sasl": "PLAIN",
        "kafka_user": USER,
        "kafka_password": PASSWORD,
        "topic_prefix": f"test-{uuid.uuid4().hex[:12]}-",
        "models": {},
        "data": data,
    }
    return load(**(given | others))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_every_client_of_ours_logs_in_over_tls(
    secured: SecuredKafka, tmp_path: Path, mechanism: str
) -> None:
    cluster = Cluster(options(secured, tmp_path, kafka_sasl=mechanism), tmp_path)
    assert len(await set_up(cluster.settings)) > 10
    await asyncio.to_thread(write_a_rule, cluster.settings)
    await cluster.send(Topic.RAW_ITEMS, [("herald", raw_item())])
    async with cluster.running("identify"):
        await cluster.drained("identify")
    assert [type(record) for record in await cluster.records(Topic.ARTICLES)] == [Article]
    async with Lags(cluster.settings) as lags:
        assert sum(place.done for place in (await lags.of("identify")).values()) == 1


def write_a_rule(settings: Settings) -> None:
    with Follower(settings, [Topic.RULES]) as rules:
        rules.send(Topic.RULES, "bridge", rule())
        assert rules.held(Topic.RULES).keys() == {"bridge"}


@pytest.mark.parametrize(
    "others", [{"kafka_password": "wrong"}, {"kafka_user": "nobody"}], ids=["wrong password", "unknown user"]
)
async def test_who_may_not_log_in_is_told(secured: SecuredKafka, tmp_path: Path, others: dict[str, str]) -> None:
    with pytest.raises(ServiceError, match=rf"Kafka at {secured.address}"):
        await set_up(options(secured, tmp_path, **others))


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_a_broker_that_is_not_trusted_is_not_spoken_to(secured: SecuredKafka, tmp_path: Path) -> None:
    make_certificate(tmp_path)
    with pytest.raises(ServiceError, match=rf"Kafka at {secured.address}"):
        await set_up(options(secured, tmp_path, kafka_ca=tmp_path / "ca.pem"))
    # aiokafka now and then leaves a connection open whose handshake failed: found here, it fails no other test.
    gc.collect()
