"""Names that people corrected, in the stage that relates articles."""

from __future__ import annotations

import msgspec

from streams.records import Correction, Document, GoesAs, Record, Story
from streams.relate.related import Related
from streams.relate.stage import Relate
from streams.tag.stage import entity_id
from tests.factories import NOON
from tests.relate.news import DAY, documents, run, stage, stories, tick
from tests.relate.test_canonical import article

ADA = entity_id("PERSON", "Ada")
BRANDT = GoesAs(id=entity_id("PERSON", "Ada Brandt"), name="Ada Brandt", label="PERSON")


def correction(name: str, goes_as: GoesAs | None, *, undone: bool = False) -> Correction:
    # Long after the stage's clock: that goes by what is fetched, not by when people sit at their desks.
    return Correction(id=entity_id("PERSON", name), name=name, at=NOON + 400 * DAY, goes_as=goes_as, undone=undone)


def names(relate: Relate, number: int, given: str) -> list[str]:
    [document] = documents(run(relate, article(number, given)))
    return [entity.name for entity in document.entities]


def test_articles_and_stories_from_then_on_go_by_it_and_it_goes_on_to_the_index() -> None:
    relate = stage()
    run(relate, article(1, "p:Ada|p:Ben"))
    outputs = run(relate, correction("Ada", BRANDT))
    after = run(relate, article(2, "p:Ada|p:Ada Brandt"))

    assert outputs == [correction("Ada", BRANDT)]
    assert [(one.id, one.name, one.count) for one in documents(after)[0].entities] == [
        (BRANDT.id, "Ada Brandt", 2)
    ]
    assert [(one.name, one.articles) for one in stories(after)[0].entities] == [("Ada Brandt", 2), ("Ben", 1)]


def test_an_article_that_comes_again_is_told_what_it_was_told() -> None:
    relate = stage()
    first = run(relate, article(1, "p:Ada"))
    run(relate, correction("Ada", BRANDT))

    again = run(relate, article(1, "p:Ada"))
    revised = run(relate, msgspec.structs.replace(article(1, "p:Ada"), revision=2))

    assert documents(again) == documents(first)
    assert [one.name for one in documents(revised)[0].entities] == ["Ada Brandt"]


def test_what_is_no_name_goes_and_comes_back_when_that_is_undone() -> None:
    relate = stage()
    run(relate, correction("Ada", None))

    assert names(relate, 1, "p:Ada|p:Ben") == ["Ben"]
    assert run(relate, correction("Ada", None, undone=True)) == [correction("Ada", None, undone=True)]
    assert names(relate, 2, "p:Ada|p:Ben") == ["Ada", "Ben"]


def test_what_goes_on_to_the_index_is_what_all_decisions_come_to() -> None:
    relate = stage()
    cai = GoesAs(id="c", name="Cai", label="ORG")
    run(relate, msgspec.structs.replace(correction("Ada Brandt", cai), at=NOON))

    [sent] = run(relate, correction("Ada", BRANDT))

    assert isinstance(sent, Correction)
    assert sent.goes_as == cai


def test_a_decision_about_what_a_name_goes_as_goes_on_for_both_and_so_does_its_end() -> None:
    relate = stage()
    ada, brandt = correction("Ada", BRANDT), correction("Ada Brandt", None)
    run(relate, ada)

    assert run(relate, brandt) == [brandt, msgspec.structs.replace(ada, goes_as=None)]
    assert run(relate, msgspec.structs.replace(brandt, undone=True)) == [
        msgspec.structs.replace(brandt, undone=True),
        ada,
    ]


def test_what_is_taken_back_has_left_nothing_behind() -> None:
    corrected, calm = stage(), stage()
    place = GoesAs(id=entity_id("GPE", "Ada"), name="Ada", label="GPE")
    run(corrected, correction("Ada", place))
    before = [article(number, "p:Ada|p:Ben") for number in range(1, 6)]
    assert all(one.found and one.corrected for one in documents(run(corrected, *before)))
    run(calm, *before)
    run(corrected, correction("Ada", place, undone=True))

    assert run(corrected, article(6, "p:Ada")) == run(calm, article(6, "p:Ada"))


def test_a_stage_made_anew_knows_them_and_its_clock_is_not_moved_by_them() -> None:
    table: dict[str, Related] = {}
    relate = stage(table)
    run(relate, article(1, "p:Ada"), correction("Ada", BRANDT), correction("Ben", None))

    anew = stage(dict(table))

    followed: list[list[Record]] = [
        run(one, article(2, "p:Ada|p:Ben|p:Cai"), tick(NOON + DAY)) for one in (relate, anew)
    ]
    assert followed[0] == followed[1]
    assert [one.state for one in followed[0] if isinstance(one, Story)] != ["closed"]
    [document] = [one for one in followed[0] if isinstance(one, Document)]
    assert [one.name for one in document.entities] == ["Ada Brandt", "Cai"]
