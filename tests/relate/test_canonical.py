"""Which names of different articles are one: cases as an editor would decide them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from streams.records import Coordinates, Document, Entity, Source, Span, TaggedArticle
from streams.relate.canonical import Names, NothingGiven
from streams.relate.related import Related
from streams.relate.stage import Relate
from streams.state import Table
from streams.tag.atlas import load_atlas
from streams.tag.stage import entity_id
from tests.factories import NOON
from tests.relate.news import BRIDGE, BRIDGE_TEXT, DAY, ELECTION, HOUR, documents, news, run, stage, stories, tick

LABELS = {"p": "PERSON", "o": "ORG", "g": "GPE"}
ATLAS = Names(NothingGiven(), load_atlas())


def entity(given: str, label: str | None = None) -> Entity:
    """`p:Name`: a person; the id is the one that tagging gives."""
    kind, _, name = given.partition(":")
    label = label or LABELS[kind]
    return Entity(
        id=entity_id(label, name), name=name, label=label, count=1, spans=[Span(field="title", start=0, end=3)]
    )


def article(number: int, names: str, *, apart: bool = False) -> TaggedArticle:
    """An article that names these; in one story with the others, or `apart` in its own."""
    title, text = (
        (ELECTION.replace("Opposition", f"w{number}x y{number}z"), "") if apart else (BRIDGE, BRIDGE_TEXT)
    )
    if apart:
        title = " ".join(f"q{number}{letter * 4}" for letter in "abcdefg")
    entities = [entity(name) for name in names.split("|")]
    return news(f"n{number}", title, NOON + number * HOUR, text=text, entities=entities)


def told(relate: Relate, *articles: TaggedArticle) -> list[Document]:
    return [document for one in articles for document in documents(run(relate, one))]


ONE_STORY = [
    ("p:Vladimir Putin", "p:Putin", True),
    ("p:Vladimir Putin", "p:V. Putin", True),
    ("p:Vladimir Putin", "p:Vladimir Vladimirovich Putin", True),
    ("p:Donald J. Trump", "p:Donald Trump", True),
    ("p:Donald Trump", "p:Donald J. Trump", True),
    ("p:Alexander Lukashenko", "p:Alyaksandr Lukashenka", True),
    ("p:Muammar Gaddafi", "p:Moammar Kadafi", True),
    ("p:Volodymyr Zelensky", "p:Zelensky", True),
    ("p:Bill Clinton|p:Hillary Clinton", "p:Clinton", False),
    ("p:Bill Clinton", "p:Hillary Clinton", False),
    ("p:Donald Trump", "p:Donald Trump Jr.", False),
    ("p:George H. W. Bush", "p:George W. Bush", False),
    ("p:Alexei Navalny", "p:Yulia Navalnaya", False),
    ("p:Daniel Johnson", "p:Daniela Johnson", False),
    ("p:Hans Andersen", "p:Hans Anderson", True),
    ("o:International Monetary Fund", "o:IMF", True),
    ("o:University of East Anglia", "o:UEA", True),
    ("o:International Monetary Fund|o:Irish Music Federation", "o:IMF", False),
    ("o:Port Authority", "o:Port Police", False),
]


@pytest.mark.parametrize(("first", "second", "same"), ONE_STORY)
def test_names_of_one_story(first: str, second: str, same: bool) -> None:
    [one, other] = told(stage(), article(1, first), article(2, second))
    assert one.story_id == other.story_id
    assert (one.entities[0].id == other.entities[0].id) is same
    assert not same or one.entities[0].name == other.entities[0].name


ACROSS_STORIES = [
    ("p:Volodymyr Zelensky", "p:Volodymyr Zelenskyy", True),
    ("p:Volodymyr Zelensky", "p:Volodymyr Zelenskiy", True),
    ("p:Alexander Lukashenko", "p:Aleksandr Lukashenka", True),
    ("p:Yulia Tymoshenko", "p:Julia Timoshenko", True),
    ("p:Sergei Shoigu", "p:Sergey Shoygu", True),
    ("p:Dmitry Medvedev", "p:Dmitri Medvedev", True),
    ("p:Hillary Rodham Clinton", "p:Hillary Clinton", True),
    ("p:John Smith", "p:John Smyth", False),
    ("p:Hans Andersen", "p:Hans Anderson", False),
    ("p:Maria Silva", "p:Mario Silva", False),
    ("p:John Smith", "p:Jane Smith", False),
    ("p:Vladimir Putin", "p:Putin", False),
    ("o:International Monetary Fund", "o:IMF", False),
    ("g:Germany", "g:Allemagne", True),
    ("g:U.S.", "g:United States", True),
    ("g:Britain", "g:UK", True),
    ("g:Kiev", "g:Kyiv", True),
    ("g:London", "g:Londres", True),
    ("g:Georgia", "g:Georgia|g:Atlanta", False),
    ("g:London", "g:London|g:Canada", True),
    ("g:Niger", "g:Nigeria", False),
]


@pytest.mark.parametrize(("first", "second", "same"), ACROSS_STORIES)
def test_names_of_different_stories(first: str, second: str, same: bool) -> None:
    relate = stage(names=ATLAS)
    [one, other] = told(relate, article(1, first, apart=True), article(2, second, apart=True))
    assert one.story_id != other.story_id
    assert (one.entities[0].id == other.entities[0].id) is same
    assert not same or one.entities[0].name == other.entities[0].name


def test_a_surname_alone_is_the_one_whom_nearly_all_articles_mean_until_there_is_another() -> None:
    relate = stage()
    told(relate, *(article(number, "p:Vladimir Putin", apart=True) for number in range(5)))
    [known] = told(relate, article(10, "p:Putin", apart=True))
    assert known.entities[0].name == "Vladimir Putin"
    told(relate, *(article(20 + number, "p:Igor Putin", apart=True) for number in range(5)))
    [unsure] = told(relate, article(30, "p:Putin", apart=True))
    assert unsure.entities[0].name == "Putin"


def test_an_acronym_is_what_articles_explained_it_with() -> None:
    def explained(number: int) -> TaggedArticle:
        title = f"q{number}a r{number}b s{number}c: International Monetary Fund (IMF)"
        spans = [
            Span(field="title", start=title.index(name), end=title.index(name) + len(name))
            for name in ("Inter", "IMF")
        ]
        whole = Entity(id=entity_id("ORG", FUND), name=FUND, label="ORG", count=2, spans=spans)
        return news(f"n{number}", title, NOON + number * DAY * 3, entities=[whole])

    relate = stage()
    told(relate, explained(1), explained(2))
    [document] = told(relate, article(100, "o:IMF", apart=True))
    assert document.entities[0].name == FUND


FUND = "International Monetary Fund"


def test_a_name_is_the_kind_of_thing_that_most_articles_take_it_for() -> None:
    relate = stage()
    told(relate, *(article(number, "p:Viktor Malenko", apart=True) for number in range(4)))
    [document] = told(relate, article(9, "o:Viktor Malenko", apart=True))
    assert (document.entities[0].label, document.entities[0].id) == (
        "PERSON",
        entity_id("PERSON", "Viktor Malenko"),
    )


def test_in_a_story_a_name_is_what_more_of_its_articles_take_it_for() -> None:
    relate = stage()
    first, second, third, fourth = told(
        relate, article(1, "g:Ostrey"), article(2, "o:Ostrey"), article(3, "g:Ostrey"), article(4, "o:Ostrey")
    )

    assert [one.entities[0].label for one in (first, second, third, fourth)] == ["GPE", "ORG", "GPE", "GPE"]
    assert fourth.entities[0].id == first.entities[0].id


def test_names_of_one_article_that_turn_out_to_be_one_are_added_up() -> None:
    relate = stage()
    told(relate, article(1, "p:Volodymyr Zelensky"))
    [document] = told(relate, article(2, "p:Volodymyr Zelenskyy|p:Volodymyr Zelenskiy"))
    [person] = document.entities
    assert (person.name, person.count, len(person.spans)) == ("Volodymyr Zelensky", 2, 2)


def test_stories_count_articles_by_canonical_name() -> None:
    relate = stage()
    out = run(relate, article(1, "p:Vladimir Putin"), article(2, "p:Putin"), article(3, "p:V. Putin"))
    [person] = stories(out)[-1].entities
    assert (person.name, person.articles) == ("Vladimir Putin", 3)


def test_a_repeat_is_told_what_the_article_was_told_also_after_a_restart() -> None:
    table = Table({}, Related)
    relate = stage(table)
    [_, before] = told(relate, article(1, "p:Vladimir Putin"), article(2, "p:Putin"))
    told(relate, article(3, "p:Igor Putin"))
    assert told(relate, article(2, "p:Putin")) == [before] == told(stage(table), article(2, "p:Putin"))


def test_what_is_learned_fades_with_the_articles_that_taught_it() -> None:
    relate = stage()
    told(relate, article(1, "p:Volodymyr Zelensky", apart=True))
    run(relate, tick(NOON + 30 * DAY))
    late = news("late", "x1 y2 z3 w4", NOON + 30 * DAY, entities=[entity("p:Volodymyr Zelenskyy")])
    assert told(relate, late)[0].entities[0].name == "Volodymyr Zelenskyy"


def test_documents_have_the_countries_of_their_places_and_where_these_are() -> None:
    [document] = told(stage(names=ATLAS), article(1, "g:Paris|g:Berlin|g:Munich|g:Port Kells"))
    assert {(one.name, one.country) for one in document.entities} == {
        ("Paris", "FR"),
        ("Berlin", "DE"),
        ("Munich", "DE"),
        ("Port Kells", None),
    }
    assert document.countries == ["DE", "FR"]
    paris = next(one for one in document.entities if one.name == "Paris")
    assert paris.place == Coordinates(lat=48.97, lon=2.44)


def test_a_place_is_looked_for_in_the_publishers_country_where_nothing_else_tells() -> None:
    american = Source(name="Herald", domain="herald.example", country="US")
    one = news("a", "x", entities=[entity("g:Georgia")], source=american)
    assert told(stage(names=ATLAS), one)[0].entities[0].name == "Georgia, United States"
    other = news("b", "y", NOON + timedelta(hours=1), entities=[entity("g:Paris")], source=american)
    assert told(stage(names=ATLAS), other)[0].countries == ["FR"]
