from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from streams import codec
from streams.errors import RecordError
from streams.records import Decision, Entity, Record, Span, TaggedArticle, Tick, Topic
from streams.stage import STORY_GROUP
from streams.tag.stage import Tag, entity_id
from streams.tag.tagger import Mention
from tests import factories


class FindsGivenWords:
    """Finds each of the given (words, label) once in a text, as a tagger does; knows English only."""

    packages: Mapping[str, str] = {"en": "words-1"}
    max_chars = 60

    def __init__(self, *words: tuple[str, str]) -> None:
        self._words = words

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        return [self._find(text) if language in self.packages else [] for text, language in texts]

    def _find(self, text: str) -> list[Mention]:
        places = [(text.find(words), words, label) for words, label in self._words]
        return [
            Mention(start, start + len(words), label, words, words)
            for start, words, label in sorted(places)
            if start >= 0
        ]


def run(stage: Tag, *records: Record) -> list[TaggedArticle]:
    outputs = stage.process(records)
    return [output.record for output in outputs if isinstance(output.record, TaggedArticle)]


def test_an_article_keeps_its_fields_and_gets_entities_with_places_in_title_and_text() -> None:
    article = factories.article(title="Jane Doe in Lisbon", text="The Herald met her.", trace=[EARLIER])
    [tagged] = run(Tag(FindsGivenWords(("Jane Doe", "PERSON"), ("Lisbon", "GPE"), ("Herald", "ORG"))), article)
    assert tagged.entities == [
        entity("Jane Doe", "PERSON", Span(field="title", start=0, end=8)),
        entity("Lisbon", "GPE", Span(field="title", start=12, end=18)),
        entity("Herald", "ORG", Span(field="text", start=4, end=10)),
    ]
    assert article.text[4:10] == "Herald"
    assert (tagged.id, tagged.title, tagged.source, tagged.trace[0]) == (
        article.id,
        article.title,
        article.source,
        EARLIER,
    )


EARLIER = Decision(stage="identify", what="new", why="unknown URL")


def entity(name: str, label: str, *spans: Span) -> Entity:
    return Entity(id=entity_id(label, name), name=name, label=label, count=len(spans), spans=list(spans))


class FindsMentions(FindsGivenWords):
    """Finds the same mentions in whatever text."""

    def __init__(self, *mentions: Mention) -> None:
        self._mentions = list(mentions)

    def _find(self, text: str) -> list[Mention]:
        return self._mentions


def test_mentions_of_one_name_are_one_entity_and_the_most_mentioned_comes_first() -> None:
    finder = FindsMentions(
        Mention(0, 6, "GPE", "Lisbon", "Lisbon"),
        Mention(40, 45, "PERSON", "Doe's", "Jane Doe"),
        Mention(50, 58, "PERSON", "Jane Doe", "Jane Doe"),
    )
    [tagged] = run(Tag(finder), factories.article())
    assert [(found.name, found.count, len(found.spans)) for found in tagged.entities] == [
        ("Jane Doe", 2, 2),
        ("Lisbon", 1, 1),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("GPE", "Côte d’Ivoire"), ("LOC", "cote d'Ivoire"), True),
        (("ORG", "Apple"), ("ORG", "Apple Inc."), True),
        (("GPE", "U.S."), ("GPE", "US"), True),
        (("PERSON", "Jordan"), ("GPE", "Jordan"), False),
        (("ORG", "Paris Match"), ("ORG", "Paris"), False),
    ],
)
def test_an_entitys_id_is_of_its_kind_and_folded_name(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    assert (entity_id(*one) == entity_id(*other)) is same


def test_the_trace_says_what_was_searched_with_what_and_found() -> None:
    article = factories.article(title="Lisbon", text="x " * 100)
    [tagged] = run(Tag(FindsGivenWords(("Lisbon", "GPE"))), article)
    assert tagged.trace == [
        Decision(
            stage="tag",
            what="searched for entities",
            why="with words-1",
            numbers={"mentions": 1, "entities": 1, "chars": 60},
        )
    ]


def test_an_article_without_a_model_for_its_language_passes_untagged_and_is_counted() -> None:
    stage = Tag(FindsGivenWords(("Lisbon", "GPE")))
    german = factories.article(title="Lisbon", language="de")
    [tagged] = run(stage, german)
    assert tagged.entities == []
    assert tagged.trace == [Decision(stage="tag", what="not searched for entities", why="no model for de")]
    assert stage.untagged == {"de": 1}


def test_articles_and_ticks_go_on_in_order_under_the_story_groups_key() -> None:
    first, second = factories.article(url="https://a.example/1"), factories.article(url="https://a.example/2")
    tick = Tick(at=factories.NOON)
    outputs = Tag(FindsGivenWords()).process([first, tick, second])
    assert [(output.topic, output.key) for output in outputs] == [(Topic.TAGGED, STORY_GROUP)] * 3
    assert [getattr(output.record, "id", None) for output in outputs] == [first.id, None, second.id]
    assert outputs[1].record is tick


def test_the_same_article_gives_the_same_bytes_again() -> None:
    stage, article = Tag(FindsGivenWords(("bridge", "FAC"))), factories.article()
    [[once], [again]] = [stage.process([article]) for _ in range(2)]
    assert codec.encode(once.record) == codec.encode(again.record)


def test_a_record_of_another_type_is_refused() -> None:
    with pytest.raises(RecordError, match="not RawItem"):
        Tag(FindsGivenWords()).process([factories.raw_item()])


def test_an_empty_batch_leads_to_nothing() -> None:
    assert Tag(FindsGivenWords()).process([]) == []
