from __future__ import annotations

from datetime import timedelta

import pytest

from streams.query.match import MAX_SPANS, Matcher, Prepared
from streams.query.parse import parse
from streams.records import Document, Entity, Source, Span
from tests.factories import NOON, document

PUTIN = Entity(id="e1", name="Vladimir Putin", label="PERSON", count=2, spans=[Span(field="text", start=0, end=5)])
NATO = Entity(id="e2", name="NATO", label="ORG", count=1)
ELYSEE = Entity(id="e3", name="Élysée", label="FAC", count=1)


def story(**fields: object) -> Document:
    defaults: dict[str, object] = {
        "title": "L’Élysée on COVID-19",
        "text": "Putin's envoy called the harbour bridge closed.\n\nThe Bridge, he said, is in 東京都.",
        "language": "fr",
        "source": Source(name="Le Courrier", domain="courrier.example"),
        "feed_id": "feed1",
        "story_id": "story1",
        "entities": [PUTIN, NATO, ELYSEE],
    }
    return document(**(defaults | fields))


def matches(query: str, item: Document) -> dict[str, list[Span]] | None:
    return Matcher(parse(query)).match(Prepared(item))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "elysee",
        "ÉLYSÉE",
        "l'élysée",
        '"harbour bridge"',
        "harbour-bridge",
        "bridge closed",
        "Putin",
        "putin's",
        "covid*",
        "COVID-19",
        "東京",
        "京都",
        "title:covid",
        "text:bridge",
        "title:(covid -bridge)",
        "ferry OR bridge",
        "NOT ferry",
        "-ferry -boat",
        "NOT title:bridge",
        'entity:"vladimir putin"',
        "entity:E1",
        "person:e1",
        "org:nato",
        "place:elysee",
        "source:courrier.example",
        'source:"LE COURRIER"',
        "domain:courrier.example",
        "lang:FR",
        "story:story1",
        "feed:feed1",
        "published:2026-03-02",
        "published:>=2026-03-02T12:00",
        "published:..2026-03-02",
    ],
)
def test_a_query_finds_the_document(query: str) -> None:
    assert matches(query, story()) is not None


@pytest.mark.parametrize(
    "query",
    [
        "ferry",
        "bridge ferry",
        "brid",
        '"bridge harbour"',
        '"19 putin"',
        '"covid elysee"',
        "bridges*",
        "title:bridge",
        "text:covid",
        "NOT bridge",
        "bridge -harbour",
        "person:NATO",
        "org:e1",
        "entity:putin",
        'domain:"le courrier"',
        "domain:example",
        "lang:en",
        "published:2026-03-01",
        "published:>2026-03-02",
        "published:<2026-03-02T12:00",
    ],
)
def test_a_query_passes_the_document_over(query: str) -> None:
    assert matches(query, story()) is None


def written(query: str, item: Document) -> dict[str, list[str]]:
    found = matches(query, item)
    assert found is not None
    return {
        term: [getattr(item, span.field)[span.start : span.end] for span in spans] for term, spans in found.items()
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bridge", {"bridge": ["bridge", "Bridge"]}),
        ("title:élysée", {"elysee": ["Élysée"]}),
        ('covid-19 "Harbour Bridge"', {"covid 19": ["COVID-19"], "harbour bridge": ["harbour bridge"]}),
        ("東京", {"東京": ["東京"]}),
        ("cal* OR clo* OR boa*", {"cal*": ["called"], "clo*": ["closed"]}),
        ("bridge -ferry", {"bridge": ["bridge", "Bridge"]}),
        ("bridge OR text:bridge", {"bridge": ["bridge", "Bridge"]}),
        ("bridge OR (called ferry)", {"bridge": ["bridge", "Bridge"]}),
        ("NOT ferry", {}),
        ("NOT NOT bridge", {}),
        ("lang:fr", {}),
        ("entity:E1", {"E1": ["Putin"]}),
        ('person:"Vladimir Putin"', {"Vladimir Putin": ["Putin"]}),
    ],
)
def test_what_counted_is_told_with_its_places(query: str, expected: dict[str, list[str]]) -> None:
    assert written(query, story()) == expected


def test_places_come_in_reading_order_with_the_title_first() -> None:
    item = story(title="Elections", text="An election. More elections. Elected.")
    found = matches("elect*", item)
    assert found is not None
    assert [(span.field, span.start) for span in found["elect*"]] == [
        ("title", 0),
        ("text", 3),
        ("text", 18),
        ("text", 29),
    ]


@pytest.mark.parametrize("query", ["bridge", "bri*", '"bridge bridge"', "bridge OR title:bridge"])
def test_the_places_of_one_word_are_bounded(query: str) -> None:
    found = matches(query, story(title="bridge", text="bridge " * 10_000))
    assert found is not None
    assert all(len(spans) == MAX_SPANS for spans in found.values())


def test_a_phrase_does_not_run_from_the_title_into_the_text() -> None:
    assert matches('"bridge closed"', story(title="The bridge", text="closed today")) is None


def test_overlapping_phrases_are_all_found() -> None:
    found = matches('"a a"', story(text="a a a"))
    assert found == {"a a": [Span(field="text", start=0, end=3), Span(field="text", start=2, end=5)]}


def test_hostile_text_is_read() -> None:
    item = story(title="\ud800\x00bridge\ud800", text="\u202e" * 1000 + "x" * 100_000)
    assert matches("bridge", item) == {"bridge": [Span(field="title", start=2, end=8)]}
    assert matches("x" * 100, item) is not None


def test_until_is_exclusive_and_since_inclusive_to_the_second() -> None:
    second = timedelta(seconds=1)
    query = "published:2026-03-02T12:00:00"
    assert matches(query, story(published=NOON)) is not None
    assert matches(query, story(published=NOON + second)) is None
    assert matches(query, story(published=NOON - second)) is None


def test_the_vocabulary_is_every_token_of_title_and_text_once() -> None:
    assert Prepared(document(title="The Bridge", text="the bridge: shut")).vocabulary == {"the", "bridge", "shut"}
