"""The index over TLS, with a user who may do no more than is needed, on a real node that asks for both."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from deploy.services.elasticsearch import Elasticsearch as Node
from deploy.services.java import MissingError
from deploy.services.process import accepts
from streams.clock import now
from streams.engines.rights import INDEX_PRIVILEGES, role
from streams.errors import SettingsError
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import answering, connect
from streams.index.elastic_setup import set_up
from streams.index.search import AlertQuery, DocumentQuery
from streams.settings import Settings, load
from tests.factories import document
from tests.ports import free_port
from tests.services_fixtures import FOLDER, tools_there
from tests.web.newsroom import story

USER, PASSWORD = "ann", "pä:ss wörd"
ROLES = {process: role(load(), process) for process in INDEX_PRIVILEGES}
"""All that each process needs; there is a user for each, and USER for the set-up and the stage `index`."""


class SecuredNode(Node):
    """Answers over TLS only, and only those who say who they are."""

    name = "Elasticsearch with authentication"

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def ready(self) -> bool:
        return accepts(self.port)


def hashed(password: str) -> str:
    """As Elasticsearch's file realm keeps it (PBKDF2 with SHA-512, 1000 rounds)."""
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 1000, 32)
    return f"{{PBKDF2}}1000${b64encode(salt).decode()}${b64encode(key).decode()}"


def make_certificate(folder: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        raise MissingError("openssl is needed to make a certificate: install it")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "ca.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def secured() -> Iterator[SecuredNode]:
    folder = FOLDER / f"secured-{uuid.uuid4().hex[:8]}"
    options = {
        "xpack.security.enabled": "true",
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.key": "key.pem",
        "xpack.security.http.ssl.certificate": "ca.pem",
    }
    node = SecuredNode(folder, free_port(2), FOLDER / "downloads" / "elasticsearch", options)
    config = folder / "config"
    config.mkdir(parents=True)
    users = [USER, *ROLES]
    (config / "users").write_text("".join(f"{user}:{hashed(PASSWORD)}\n" for user in users))
    given = {process: process for process in ROLES} | {"setup": f"setup,{USER}", "index": f"index,{USER}"}
    (config / "users_roles").write_text("".join(f"{process}:{them}\n" for process, them in given.items()))
    (config / "roles.yml").write_text(yaml.safe_dump(ROLES))
    try:
        with tools_there("Java 17+, Maven and openssl"):
            make_certificate(config)
            node.start()
            yield node
    finally:
        node.stop()
        shutil.rmtree(folder)


def options(node: SecuredNode, **others: object) -> Settings:
    given = {"elasticsearch_user": USER, "elasticsearch_password": PASSWORD}
    given["elasticsearch_ca"] = str(node.folder / "config" / "ca.pem")
    return load(elasticsearch=node.address, **(given | others))


def test_a_user_with_the_least_rights_can_set_up_write_and_read(secured: SecuredNode) -> None:
    settings = options(secured)
    with closing(connect(settings)) as client:
        assert "index template streams-documents: made" in set_up(client, settings, now())
        index = ElasticIndex(client, settings.index_prefix)
        index.write([document(id="d1")])
        index.refresh()
        assert index.document("d1") == document(id="d1")
        assert list(index.documents(DocumentQuery(query="bridge")).hits) == [document(id="d1")]
        assert list(index.scan(DocumentQuery())) == [document(id="d1")]


def test_each_process_gets_by_with_its_role_and_has_no_other(secured: SecuredNode) -> None:
    settings = options(secured, elasticsearch_user="setup")
    with closing(connect(settings)) as client:
        set_up(client, settings, now())
        with pytest.raises(SettingsError, match="denies access"):
            ElasticIndex(client, settings.index_prefix).write([document(id="d2")])
    with closing(ElasticIndex.from_settings(options(secured, elasticsearch_user="index"))) as index:
        index.write([document(id="d2", story_id="merged"), story(id="merged", merged_into="whole")])
        index.refresh()
        with connect(options(secured, elasticsearch_user="index")) as client, pytest.raises(SettingsError):
            set_up(client, settings.model_copy(update={"index_shards": 2}), now())
    with closing(ElasticIndex.from_settings(options(secured, elasticsearch_user="web"))) as index:
        found = index.document("d2")
        assert found is not None
        assert found.story_id == "whole"
        assert index.documents(DocumentQuery(query="bridge"), ["source"]).total > 0
        assert list(index.scan(DocumentQuery(story="whole"))) == [found]
        assert index.alerts(AlertQuery()).total == 0
        assert index.settled(["a"]) == []
        with pytest.raises(SettingsError, match="denies access"):
            index.write([document(id="d3")])


@pytest.mark.parametrize(
    "others",
    [
        {"elasticsearch_password": "wrong"},
        {"elasticsearch_user": "nobody"},
        {"elasticsearch_user": ""},
        {"elasticsearch_api_key": b64encode(b"id:secret").decode()},
    ],
)
def test_wrong_credentials_are_refused_and_named(secured: SecuredNode, others: dict[str, str]) -> None:
    with (
        closing(connect(options(secured, **others))) as client,
        pytest.raises(SettingsError, match=r"denies access .*STREAMS_ELASTICSEARCH_API_KEY"),
    ):
        ElasticIndex(client, "streams-").write([document()])


def test_an_index_that_the_user_may_not_write_to_is_a_matter_of_settings(secured: SecuredNode) -> None:
    settings = options(secured, index_prefix="theirs-")
    with closing(connect(settings)) as client:
        set_up(client, settings, now())
        with pytest.raises(SettingsError, match=r"may not write .*theirs-documents-2026\.03"):
            ElasticIndex(client, settings.index_prefix).write([document()])


def test_a_certificate_that_is_not_trusted_is_named(secured: SecuredNode, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_certificate(other)
    with (
        closing(connect(options(secured, elasticsearch_ca=str(other / "ca.pem")))) as client,
        pytest.raises(SettingsError, match=r"is not trusted .*STREAMS_ELASTICSEARCH_CA"),
        answering(client),
    ):
        client.cluster.health()
