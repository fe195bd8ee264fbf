"""The starter feeds and rules: readable, and the rules find in the sample what they are there for."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from streams.alerts.rules import read_rules_path
from streams.errors import UsageError
from streams.feeds.opml import read_feeds
from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Document, Entity
from streams.sample.server import SampleServer
from streams.sample.start import Start
from streams.seeds import seeds_folder
from tests.factories import document
from tests.quality import data
from tests.sample.test_feeds import ANCHOR, EDITIONS, entries_of

RULES = {rule.id: rule for rule in read_rules_path(seeds_folder() / "rules.yml", {"log"}) if rule.query}
FINDS = {
    "border-build-up": {"border-buildup"},
    "floods": {"aune-flood"},
    "incendies": {"incendie-valcendre"},
    "volcanic-ash": set(),
    "nuclear-incident": set(),
    "crossings-closed": {"kells-bridge", "tarn-footbridge"},
    "port-strikes": {"dock-strike", "nw-digest", "wb-s2"},
    "ferry-accidents": {"morwen-grounding", "morwen-report", "tt-s5"},
    "ransomware": {"hospital-hack", "nw-digest"},
    "product-recalls": {"battery-recall"},
    "takeovers": {"orrin-castor"},
    "kelland-leaders": {"rate-rise", "aune-flood", "westhaven-election"},
}
"""The stories of the sample (or single items) that each rule finds."""


def sample_documents() -> list[tuple[str, Document]]:
    """The first edition's items, tagged as the labels say, each with its story label."""
    labels = {(item.feed, item.guid): item for item in data.sample()}
    return [
        (label.story, as_document(label, entry.title, entry.content))
        for name, editions in EDITIONS.items()
        for guid, entry in entries_of(editions[0]).items()
        if (label := labels.get((name.partition(".")[0], guid)))
    ]


def as_document(label: data.SampleItem, title: str, content: str) -> Document:
    entities = [Entity(id=name.name, name=name.name, label=name.label, count=1) for name in label.entities or []]
    french = {"agence-meridienne", "courrier-littoral", "journal-des-quais"}
    text = html.unescape(re.sub(r"<[^>]+>", " ", content))
    return document(title=title, text=text, entities=entities, language="fr" if label.feed in french else "en")


@pytest.mark.parametrize("rule_id", RULES)
def test_a_starter_rule_finds_its_stories_of_the_sample_and_no_others(rule_id: str) -> None:
    matcher = Matcher(parse(RULES[rule_id].query))
    found = {story for story, doc in sample_documents() if matcher.match(Prepared(doc)) is not None}
    assert found == FINDS[rule_id]


def test_every_telling_and_copy_of_the_tabloid_piece_is_found_by_exactly_one_rule() -> None:
    pieces = [Prepared(doc) for story, doc in sample_documents() if story == "border-buildup"]
    finders = [
        [rule.id for rule in RULES.values() if Matcher(parse(rule.query)).match(piece) is not None]
        for piece in pieces
    ]
    assert finders == [["border-build-up"]] * 3


def test_the_starter_feeds_are_many_in_several_languages_and_each_once() -> None:
    content = (seeds_folder() / "feeds.opml").read_bytes()
    feeds = read_feeds(content, "feeds.opml")
    assert len(feeds) >= 40
    assert len({feed.url for feed in feeds}) == len(feeds)
    assert all(feed.title and feed.tags and feed.url.startswith("https://") for feed in feeds)
    assert set(re.findall(r'language="(\w+)"', content.decode())) >= {"en", "fr", "de", "es"}


def test_an_original_is_read_before_its_copies() -> None:
    listed = SampleServer(seeds_folder() / "sample", Start(anchor=ANCHOR, port=1)).feeds()
    order = [feed.url.rpartition("/")[2].partition(".")[0] for feed in listed]
    items = {item.id: item for item in data.sample()}
    for item in items.values():
        if item.copy_of:
            assert order.index(items[item.copy_of].feed) < order.index(item.feed), item.id


def test_a_missing_folder_of_seeds_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--feeds"):
        seeds_folder(tmp_path)
