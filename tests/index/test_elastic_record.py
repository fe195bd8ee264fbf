"""What is stored of a record: itself, and beside it only what the mapping knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from streams.index.elastic_mapping import DOCUMENTS, FAMILIES, Json
from streams.index.elastic_record import Indexed, from_source, to_source
from streams.query.tokens import MAX_KEYWORD_CHARS, MAX_TOKEN_CHARS
from streams.records import Alert, Document, Entity, Source, Story, StoryEntity
from tests.factories import NOON, document

LONDON = Entity(id="e1", name="London", label="GPE", count=2)
STORY = Story(
    id="s1", version=3, title="Bridge", state="active", first_seen=NOON, last_seen=NOON, created_at=NOON,
    articles=2, copies=0, publishers=2, velocity=0.1, recurs="s0", merged_into="s2",
    entities=[StoryEntity(id="e1", name="London", label="GPE", articles=2)],
)  # fmt: skip
ALERT = Alert(
    id="a1", version=1, rule_id="r1", rule_name="R", story_id="s1", title="Bridge", opened_at=NOON,
    updated_at=NOON, created_at=NOON, articles=[], article_count=1, copies=0, publishers=1,
    delivery="held", delivery_reason="throttled", held_until=NOON, delivered_at=NOON, channels=["log"],
)  # fmt: skip
DOCUMENT = document(entities=[LONDON], copy_of="d0", attributed_to="Courier", authors=["Ann"], categories=["x"])


def source(record: Indexed) -> Json:
    stored: Json = json.loads(to_source(record))
    return stored


@pytest.mark.parametrize("record", [DOCUMENT, STORY, ALERT], ids=lambda record: type(record).__name__)
def test_a_record_comes_back_from_what_is_stored(record: Document) -> None:
    assert from_source(source(record), type(record)) == record


@pytest.mark.parametrize("record", [DOCUMENT, STORY, ALERT], ids=lambda record: type(record).__name__)
def test_every_mapped_field_is_stored_and_every_added_field_is_mapped(record: Indexed) -> None:
    stored, mapped = source(record), FAMILIES[type(record)].properties
    added = stored.keys() - set(record.__struct_fields__) - {"type"}
    assert mapped.keys() <= stored.keys()
    assert added <= mapped.keys()
    assert stored["query"].keys() == mapped["query"]["properties"].keys()


def test_names_are_stored_as_displayed_by_kind_and_folded_for_queries() -> None:
    people = [Entity(id="e2", name="Élan Ö", label=label, count=1) for label in ("PER", "PERSON")]
    stored = source(document(entities=[*people, LONDON]))
    assert (stored["people"], stored["places"], stored["organisations"]) == (["Élan Ö"], ["London"], [])
    assert stored["query"]["person"] == ["e2", "elan o"]
    assert source(STORY)["places"] == ["London"]


def test_text_is_stored_as_it_is_and_as_our_tokens_for_queries() -> None:
    stored = source(document(title="L’Élysée", text="Don't\x00 stop"))
    assert (stored["title"], stored["query"]["title"]) == ("L’Élysée", "l elysee")
    assert (stored["text"], stored["query"]["text"]) == ("Don't\x00 stop", "don t stop")


def test_times_are_compared_to_the_microsecond_and_the_delay_is_in_seconds() -> None:
    published = datetime(2026, 3, 2, 11, 59, 59, 999_999, UTC)
    stored = source(document(published=published, created_at=NOON, fetched_at=NOON + timedelta(days=1)))
    assert stored["query"]["published"] == 1_772_452_799_999_999
    assert stored["delay_s"] == 0.000001


def test_hostile_values_stay_below_the_limits_of_terms() -> None:
    endless = "\U0001f525é" * 50_000
    entity = Entity(id=endless, name=endless, label="PERSON", count=1)
    stored = source(document(title=endless, text="é" * 200_000, entities=[entity], language=endless,
                             source=Source(name=endless, domain=endless)))  # fmt: skip
    compared = stored["query"]
    exact = [value for name, values in compared.items() if isinstance(values, list) for value in values]
    assert max(map(len, [*exact, *stored["people"]])) <= MAX_KEYWORD_CHARS
    assert max(map(len, compared["text"].split() + compared["title"].split())) <= MAX_TOKEN_CHARS


@pytest.mark.parametrize(
    ("year", "month", "name"), [(2026, 3, "x-documents-2026.03"), (1, 12, "x-documents-0001.12")]
)
def test_the_index_is_that_of_the_month_of_creation(year: int, month: int, name: str) -> None:
    assert DOCUMENTS.index_of("x-", datetime(year, month, 28, 23, 59, tzinfo=UTC)) == name


def test_keyword_fields_of_records_are_bounded_too() -> None:
    def keywords(fields: Json) -> Iterator[Json]:
        for field in fields.values():
            if field.get("type") == "keyword":
                yield field
            yield from keywords(field.get("properties", {}) | field.get("fields", {}))

    for family in FAMILIES.values():
        assert all(4 * field["ignore_above"] < 32_766 for field in keywords(family.properties))
