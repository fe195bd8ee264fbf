from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.alerts.rules import read_rules, to_yaml
from streams.errors import RuleError
from streams.records import Rule

KINDS: list[dict[str, Any]] = [
    {},
    {"kind": "frequency", "count": 10, "window_s": 3600.0},
    {"kind": "spike", "factor": 2.5, "minimum": 8, "window_s": 21600.0},
    {"kind": "new_story", "publishers": 5, "window_s": 43200.0},
    {"kind": "returning"},
    {"kind": "silence", "window_s": 600.0},
]
RULES = st.builds(
    lambda kind, more: Rule(id="a", name="a", query="b", **kind, **more),
    st.sampled_from(KINDS),
    st.fixed_dictionaries(
        {},
        optional={
            "escalate": st.sampled_from([[2], [3, 10]]),
            "quiet": st.just("22:00-07:00"),
            "digest": st.sampled_from(["hourly", "daily 08:00"]),
            "time_zone": st.just("Europe/Paris"),
        },
    ),
)


def read(options: str) -> Rule:
    (one,) = read_rules(f"- id: a\n  query: b\n{options}", "rules.yml", {"log"})
    return one


def test_a_rule_is_one_of_matches_unless_it_says_otherwise() -> None:
    assert read("").kind == "match"


def test_a_rule_of_coverage_has_no_query_and_every_other_needs_one() -> None:
    covering = "- id: a\n  kind: coverage\n  channels: [log]"
    [one] = read_rules(covering, "rules.yml", {"log"})
    assert (one.kind, one.query, one.channels) == ("coverage", "", ["log"])
    assert read_rules(to_yaml([one]), "rules.yml", {"log"}) == [one]
    with pytest.raises(RuleError, match="query is no option of the kind coverage"):
        read_rules(covering + "\n  query: b", "rules.yml", {"log"})
    with pytest.raises(RuleError, match="query is missing"):
        read_rules("- id: a\n  kind: returning", "rules.yml", {"log"})


def test_each_kind_takes_its_options() -> None:
    spike = read("  kind: spike\n  factor: 2.5\n  min: 8\n  window: 6h\n  escalate: [3, 10]")

    assert (spike.kind, spike.factor, spike.minimum, spike.window_s) == ("spike", 2.5, 8, 21600.0)
    assert spike.escalate == [3, 10]


@settings(max_examples=60)
@given(RULES)
def test_rules_of_every_kind_are_read_back_as_they_are_written(rule: Rule) -> None:
    assert read_rules(to_yaml([rule]), "rules.yml", {"log"}) == [rule]


@pytest.mark.parametrize(
    ("options", "place", "said"),
    [
        ("  kind: often", "3:9", "kind: 'often' is no kind: take match, frequency, spike, new_story"),
        ("  kind: silence", "1:3", "window is missing: the kind silence takes window"),
        ("  count: 3", "3:3", "count is no option of the kind match, which takes none of these"),
        ("  kind: returning\n  window: 1h", "4:3", "window is no option of the kind returning"),
        ("  kind: silence\n  window: 5m", "4:11", "window: '5m' is no window: take one from 10m to 60d"),
        ("  kind: silence\n  window: soon", "4:11", "window: 'soon' is no time span"),
        ("  kind: frequency\n  window: 1h\n  count: 1001", "5:10", "'1001' is no whole number from 1 to 1,000"),
        ("  kind: frequency\n  window: 1h\n  count: 0", "5:10", "'0' is no whole number"),
        ("  kind: frequency\n  window: 1h\n  count: ٣", "5:10", "is no whole number"),
        ("  kind: spike\n  min: 3\n  window: 1h\n  factor: 1", "6:11", "'1' is no factor: write a number above 1"),
        ("  kind: new_story\n  window: 1h\n  publishers: many", "5:15", "'many' is no whole number"),
        ("  escalate: 3", "3:13", "escalate: takes a list like [3, 10], not text"),
        ("  escalate: [1]", "3:13", "'1' is no number of publishers: take whole numbers from 2"),
        ("  escalate: [10, 3]", "3:13", "each larger than the one before"),
        ("  quiet: at night", "3:10", "are no quiet hours: write 22:00-07:00"),
        ("  digest: weekly", "3:11", "is no digest"),
        ("  time_zone: Mars", "3:14", "is no time zone: write one like Europe/Paris"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_column(options: str, place: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        read(options)

    (found,) = str(caught.value).splitlines()
    assert found.startswith(f"rules.yml:{place}: ")
    assert said in found
