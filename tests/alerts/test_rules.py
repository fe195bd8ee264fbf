from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.alerts.rules import difference, read_rules, read_rules_path, to_yaml
from streams.errors import RuleError
from streams.records import Rule
from streams.yaml_entries import MAX_BYTES, MOST_PROBLEMS
from tests.factories import rule

KNOWN = {"log", "file", "desk"}

WHOLE = """
rules:
  - id: harbour
    name: Harbour works
    query: '"harbour bridge" AND (closed OR collapse*)'
    channels: [log, desk]
    throttle: 30m
    max_age: 2d
  - {id: strike, query: strike}
"""


def problems(data: bytes | str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        read_rules(data, "rules.yml", KNOWN)
    return str(caught.value).splitlines()


def test_a_file_gives_its_rules_in_order() -> None:
    assert read_rules(WHOLE, "rules.yml", KNOWN) == [
        Rule(
            id="harbour",
            name="Harbour works",
            query='"harbour bridge" AND (closed OR collapse*)',
            channels=["log", "desk"],
            throttle_s=1800.0,
            max_age_s=2 * 86400.0,
        ),
        Rule(id="strike", name="strike", query="strike"),
    ]


def test_a_bare_list_is_a_file_of_rules_too() -> None:
    assert [one.id for one in read_rules(b"- {id: a, query: b}", "rules.yml", KNOWN)] == ["a"]


def test_an_empty_list_means_no_rules() -> None:
    assert read_rules("rules: []", "rules.yml", KNOWN) == []


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("0", 0), ("90", 90), ("45s", 45), ("30m", 1800), ("48 h", 172_800), ("7d", 604_800), ("3650d", 315_360_000)],
)
def test_time_spans_are_seconds_or_have_a_unit(written: str, seconds: float) -> None:
    (one,) = read_rules(f"- {{id: a, query: b, throttle: {written}}}", "rules.yml", KNOWN)

    assert one.throttle_s == seconds


def test_a_word_that_yaml_takes_for_something_else_is_searched_for_as_written() -> None:
    found = read_rules("- {id: 1917, query: no}\n- {id: null, query: 2026}", "rules.yml", KNOWN)

    assert [(one.id, one.query) for one in found] == [("1917", "no"), ("null", "2026")]


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        ("", 1, "holds no list of rules: write `rules: []` to have none"),
        ("just words", 1, "holds no list of rules"),
        ("rules: 5", 1, "rules: takes a list, not text"),
        ("rulez: []", 1, "unknown key 'rulez': did you mean rules?"),
        ("- harbour", 1, "takes keys and values, not text"),
        ("- id: a\n  query: [b", 3, "not YAML: did not find expected"),
        ("- id: a\n  query: b\n  chanels: [log]", 3, "unknown key 'chanels': did you mean channels?"),
        ("- id: a\n  query: b\n  zzz: 1", 3, "unknown key 'zzz': known are id, name, query"),
        ("- id: a\n  query: b\n  query: c", 3, "'query' stands twice"),
        ("- id: a\n  query: b\n- id: a\n  query: c", 3, "id a is taken by the rule at rules.yml:1"),
        ("[{id: a, query: b}, {id: a, query: c}]", 1, "id a is taken by the rule at rules.yml:1"),
        ("- name: x\n  query: b", 1, "id is missing: id and query are needed"),
        ("- id: a", 1, "query is missing"),
        ("- id: Not An Id\n  query: b", 1, "id: 'Not An Id' is no id"),
        ("- id: a.b\n  query: b", 1, "id: 'a.b' is no id"),
        ("- id: [a]\n  query: b", 1, "id: takes text, not a list"),
        ("- id: a\n  name: " + "x" * 201 + "\n  query: b", 2, "name: has 201 characters"),
        ("- id: a\n  query: ''", 2, "query: is empty"),
        ("- id: a\n  query: (b OR", 2, "query: line 1, column 6: expected"),
        ("- id: a\n  query: 'titel:b'", 2, "did you mean title:?"),
        ('- id: a\n  query: "b \\ud800 c"', 2, "not YAML: found invalid Unicode character escape code"),
        ('- id: a\n  name: "b \\e[31m"\n  query: b', 2, "name: holds the control character '\\x1b'"),
        ("- id: a\n  query: b\n  channels: log", 3, "channels: takes a list like [log, desk], not text"),
        ("- id: a\n  query: b\n  channels: [desc]", 3, "channels: 'desc' is no channel: did you mean desk?"),
        ("- id: a\n  query: b\n  channels: [x]", 3, "'x' is no channel: known are desk, file, log"),
        ("- id: a\n  query: b\n  channels: [{log: 1}]", 3, "channels: takes text, not keys and values"),
        ("- id: a\n  query: b\n  throttle: 1:30", 3, "throttle: '1:30' is no time span: write 90s, 30m"),
        ("- id: a\n  query: b\n  throttle: -5m", 3, "throttle: '-5m' is no time span"),
        ("- id: a\n  query: b\n  max_age: 3651d", 3, "max_age: '3651d' is no time span"),
        ("- id: a\n  query: b\n  max_age: ٣h", 3, "max_age: '٣h' is no time span"),
        ("- ? [x]\n  : y\n  id: a\n  query: b", 1, "unknown key 'a list'"),
        ("--- []\n--- 2", 2, "not YAML: but found another document"),
        (b"\xff\xfe\xfd", 1, "not YAML"),
        ("- id: \x00", 1, "not YAML"),
        ("[" * 1000, 1, "not YAML: nested too deep"),
        ("- id: *nobody", 1, "not YAML: found undefined alias"),
        ("#" * (MAX_BYTES + 1), 1, "larger than 1,000,000 bytes: split it"),
    ],
)
def test_each_mistake_is_one_line_with_its_place_and_the_way_out(data: bytes | str, line: int, said: str) -> None:
    (found,) = problems(data)

    assert found.startswith(f"rules.yml:{line}:")
    assert said in found


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(
        "- id: A\n  query: b\n  throttle: soon\n- id: c\n  query: ')'\n  color: red\n- id: d\n  query: d"
    )

    assert [line.split(" ")[0] for line in found] == [
        "rules.yml:1:7:",
        "rules.yml:3:13:",
        "rules.yml:6:3:",
        "rules.yml:5:10:",
    ]


