from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import MAX_SPANS, Prepared
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
        "countries": ["FR"],
        "copies": 4,
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
        "harbour NEAR/1 closed",
        "closed NEAR/1 harbour",
        "harbour ONEAR/1 closed",
        '"harbour bridge" NEAR/0 closed',
        "bridge NEAR/5 bridge",
        "putin NEAR/2 (ferry OR envoy)",
        "putin NEAR/3 called NEAR/3 clo*",
        "text:harbour NEAR/0 bridge",
        "NOT closed ONEAR/9 harbour",
        "case:Bridge",
        "case:COVID",
        "case:lElysee OR case:Elysee",
        'case:"The Bridge"',
        "exact:Élysée",
        "exact:L’Élysée",
        "exact:(Putin OR Poutine)",
        "case:Putin NEAR/3 case:called",
        "country:fr",
        "copies:>3",
        "copies:..4",
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
        "harbour NEAR/0 closed",
        "closed ONEAR/9 harbour",
        "covid NEAR/50 putin",
        '"harbour bridge" NEAR/5 bridge NEAR/0 closed',
        "harbour NEAR/5 harbour",
        "putin NEAR/3 called NEAR/0 closed",
        "title:harbour NEAR/5 bridge",
        "case:putin",
        "case:BRIDGE",
        "title:case:Bridge",
        'case:"the bridge"',
        "exact:Elysée",
        "exact:L'Élysée",
        'exact:"COVID 19"',
        "country:us",
        "copies:3",
        "copies:>4",
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
        ("harbour NEAR/1 closed", {"harbour NEAR/1 closed": ["harbour bridge closed"]}),
        ("called ONEAR/3 (ferry OR bri*)", {"called ONEAR/3 (ferry OR bri*)": ["called the harbour bridge"]}),
        ("case:Bridge", {"Bridge": ["Bridge"]}),
        ("exact:COVID-19", {"COVID-19": ["COVID-19"]}),
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


def near_by_trying_all(words: list[str], one: str, other: str, distance: int, *, ordered: bool) -> bool:
    pairs = product(enumerate(words), enumerate(words))
    places = [(i, j) for (i, left), (j, right) in pairs if (left, right) == (one, other)]
    return any(0 <= j - i - 1 <= distance or (not ordered and 0 <= i - j - 1 <= distance) for i, j in places)


@given(st.lists(st.sampled_from("abc"), max_size=8), st.integers(0, 3), st.booleans(), st.sampled_from(["b", "a"]))
def test_words_are_near_if_any_two_of_their_places_are(
    words: list[str], distance: int, ordered: bool, other: str
) -> None:
    query = f"text:(a {'O' * ordered}NEAR/{distance} {other})"
    found = matches(query, document(text=" ".join(words), title=""))
    assert (found is not None) == near_by_trying_all(words, "a", other, distance, ordered=ordered)


def test_a_long_text_of_one_word_is_searched_in_no_time() -> None:
    item = Prepared(document(text="a b " * 5000))
    assert Matcher(parse("a NEAR/100 b NEAR/100 a NEAR/100 b")).match(item) is not None


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("bridge title:closed elect*", {"bridge", "closed"}),
        ('"harbour bridge" NOT ferry', {"harbour bridge"}),
        ('"the harbour bridge" NOT ferry', {"the harbour", "harbour bridge"}),
        ("bridge (ferry OR tunnel)", {"bridge"}),
        ("case:US NEAR/3 (bridge OR ferry)", {"us"}),
        ("東京", {"東 京"}),
        ("lang:en", set()),
    ],
)
def test_the_terms_that_a_match_has_all_of(query: str, terms: set[str]) -> None:
    assert set(Matcher(parse(query)).needed) == terms


@pytest.mark.parametrize(("query", "whole"), [('bridge "harbour bridge"', True), ("bridge NOT ferry", False)])
def test_a_query_of_words_and_pairs_needs_no_more_than_its_terms(query: str, whole: bool) -> None:
    assert (Matcher(parse(query)).rest is None) is whole
