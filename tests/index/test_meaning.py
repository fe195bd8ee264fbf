"""The index finds what the matcher matches: the one meaning of the query language."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.index import verified
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import connect
from streams.index.embedded import EmbeddedIndex
from streams.index.search import DocumentQuery, Index
from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Document, Entity, Source
from streams.settings import Settings
from tests.factories import document
from tests.query.strategies import queries_of
from tests.services_fixtures import delete_indices

WORDS = ["Bridge", "bridge's", "élan", "elan", "l’Élysée", "COVID-19", "19", "don't", "東京", "京都", "ｶﾞ", "U.S.",
         "elect", "elections", "½", "straße", "a", "B", "US", "us", "Us",
         "ÉLAN", "bridge", "\x00", "—", "🔥"]  # fmt: skip
NAMES = ["Jean-Luc Élan", "jean-luc elan", "NATO", "O’Brien", "東京", "", "e1", "e2"]
DAY = datetime(2026, 3, 1, tzinfo=UTC)

LABELS = ["PERSON", "PER", "ORG", "GPE", "LOC", "FAC", "DATE"]
SOURCES = [Source(name="Élan", domain="elan.example"), Source(name="elan.example", domain="b")]


def drawn(rng: random.Random, number: int) -> Document:
    """A small document of few words, so that many queries find some documents and pass others over."""

    def text() -> str:
        return " ".join(rng.choices(WORDS, k=rng.randrange(6)))

    def entity() -> Entity:
        return Entity(id=rng.choice(["e1", "e2"]), name=rng.choice(NAMES), label=rng.choice(LABELS), count=1)

    return document(
        id=f"d{number}",
        title=text(),
        text=text(),
        entities=[entity() for _ in range(rng.randrange(4))],
        language=rng.choice(["en", "FR", ""]),
        source=rng.choice(SOURCES),
        feed_id=rng.choice(["f1", "f2"]),
        countries=rng.choice([[], ["FR"], ["FR", "US"]]),
        copies=rng.randrange(5),
        story_id=rng.choice(["s1", "s2"]),
        published=DAY + timedelta(hours=rng.randrange(72)),
    )


CORNERS = [
    document(id=f"corner{number}", title=title, text=text)
    for number, (title, text) in enumerate([
        ("The harbour", "bridge closed"),
        ("Harbour bridge", "harbour"),
        ("a a a b", ""),
        ("京東", "東 京"),
        ("don", "t"),
        ("x" * 70, ""),
        ("x" * 64 + "é", ""),
        ("", ""),
        ("a b a", "b a a c"),
        ("a x x b", "b x x a"),
        ("The US", "gives us"),
        ("gives us", "the U.S. and the E.U."),
        ("U S", "U.S"),
        ("New York", "new York"),
        ("New York is new", "York"),
        ("K\u0345", "Kι K"),  # the mark is no iota
        ("محـــمد", "محمد"),
    ])
]  # fmt: skip

words = st.sampled_from(WORDS[:-3])
phrases = st.lists(words, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
scopes = st.sampled_from(["", "", "title:", "text:", "case:", "exact:", "title:case:"])
placed = st.one_of(
    words,
    st.sampled_from(["el*", "ele*", "elections*", "bridg*", "東京*", "straß*"]),
    st.tuples(scopes, phrases | words).map("".join),
)
operands = placed | st.tuples(placed, placed).map(lambda pair: f"({pair[0]} OR {pair[1]})")
operators = st.tuples(st.sampled_from(["NEAR", "ONEAR"]), st.sampled_from("01238")).map("/".join)
nears = st.lists(st.tuples(operators, operands), min_size=2, max_size=3).map(
    lambda pairs: " ".join(part for pair in pairs for part in pair).partition(" ")[2]
)
terms = st.one_of(
    placed,
    nears,
    st.tuples(
        st.sampled_from(["entity", "person", "org", "place", "source", "domain"]), st.sampled_from(NAMES)
    ).map(lambda pair: f'{pair[0]}:"{pair[1] or "b"}"'),
    st.sampled_from(
        ["lang:en", "lang:fr", "story:S1", "feed:f2", "source:elan", "country:fr", "copies:>2", "copies:..1"]
    ),
    st.sampled_from(["published:2026-03-02", "published:>=2026-03-02T12:00", "published:..2026-03-01"]),
)
queries = queries_of(terms)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    rng = random.Random(7)
    return [*CORNERS, *(drawn(rng, number) for number in range(150))]


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def index(request: pytest.FixtureRequest, documents: list[Document]) -> Index:
    made: Index = request.getfixturevalue(f"{request.param}_index_of_the_module")
    for first in range(0, len(documents), 60):  # several segments
        made.write(documents[first : first + 60])
        made.refresh()
    return made


@pytest.fixture(scope="module")
def embedded_index_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with closing(EmbeddedIndex(tmp_path_factory.mktemp("meaning"))) as made:
        yield made


@pytest.fixture(scope="module")
def elasticsearch_index_of_the_module(elastic_settings: Settings) -> Iterator[Index]:
    with closing(connect(elastic_settings)) as client:
        yield ElasticIndex(client, elastic_settings.index_prefix)
        delete_indices(client, elastic_settings.index_prefix)


@pytest.fixture(scope="module")
def prepared(documents: list[Document]) -> list[Prepared]:
    return [Prepared(item) for item in documents]


def assert_same(index: Index, prepared: list[Prepared], query: str) -> None:
    matcher = Matcher(parse(query))
    expected = {item.document.id for item in prepared if matcher.match(item) is not None}
    page = index.documents(DocumentQuery(query=query, limit=1000))
    assert {found.id for found in page.hits} == expected
    assert page.total == len(expected)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(queries)
def test_the_index_finds_what_the_matcher_matches(index: Index, prepared: list[Prepared], query: str) -> None:
    assert_same(index, prepared, query)


@pytest.mark.parametrize(
    "query",
    [
        '"harbour bridge"',
        'NOT "harbour bridge"',
        'title:harbour NOT title:"harbour bridge"',
        '"a a b"',
        "a NEAR/0 a",
        "NOT a NEAR/0 a",
        "a NEAR/1 b",
        "a NEAR/2 b",
        "a ONEAR/2 b",
        "a ONEAR/30 b",
        "(a OR x) ONEAR/2 (b OR c)",
        "a NEAR/1 b NEAR/1 a",
        'a NEAR/0 "b a"',
        '"x b" NEAR/1 a',
        "case:US",
        "NOT case:US",
        "case:us",
        "title:case:us",
        'exact:"U.S."',
        "exact:(U.S OR E.U)",
        "NOT exact:U.S",
        'case:"New York"',
        'case:York -case:"New York"',
        'case:New NEAR/1 case:"York"',
        "case:Élan",
        "exact:Élan",
        "東京",
        "don't",
        "case:K",
        "case:Kι",
        "محمد",
        "x" * 80,
        "x" * 80 + "*",
        "x" * 63 + "*",
        "",
    ],
)
def test_the_index_and_the_matcher_agree_on_corner_cases(
    index: Index, prepared: list[Prepared], query: str
) -> None:
    assert_same(index, prepared, query)


def test_where_too_many_would_have_to_be_tried_the_total_is_estimated_and_the_page_is_whole(
    index: Index, prepared: list[Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified, "MOST_TRIED", 30)
    query = "NOT exact:élan"
    holds = Matcher(parse(query)).holds
    matching = {item.document.id for item in prepared if holds(item)}
    pages = [index.documents(DocumentQuery(query=query, offset=n, limit=40), ["language"]) for n in (0, 40)]
    assert [page.approximate for page in pages] == [["total", "language"]] * 2
    assert [len(page.hits) for page in pages] == [40, 40]
    assert {hit.id for page in pages for hit in page.hits} <= matching
    assert pages[0].total == pytest.approx(len(matching), rel=0.2)
    times = [item.document.published for item in prepared]
    edges = [min(times), max(times) + timedelta(seconds=1)]
    steps = index.histogram(DocumentQuery(query=query), edges)
    assert (list(steps.counts), steps.approximate) == ([pages[0].total], True)
    last = index.documents(DocumentQuery(query=query, offset=80, limit=100), ["language"])
    assert (list(last.approximate), last.total) == ([], len(matching))
    assert len(list(index.scan(DocumentQuery(query=query)))) == len(matching)