def test_a_flood_of_mistakes_is_cut_short() -> None:
    found = problems("\n".join(["- x"] * (MOST_PROBLEMS + 7)))

    assert len(found) == MOST_PROBLEMS + 1
    assert found[-1] == "and 7 more"


def test_tags_and_aliases_of_yaml_make_no_objects_and_no_endless_loops() -> None:
    (tagged,) = read_rules("- {id: a, query: !!python/name:os.system b}", "rules.yml", KNOWN)
    endless = problems("&a [*a]")

    assert tagged.query == "b"
    assert endless == ["rules.yml:1:5: not YAML: found undefined alias 'a'"]


def test_a_folder_gives_the_rules_of_its_files_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("- {id: b, query: b}")
    (tmp_path / "a.yml").write_text("- {id: a, query: a}")
    (tmp_path / "notes.txt").write_text("not rules")

    assert [one.id for one in read_rules_path(tmp_path, KNOWN)] == ["a", "b"]
    assert [one.id for one in read_rules_path(tmp_path / "b.yaml", KNOWN)] == ["b"]


def test_an_id_taken_by_another_file_is_refused_and_the_place_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("- {id: a, query: a}")
    (tmp_path / "b.yml").write_text("\n- {id: a, query: a}")

    with pytest.raises(RuleError, match=r"b\.yml:2:3: id a is taken by the rule at .*a\.yml:1"):
        read_rules_path(tmp_path, KNOWN)


def test_a_path_without_rules_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"nothing\.yml: cannot be read: No such file"):
        read_rules_path(tmp_path / "nothing.yml", KNOWN)
    with pytest.raises(RuleError, match=r"no \.yml or \.yaml file in this folder"):
        read_rules_path(tmp_path, KNOWN)


NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
QUERIES = st.sampled_from(["bridge", 'title:"a b" OR NOT cd*', "no", "-dash", "# été", "'it''s' & more"])
SECONDS = st.integers(0, 3650 * 86400).map(float)
RULES = st.builds(
    Rule,
    id=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True),
    name=NAMES,
    query=QUERIES,
    channels=st.lists(st.sampled_from(sorted(KNOWN)), unique=True),
    throttle_s=SECONDS,
    max_age_s=SECONDS,
)


@settings(max_examples=40)
@given(st.lists(RULES, unique_by=lambda one: one.id, max_size=4))
def test_rules_written_as_yaml_are_read_back_the_same(rules: list[Rule]) -> None:
    assert read_rules(to_yaml(rules), "rules.yml", KNOWN) == rules


def test_the_difference_is_what_makes_the_new_rules_the_live_ones() -> None:
    same, old, gone = rule(id="same"), rule(id="other"), rule(id="gone")
    new, added = rule(id="other", throttle_s=60.0), rule(id="added")

    changes = difference([same, old, gone], [same, new, added])

    assert changes.to_apply() == [added, new, rule(id="gone", deleted=True)]
    assert changes.lines() == [
        "added added: Bridge",
        "changed other: Bridge",
        "  throttle: none → 1m",
        "removed gone: Bridge",
    ]


def test_the_difference_says_what_a_rule_said_before_and_what_now() -> None:
    before = rule(channels=["log"], quiet="22:00-07:00")
    after = rule(channels=["log", "desk"], query="bridge OR ferry", tags=["sea"])

    assert difference([before], [after]).lines()[1:] == [
        "  query: bridge → bridge OR ferry",
        "  channels: log → log, desk",
        "  tags: none → sea",
        "  quiet: 22:00-07:00 → none",
    ]


def test_there_is_no_difference_between_the_same_rules() -> None:
    assert difference([rule()], [rule()]).to_apply() == []


def test_a_rule_that_was_taken_out_of_service_counts_as_new_again() -> None:
    assert difference([rule(deleted=True)], [rule()]).added == [rule()]
