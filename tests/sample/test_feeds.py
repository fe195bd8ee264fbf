"""The bundled feeds themselves: readable, dated, and labelled item by item."""

from __future__ import annotations

import io
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import feedparser
import msgspec
import pytest

from streams.sample.editions import Edition, read_editions
from streams.seeds import seeds_folder
from tests.quality import data

ANCHOR = datetime(2027, 11, 23, 9, 30, tzinfo=UTC)
EDITIONS = read_editions(seeds_folder() / "sample", ANCHOR)
BROKEN = "old-mill-bulletin.xml"
STATES = [(name, edition) for name, editions in EDITIONS.items() for edition in editions]
XML_STATES = [(name, edition) for name, edition in STATES if name.endswith(".xml")]


class Entry(NamedTuple):
    title: str
    content: str
    published: datetime


@cache
def entries_of(edition: Edition) -> dict[str, Entry]:
    """By guid, else link."""
    return dict(_json_entries(edition) if "json" in edition.content_type else _xml_entries(edition))


def _xml_entries(edition: Edition) -> Iterator[tuple[str, Entry]]:
    for entry in feedparser.parse(io.BytesIO(edition.body)).entries:
        content = entry["content"][0]["value"] if "content" in entry else entry.get("summary", "")
        if date := entry.get("published_parsed") or entry.get("updated_parsed"):
            yield (
                entry.get("id") or entry["link"],
                Entry(entry["title"], content, datetime.fromtimestamp(timegm(date), UTC)),
            )


def _json_entries(edition: Edition) -> Iterator[tuple[str, Entry]]:
    for item in msgspec.json.decode(edition.body)["items"]:
        published = datetime.fromisoformat(item["date_published"])
        yield item["id"], Entry(item["title"], item["content_html"], published)


def labels_of(name: str) -> dict[str, data.SampleItem]:
    return {item.guid: item for item in data.sample() if item.feed == name.partition(".")[0]}


@pytest.mark.parametrize(("name", "editions"), EDITIONS.items())
def test_every_item_is_labelled_and_every_label_has_its_item(name: str, editions: list[Edition]) -> None:
    labels = labels_of(name)
    first = {guid for guid, label in labels.items() if label.edition == 1}
    assert entries_of(editions[0]).keys() == first
    assert {guid for edition in editions for guid in entries_of(edition)} == labels.keys()


@pytest.mark.parametrize(("name", "edition"), XML_STATES)
def test_only_the_broken_feed_is_malformed(name: str, edition: Edition) -> None:
    parsed = feedparser.parse(io.BytesIO(edition.body))
    assert bool(parsed.bozo) == (name == BROKEN), parsed.get("bozo_exception")


@pytest.mark.parametrize(("name", "edition"), STATES)
def test_items_are_of_the_last_two_days_or_of_five_weeks_ago(name: str, edition: Edition) -> None:
    for guid, entry in entries_of(edition).items():
        age = ANCHOR - entry.published
        assert timedelta(0) < age < timedelta(days=2) or timedelta(days=34) < age < timedelta(days=38), guid


@pytest.mark.parametrize(("name", "edition"), STATES)
def test_no_placeholder_is_left_and_no_letter_lost(name: str, edition: Edition) -> None:
    for entry in entries_of(edition).values():
        assert not {"{{", "�", "&amp;amp;"} & {*entry.title.split(), *entry.content.split()}


def test_later_editions_change_exactly_what_the_labels_say() -> None:
    changed = {
        (name, guid, later.number)
        for name, editions in EDITIONS.items()
        for earlier, later in pairwise(editions)
        for guid, entry in entries_of(later).items()
        if entries_of(earlier).get(guid, entry) != entry
    }
    said = {
        (name, item.guid, n) for name in EDITIONS for item in labels_of(name).values() for n in item.revised_in
    }
    assert changed == said
    assert said


@pytest.mark.parametrize(("name", "editions"), EDITIONS.items())
def test_labelled_names_and_lines_stand_in_their_items(name: str, editions: list[Edition]) -> None:
    for guid, label in labels_of(name).items():
        states = [entry for edition in editions if (entry := entries_of(edition).get(guid))]
        text = " ".join(f"{entry.title} {entry.content}" for entry in states).casefold()
        for entity in label.entities or []:
            assert entity.name.casefold() in text, label.id
        for line in label.removed:
            assert not [word for word in line.text.casefold().split() if word not in text], label.id
