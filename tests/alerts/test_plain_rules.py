from __future__ import annotations

import pytest

from streams.alerts.plain_rules import form_of_rule, plain_of_form, rule_of
from streams.errors import RuleError
from streams.records import Rule

KNOWN = {"log", "desk"}
WHOLE = Rule(
    id="harbour",
    name="Harbour works",
    query='"harbour bridge" AND (closed OR collapse*)',
    channels=["log", "desk"],
    throttle_s=1800.0,
    max_age_s=2 * 86400.0,
    kind="spike",
    factor=2.5,
    minimum=8,
    window_s=21_600.0,
    escalate=[3, 10],
    quiet="22:00-07:00",
    time_zone="Europe/Paris",
    owner="Ann Lee",
    tags=["harbour", "été"],
)


def test_a_rule_goes_through_a_form_and_comes_back() -> None:
    form = form_of_rule(WHOLE)
    assert (form["channels"], form["throttle"], form["escalate"]) == ("log, desk", "30m", "3, 10")
    assert rule_of(plain_of_form(form), KNOWN) == WHOLE


def test_what_a_form_leaves_blank_is_not_given() -> None:
    form = {"id": "a", "query": "b", "owner": "", "tags": " , ", "form": "x"}
    assert plain_of_form(form) == {"id": "a", "query": "b", "tags": []}
    assert rule_of(plain_of_form(form), KNOWN) == Rule(id="a", name="a", query="b")


@pytest.mark.parametrize(
    ("plain", "problem"),
    [
        ({"id": "a"}, "query is missing: id and query are needed"),
        ({"id": "a", "query": "(b"}, "query: line 1, column"),
        ({"id": "a", "query": "b", "channels": ["dsk"]}, "channels: 'dsk' is no channel: did you mean desk?"),
        ({"id": "a", "query": "b", "channels": "log"}, "channels: takes a list like [log, desk], not text"),
        ({"id": "a", "query": "b", "throtle": "3m"}, "unknown key 'throtle': did you mean throttle?"),
        ({"id": "a", "query": {"b": 1}}, "query: takes text, not keys and values"),
        ({"id": "a", "query": "b\x00"}, "query: holds the control character"),
        ({"id": "a", "query": "b", "tags": ["two words"]}, "tags: 'two words' is no tag"),
        ({"id": "a", "query": "b", "tags": [f"t{number}" for number in range(21)]}, "tags: has 21 tags"),
        ({"id": "A b", "query": "b"}, "id: 'A b' is no id"),
    ],
)
def test_what_is_wrong_is_told_by_its_key(plain: dict[str, object], problem: str) -> None:
    with pytest.raises(RuleError) as caught:
        rule_of(plain, KNOWN)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    "text", ["a: b # c", "[x]", "'", '"quoted"', "- a\n- b", "&x *y", "ünï 😀", "x" * 5000, "\x85a"]
)
def test_text_is_taken_as_it_is(text: str) -> None:
    assert rule_of({"id": "a", "query": "b", "name": text[:150]}, KNOWN).name == " ".join(text[:150].split())
