from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tag.evidence import Knowledge, weighed
from streams.tag.mentions import LABELS, Found, clean
from tests.tag.known import KNOWN


def labelled(text: str, name: str, label: str, known: Knowledge = KNOWN) -> list[tuple[str, str]]:
    """What becomes of the words `name` in a text when a model gave them that label."""
    start = text.index(name)
    mentions = weighed(text, [Found(start, start + len(name), label)], known)
    return [(text[found.start : found.end], found.label) for found in mentions]


@pytest.mark.parametrize(
    ("text", "name", "given_label", "label"),
    [
        ("Talks on Brazil went on", "Brazil", "PERSON", "GPE"),
        ("Talks on BRAZIL went on", "BRAZIL", "ORG", "GPE"),
        ("He flew to Jordan", "Jordan", "PERSON", "GPE"),
        ("Then Jordan scored", "Jordan", "PERSON", "PERSON"),
        ("Then Jane scored", "Jane", "ORG", "PERSON"),
        ("Then Doe scored", "Doe", "ORG", "PERSON"),
        ("Then Anna scored", "Anna", "GPE", "PERSON"),
        ("Then Smith scored", "Smith", "GPE", "GPE"),
        ("Then Jane Oduya scored", "Jane Oduya", "ORG", "PERSON"),
        ("Then Jane Major scored", "Jane Major", "ORG", "ORG"),
        ("Then Jane Doe Inc paid", "Jane Doe Inc", "PERSON", "ORG"),
        ("along the Oder River", "Oder River", "PERSON", "LOC"),
        ("around Lake Velence", "Lake Velence", "ORG", "LOC"),
        ("the Harbour Ministry", "Harbour Ministry", "GPE", "ORG"),
        ("a fire in Kadapa", "Kadapa", "ORG", "GPE"),
        ("a seat in NATO", "NATO", "ORG", "ORG"),
        ("the Spring Games", "Spring Games", "EVENT", "EVENT"),
        ("Then Qwerty scored", "Qwerty", "ORG", "ORG"),
    ],
)
def test_evidence_decides_what_kind_of_thing_is_named(text: str, name: str, given_label: str, label: str) -> None:
    assert labelled(text, name, given_label) == [(name, label)]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Major storms hit", "Major", "ORG"),
        ("He won. Talks failed", "Talks", "ORG"),
        ("it was MAJOR then", "MAJOR", "ORG"),
        ("read the Protocols now", "Protocols", "PERSON"),
        ("an F16 landed", "F16", "PERSON"),
        ("so Warned they", "Warned", "PERSON"),
    ],
)
def test_a_common_word_with_a_capital_is_no_name(text: str, name: str, label: str) -> None:
    assert labelled(text, name, label) == []


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Brown warned", "Brown", "PERSON"),
        ("the court in Major", "Major", "GPE"),
        ("she told Major of it", "Major", "ORG"),
        ("of the IMF then", "IMF", "ORG"),
        ("it was JANE then", "JANE", "PERSON"),
    ],
)
def test_a_word_that_can_be_a_name_stays_one(text: str, name: str, label: str) -> None:
    assert labelled(text, name, label) == [(name, label)]


@pytest.mark.parametrize(
    ("name", "label", "names"),
    [
        ("Paris and Lyon", "ORG", [("Paris", "GPE"), ("Lyon", "GPE")]),
        ("New York to Paris", "ORG", [("New York", "GPE"), ("Paris", "GPE")]),
        ("Jane Doe and Anna Brown", "ORG", [("Jane Doe", "PERSON"), ("Anna Brown", "PERSON")]),
        ("Paris and Partners", "ORG", [("Paris and Partners", "ORG")]),
        ("Smith, Paris", "ORG", [("Smith, Paris", "ORG")]),
    ],
)
def test_a_span_over_known_names_is_split(name: str, label: str, names: list[tuple[str, str]]) -> None:
    assert labelled(f"then {name} came", name, label) == names


def test_without_knowledge_the_models_word_stands() -> None:
    assert labelled("Talks on Brazil went on", "Brazil", "PERSON", Knowledge()) == [("Brazil", "PERSON")]


@given(
    st.text(alphabet="JaneDo Pris,&-and to\n'19É\ud800", max_size=80),
    st.sampled_from(sorted(set(LABELS.values()))),
)
def test_any_text_gives_mentions_in_order_within_what_was_found(text: str, label: str) -> None:
    position = 0
    for found in weighed(text, clean(text, [Found(0, len(text), label)], "en"), KNOWN):
        assert position <= found.start < found.end <= len(text)
        position = found.end
