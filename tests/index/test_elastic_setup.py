"""The set-up, on a real node, and on a fake one that has what that node lacks: lifecycle management."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from streams.clock import now
from streams.errors import SettingsError
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import connect
from streams.index.elastic_mapping import MAPPING_VERSION
from streams.index.elastic_setup import set_up
from streams.settings import Settings, load
from tests.factories import document
from tests.index.fake_elasticsearch import FakeElasticsearch
from tests.local_server import answering_as
from tests.services_fixtures import clear

YEARS = timedelta(days=3 * 365)
FAMILIES = ("documents", "stories", "alerts", "deliveries")
MARCH = "documents-2026.03"


class Cluster:
    """An Elasticsearch under a prefix of its own, and the options with which it is set up."""

    def __init__(self, address: str, *, has_lifecycles: bool) -> None:
        self.has_lifecycles = has_lifecycles
        self.settings = load(
            elasticsearch=address, index_prefix=f"test-{uuid.uuid4().hex[:12]}-", identity_days=999
        )
        self.client: Elasticsearch = connect(self.settings)

    @property
    def prefix(self) -> str:
        return self.settings.index_prefix

    def set_up(self, later: timedelta = timedelta(0), **options: object) -> list[str]:
        """What a set-up says of changes, without what it says each time, and without the prefix."""
        lines = set_up(self.client, self.with_options(**options), now() + later)
        return [line.replace(self.prefix, "") for line in lines if not line.startswith("retention:")]

    def with_options(self, **options: object) -> Settings:
        return self.settings.model_copy(update=options)

    def make_march(self, **body: Any) -> None:
        self.client.indices.create(index=self.prefix + MARCH, **body)

    def march(self) -> dict[str, Any]:
        name = self.prefix + MARCH
        index: dict[str, Any] = self.client.indices.get(index=name)[name]
        return index

    def names(self) -> list[str]:
        return [name.removeprefix(self.prefix) for name in self.client.indices.get(index=f"{self.prefix}*")]


@pytest.fixture(params=["with lifecycles", "without lifecycles", "real"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    if request.param == "real":
        made = Cluster(request.getfixturevalue("elasticsearch_address"), has_lifecycles=False)
        with closing(made.client):
            yield made
            clear(made.client, made.prefix)
        return
    has_lifecycles = request.param == "with lifecycles"
    with answering_as(FakeElasticsearch({} if has_lifecycles else None)) as address:
        made = Cluster(address, has_lifecycles=has_lifecycles)
        with closing(made.client):
            yield made


def test_a_first_set_up_makes_all_and_a_second_changes_nothing(cluster: Cluster) -> None:
    templates = [f"index template {name}: made" for name in FAMILIES]
    policy = ["lifecycle policy retention: indices are deleted after 310 days"] if cluster.has_lifecycles else []
    assert cluster.set_up() == policy + templates
    assert cluster.set_up() == []


def test_a_new_index_is_made_as_the_templates_say(cluster: Cluster) -> None:
    cluster.set_up(index_shards=3)
    cluster.make_march()
    march, settings = cluster.march(), cluster.march()["settings"]["index"]
    assert list(march["aliases"]) == [f"{cluster.prefix}documents"]
    assert march["mappings"]["properties"]["published"]["type"] == "date"
    assert (settings["number_of_shards"], settings["refresh_interval"]) == ("3", "5s")
    policy = settings.get("lifecycle", {}).get("name")
    assert policy == (f"{cluster.prefix}retention" if cluster.has_lifecycles else None)


def test_where_nothing_deletes_old_indices_the_set_up_says_who_has_to(cluster: Cluster) -> None:
    told = [line for line in set_up(cluster.client, cluster.settings, now()) if "once a month" in line]
    assert len(told) == (0 if cluster.has_lifecycles else 1)


def test_an_index_that_lacks_fields_settings_or_the_alias_gets_them(cluster: Cluster) -> None:
    cluster.make_march(mappings={"dynamic": "false", "properties": {"title": {"type": "text"}}})
    changes = cluster.set_up()[-6:]
    assert f"index {MARCH}: fields added or changed" in changes
    assert f"index {MARCH}: settings changed" in changes
    assert f"index {MARCH}: added to documents" in changes
    assert cluster.march()["mappings"]["properties"]["query"]["properties"]["title"]["analyzer"] == "whitespace"
    assert cluster.set_up() == []


def test_changed_options_change_what_differs_only(cluster: Cluster) -> None:
    cluster.set_up()
    assert cluster.set_up(index_shards=2) == ["index template documents: changed"]
    changes = cluster.set_up(index_shards=2, index_months=12)
    assert changes[-4:] == [f"index template {name}: changed" for name in FAMILIES]
    assert len(changes) == (5 if cluster.has_lifecycles else 4)


@pytest.mark.parametrize(
    ("field", "there", "message"),
    [
        ("published", {"type": "keyword"}, "published with type keyword, this program needs date"),
        ("source", {"properties": {"name": {"type": "text"}}}, "source.name with type text"),
        ("query", {"properties": {"text": {"type": "text"}}}, "query.text with analyzer None"),
    ],
)
def test_an_index_whose_fields_have_another_type_is_refused_before_anything_is_changed(
    cluster: Cluster, field: str, there: dict[str, Any], message: str
) -> None:
    cluster.make_march(mappings={"properties": {field: there}})
    before = cluster.march()
    with pytest.raises(SettingsError, match=f"{MARCH} holds {message}"):
        cluster.set_up()
    assert cluster.march() == before
    assert cluster.set_up(index_prefix=cluster.prefix + "x-") != []
    clear(cluster.client, cluster.prefix + "x-")


def test_a_template_of_somebody_else_is_left_alone(cluster: Cluster) -> None:
    theirs = {"index_patterns": [f"{cluster.prefix}documents-*"], "priority": 7, "template": {}}
    cluster.client.indices.put_index_template(name=f"{cluster.prefix}documents", body=theirs)
    with pytest.raises(SettingsError, match="documents was not made by this program: choose another"):
        cluster.set_up()


def test_an_index_in_the_place_of_the_alias_is_refused(cluster: Cluster) -> None:
    cluster.client.indices.create(index=f"{cluster.prefix}stories")
    with pytest.raises(SettingsError, match="stories is an index, where an alias of that name has to be"):
        cluster.set_up()


def test_the_templates_of_a_newer_program_are_not_taken_back(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr("streams.index.elastic_setup.MAPPING_VERSION", MAPPING_VERSION + 1)
        cluster.set_up()
    with pytest.raises(SettingsError, match="run `streams setup` of the newer program"):
        cluster.set_up()


def test_a_retention_made_shorter_than_what_is_there_is_refused(cluster: Cluster) -> None:
    cluster.set_up(index_months=30)
    cluster.make_march()
    with pytest.raises(SettingsError, match=rf"would delete {cluster.prefix}{MARCH}, kept for 961 days"):
        cluster.set_up(later=timedelta(days=400))
    assert cluster.names() == [MARCH]
    assert cluster.set_up(later=timedelta(days=300)) != []


def test_indices_of_before_the_first_set_up_are_not_deleted_by_it(cluster: Cluster) -> None:
    cluster.make_march()
    with pytest.raises(SettingsError, match=f"would delete {cluster.prefix}{MARCH}, kept for ever so far"):
        cluster.set_up(later=YEARS)


def test_what_is_due_is_deleted_by_the_set_up_only_where_nothing_else_does(cluster: Cluster) -> None:
    cluster.set_up()
    cluster.make_march()
    changes = cluster.set_up(later=YEARS)
    if cluster.has_lifecycles:
        assert (changes, cluster.names()) == ([], [MARCH])
    else:
        assert changes == [f"index {MARCH}: deleted, it was older than 310 days"]
        assert cluster.names() == []


def test_articles_must_be_remembered_as_long_as_they_are_kept(cluster: Cluster) -> None:
    with pytest.raises(SettingsError, match=r"STREAMS_IDENTITY_DAYS is 309, but STREAMS_INDEX_MONTHS \(9\) keeps"):
        cluster.set_up(identity_days=309)
    assert cluster.names() == []


def test_nothing_is_written_where_the_set_up_was_not_run_or_is_an_older_one(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = ElasticIndex(cluster.client, cluster.prefix)
    with pytest.raises(
        SettingsError, match=r"lacks .*documents, .*stories, .*alerts, .*deliveries: run `streams setup`"
    ):
        index.write([document()])
    cluster.set_up()
    monkeypatch.setattr("streams.index.elastic.MAPPING_VERSION", MAPPING_VERSION + 1)
    with pytest.raises(SettingsError, match="run `streams setup`"):
        index.write([document()])
    assert cluster.names() == []
