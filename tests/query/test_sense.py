from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.query.sense import always, never
from tests.factories import document
from tests.query.strategies import queries_of


@pytest.mark.parametrize(
    "query",
    [
        "bridge -bridge",
        '"harbour bridge" -bridge',
        "title:bridge -bridge",
        "elections -elect*",
        "harbour NEAR/3 bridge -harbour",
        "case:US -us",
        "lang:en lang:FR",
        "domain:a.example -domain:A.example",
        "(lang:en OR lang:fr) lang:de",
        "published:2026-03-01 published:2026-03-03",
        "copies:>3 copies:<3",
        "NOT (bridge OR -bridge)",
        "bridge (ferry -bridge OR tunnel -tunnel)",
    ],
)
def test_what_excludes_itself_can_never_match(query: str) -> None:
    assert never(parse(query))
    assert not always(parse(query))


@pytest.mark.parametrize("query", ["", "bridge OR -bridge", "NOT (lang:en lang:fr)", "-bridge OR brid*"])
def test_what_leaves_nothing_out_matches_everything(query: str) -> None:
    assert always(parse(query))
    assert not never(parse(query))


@pytest.mark.parametrize(
    "query",
    [
        "bridge -ferry",
        "bridge -title:bridge",
        'harbour bridge -"harbour bridge"',
        "us -case:US",
        "elect* -elections",
        "country:fr country:us",
        'source:"The Herald" source:herald.example',
        "published:2026-03 published:2026-03-01",
        "copies:>3 copies:<9",
        "-bridge",
    ],
)
def test_what_some_documents_match_and_some_do_not_makes_sense(query: str) -> None:
    assert not never(parse(query))
    assert not always(parse(query))


def test_a_query_of_too_many_cases_is_taken_to_make_sense() -> None:
    assert not never(parse(" ".join(f"(a{n} OR b{n} OR c{n})" for n in range(100)) + " x -x"))


WORDS = ["a", "b", "aa*", "title:a", '"a b"', "a NEAR/1 b", "case:A"]
terms = st.sampled_from([*WORDS, "lang:en", "lang:fr", "copies:>1"])
queries = queries_of(terms)
DOCUMENTS = [
    Prepared(document(title=title, text=text, language=language, copies=copies))
    for title, text in [("", ""), ("a", ""), ("", "a b"), ("A b", "b"), ("b a", "aab"), ("A", "b A")]
    for language in ("en", "fr")
    for copies in (0, 2)
]


@settings(max_examples=80, deadline=None)
@given(queries)
def test_what_is_said_never_to_match_matches_no_document(query: str) -> None:
    node = parse(query)
    holds = Matcher(node).holds
    matched = [holds(item) for item in DOCUMENTS]
    assert not (never(node) and any(matched))
    assert not (always(node) and not all(matched))
