"""What people decide about names: what counts in the end, and what articles and stories say by it."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from streams.corrections import Corrections, Decided, corrected, corrected_document, of_story
from streams.records import Correction, Entity, GoesAs, Span, StoryEntity
from tests.contract.test_search import a_story
from tests.factories import NOON, document


def decision(name: str, goes_as: str | None, hour: int = 0, *, undone: bool = False) -> Correction:
    one = GoesAs(id=goes_as, name=goes_as.title(), label="ORG") if goes_as else None
    return Correction(id=name, name=name.title(), at=NOON + timedelta(hours=hour), goes_as=one, undone=undone)


def entity(name: str, start: int, *, label: str = "PERSON", country: str | None = None) -> Entity:
    span = Span(field="text", start=start, end=start + 2)
    return Entity(id=name, name=name.title(), label=label, count=1, spans=[span], country=country)


def in_the_end(name: str, *decisions: Correction) -> str | None:
    corrections = Corrections()
    for one in decisions:
        corrections.put(one)
    decided = corrections.decided([name])
    if name not in decided:
        return "as it is found"
    goes_as = decided[name]
    return goes_as.id if goes_as else None


def test_what_a_name_goes_as_may_go_as_another_one() -> None:
    chain = [decision("b", "c"), decision("a", "b", 1)]

    assert [in_the_end(one, *chain) for one in "abc"] == ["c", "c", "as it is found"]
    assert in_the_end("a", *chain, decision("c", None, 2)) is None


def test_the_last_word_on_a_name_counts_and_can_be_taken_back() -> None:
    assert in_the_end("a", decision("a", "b"), decision("a", "c", 1)) == "c"
    assert in_the_end("a", decision("a", "b"), decision("a", None, 1, undone=True)) == "as it is found"


def test_of_decisions_in_a_circle_the_last_one_counts() -> None:
    circle = [decision("a", "b"), decision("b", "a", 1)]

    assert [in_the_end(one, *circle) for one in "ab"] == ["a", "a"]
    assert in_the_end("c", *circle, decision("c", "b", 2)) == "a"
    assert in_the_end("a", decision("a", "a")) == "a"


def shown(entities: list[Entity], decided: Decided) -> list[Entity]:
    return corrected_document(document(entities=entities), decided).entities


def test_what_follows_from_a_decision_is_told_for_each_name_that_goes_otherwise_by_it() -> None:
    corrections = Corrections()
    first, second = decision("a", "b"), decision("b", "c", 1)
    assert corrections.decide(first) == [first]
    corrections.decide(decision("x", "y"))

    assert corrections.decide(second) == [second, msgspec.structs.replace(first, goes_as=second.goes_as)]
    assert corrections.decide(second) == [second]
    undone = decision("b", None, 2, undone=True)
    assert corrections.decide(undone) == [undone, first]


def test_names_that_go_as_one_are_one_in_an_article() -> None:
    [one, other] = shown(
        [entity("a", 5), entity("b", 1, label="ORG"), entity("c", 9)], {"a": GoesAs(id="b", name="B", label="ORG")}
    )

    assert (one.id, one.name, one.label, one.count) == ("b", "B", "ORG", 2)
    assert [span.start for span in one.spans] == [1, 5]
    assert other.id == "c"


def test_a_place_stays_where_it_is_when_it_is_called_otherwise() -> None:
    paris = entity("paris", 1, label="GPE", country="FR")
    [called] = shown([paris], {"paris": GoesAs(id="p", name="City of Paris", label="GPE")})
    [person] = shown([paris], {"paris": GoesAs(id="p", name="Paris Hilton", label="PERSON")})

    assert (called.country, person.country) == ("FR", None)


def test_a_story_counts_no_more_articles_for_a_name_than_it_has() -> None:
    found = of_story(
        [StoryEntity(id=one, name=one, label="ORG", articles=3) for one in "abc"],
        {"a": GoesAs(id="b", name="B", label="ORG"), "c": None},
        articles=4,
    )

    assert found == [StoryEntity(id="b", name="B", label="ORG", articles=4)]


def test_a_document_keeps_its_version_and_loses_the_country_of_what_is_no_name() -> None:
    before = document(entities=[entity("paris", 1, label="GPE", country="FR"), entity("a", 9)], countries=["FR"])

    after = corrected_document(before, {"paris": None})

    assert (after.version, [one.id for one in after.entities], after.countries) == (1, ["a"], [])


def test_what_was_found_is_there_again_when_nothing_is_decided_any_more() -> None:
    found = [entity("a", 5), entity("b", 1), entity("c", 9)]
    article = corrected(document(entities=found), {})
    of_articles = [StoryEntity(id=one, name=one, label="ORG", articles=3) for one in "abc"]
    story = a_story("s", entities=of_articles, articles=4)
    decided: list[Decided] = [{"a": GoesAs(id="b", name="B", label="ORG"), "c": None}, {"b": None}, {}]

    for record in (article, story):
        changed = record
        for some in decided:
            changed = corrected(changed, some)
        assert changed == record
