from __future__ import annotations

from streams.records import Entity, Span
from streams.tag.salience import MOST_SALIENT, ranked, salience


def named(name: str, *at: int, title: bool = False) -> Entity:
    spans = [Span(field="text", start=start, end=start + len(name)) for start in at]
    spans += [Span(field="title", start=0, end=len(name))] * title
    return Entity(id=name, name=name, label="PERSON", count=len(spans), spans=spans)


def test_what_the_title_names_comes_before_what_the_text_names_more_often() -> None:
    headlined, often = named("Ada Brandt", 900, title=True), named("Bo Lind", 900, 1000, 1100, 1200, 1300)
    assert [entity.name for entity in ranked([often, headlined])] == ["Ada Brandt", "Bo Lind"]


def test_early_names_come_before_late_ones_and_frequent_before_rare_ones() -> None:
    assert salience(named("A", 0)) > salience(named("A", 500)) > salience(named("A", 5000))
    assert salience(named("A", 700, 800, 900)) > salience(named("A", 700))


def test_one_mention_late_in_the_text_is_in_passing_and_one_in_the_lead_is_not() -> None:
    late, lead = named("Ada Brandt", 1800), named("Bo Lind", 300)
    assert {entity.name: entity.passing for entity in ranked([late, lead])} == {
        "Bo Lind": False,
        "Ada Brandt": True,
    }


def test_of_a_long_list_of_names_only_the_first_ones_count() -> None:
    entities = ranked([named(f"Name {number}", 10 * number) for number in range(40)])
    assert [entity.passing for entity in entities] == [False] * MOST_SALIENT + [True] * (40 - MOST_SALIENT)


def test_scores_lie_between_0_and_1_also_without_places() -> None:
    assert salience(Entity(id="a", name="A", label="ORG", count=0)) == 0
    assert 0.9 < salience(named("A", *range(0, 400, 20), title=True)) <= 1
