"""Users' names in texts: what is always a name, and what never."""

from __future__ import annotations

import pytest

from streams.given import GivenName
from streams.records import TaggedArticle
from streams.tag.given import GivenMentions, WithGiven
from streams.tag.models import Models
from streams.tag.stage import Tag
from streams.tag.tagger import Mention, Tagger
from tests import factories


def always(name: str, *aliases: str, label: str = "ORG") -> GivenName:
    return GivenName(name=name, label=label, aliases=aliases, where="always")


def never(name: str, label: str = "") -> GivenName:
    return GivenName(name=name, label=label, where="never")


def mention(text: str, name: str, label: str) -> Mention:
    start = text.index(name)
    return Mention(start, start + len(name), label, name, name)


def found(text: str, *names: GivenName, mentions: list[Mention] | None = None) -> list[tuple[str, str]]:
    """What stands where, and under which name it goes."""
    put = GivenMentions(names).put(text, text, mentions or [])
    assert all(one.text == text[one.start : one.end] for one in put)
    assert put == sorted(put)
    return [(one.text, one.name) for one in put]


NATO = always("NATO", "North Atlantic Treaty Organization")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("NATO meets", ["NATO"]),
        ("At (NATO's) and NATO-led, NATO", ["NATO", "NATO", "NATO"]),
        ("Pronato NATOs NATO2 nato Nato", []),
        ("The NORTH ATLANTIC TREATY ORGANIZATION met", ["NORTH ATLANTIC TREATY ORGANIZATION"]),
        ("north atlantic treaty organization", []),
        ("Ĳssel İstanbul ﬁn NATO", ["NATO"]),
    ],
)
def test_names_stand_between_whole_words_with_their_capitals(text: str, written: list[str]) -> None:
    assert found(text, NATO) == [(one, "NATO") for one in written]


def test_signs_within_a_name_are_alike_but_a_line_ends_it() -> None:
    base = always("al-Qaeda", "AT&T", "U.S. Steel")

    assert [one for one, _ in found("Al Qaeda, al-Qaeda; AT&T. U.S. Steel’s", base)] == [
        "Al Qaeda",
        "al-Qaeda",
        "AT&T",
        "U.S. Steel",
    ]
    assert found("News of al\nQaeda", base) == []


def test_of_names_that_overlap_the_first_and_longest_counts() -> None:
    names = [
        always("York", label="GPE"),
        always("New York", label="GPE"),
        always("New York Post"),
        always("Post It"),
    ]

    assert [one for one, _ in found("In New York Post It is; York", *names)] == ["New York Post", "York"]
    assert [one for one, _ in found("New York posts", *names)] == ["New York"]


def test_a_name_takes_the_place_of_what_the_tagger_found_there() -> None:
    text = "Leaders of Hamas Gaza said"
    before = [mention(text, "Hamas Gaza", "PERSON")]
    exact = [mention(text, "Hamas", "PERSON")]

    put = GivenMentions([always("Hamas")]).put(text, text, exact)

    assert put == [Mention(11, 16, "ORG", "Hamas", "Hamas")]
    assert found(text, always("Hamas"), mentions=before) == [("Hamas Gaza", "Hamas Gaza")]
    assert found(text, always("of Hamas"), mentions=before) == [("of Hamas", "of Hamas")]


def test_what_is_never_a_name_is_none_nor_are_its_parts() -> None:
    text = "Photo: Getty Images. Getty spoke, Getty Images Ltd too"
    mentions = [mention(text, "Getty Images", "ORG"), Mention(21, 26, "PERSON", "Getty", "Getty")]
    longer = mention(text, "Getty Images Ltd", "ORG")

    assert found(text, never("Getty Images"), mentions=[*mentions, longer]) == [
        ("Getty", "Getty"),
        ("Getty Images Ltd", "Getty Images Ltd"),
    ]


def test_what_is_never_of_one_type_may_be_of_another() -> None:
    text = "Paris and Paris"
    mentions = [Mention(0, 5, "PERSON", "Paris", "Paris"), Mention(10, 15, "LOC", "Paris", "Paris")]

    assert GivenMentions([never("Paris", "PERSON")]).put(text, text, mentions) == mentions[1:]
    assert GivenMentions([never("Paris", "GPE")]).put(text, text, mentions) == mentions[:1]


def test_a_phrase_that_is_never_a_name_keeps_a_name_out_of_it() -> None:
    assert found("Big Apple Inc, Apple", never("Big Apple"), always("Apple")) == [("Apple", "Apple")]


def test_only_the_part_of_a_text_that_is_searched_has_names() -> None:
    tagger = WithGiven(Tagger(Models({}), max_chars=16), [NATO])

    found = tagger.tag([("0123456789 NATO NATO", "en"), ("NATO", "fi"), ("", "")])

    assert [len(mentions) for mentions in found] == [1, 1, 0]


def test_articles_in_any_language_get_the_names() -> None:
    tag = Tag(WithGiven(Tagger(Models({}), 1000), [NATO]))
    text = "Kokous: North Atlantic Treaty Organization."
    article = factories.article(language="fi", title="NATO kokoontuu", text=text)

    [output] = tag.process([article])

    assert isinstance(output.record, TaggedArticle)
    [entity] = output.record.entities
    assert (entity.name, entity.label, entity.count) == ("NATO", "ORG", 2)
    assert [(span.field, span.start, span.end) for span in entity.spans] == [("title", 0, 4), ("text", 8, 42)]
