from __future__ import annotations

import pytest

from streams.tag import tagger as tagger_module
from streams.tag.models import Models
from streams.tag.tagger import Mention, Tagger, searchable


@pytest.fixture
def tagger(fake_models: Models) -> Tagger:
    return Tagger(fake_models, max_chars=1000)


@pytest.fixture
def real(real_models: Models) -> Tagger:
    return Tagger(real_models, max_chars=5000)


def test_mentions_carry_their_place_and_the_fullest_name(tagger: Tagger) -> None:
    [mentions] = tagger.tag([("Mr Trump met Vladimir Putin on Monday. Putin's plane", "en")])
    assert mentions == [
        Mention(3, 8, "PERSON", "Trump", "Trump"),
        Mention(13, 27, "PERSON", "Vladimir Putin", "Vladimir Putin"),
        Mention(39, 44, "PERSON", "Putin", "Vladimir Putin"),
    ]


def test_results_come_in_the_texts_order_whatever_their_length_and_language(tagger: Tagger) -> None:
    texts = [("Lisbon " * 9, "en"), ("Lisbon", "de"), ("", "en"), ("Trump", "en"), ("Lisbon " * 3, "en")]
    assert [len(mentions) for mentions in tagger.tag(texts)] == [9, 0, 0, 1, 3]


def test_more_texts_than_a_memory_zone_holds(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagger_module, "ZONE_TEXTS", 3)
    assert [len(mentions) for mentions in tagger.tag([("Lisbon", "en")] * 10)] == [1] * 10


def test_nothing_to_tag(tagger: Tagger) -> None:
    assert tagger.tag([]) == []


def test_only_the_beginning_of_a_long_text_is_searched(fake_models: Models) -> None:
    tagger = Tagger(fake_models, max_chars=25)
    assert len(tagger.tag([("Lisbon " * 1000, "en")])[0]) == 3


def test_long_runs_of_punctuation_become_blanks() -> None:
    assert searchable("a (...) (((((((((((( b", 100) == "a (...)              b"


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("one two three", "one two"),
        ("one two", "one two"),
        ("one tw", "one tw"),
        ("one two\nthree", "one two"),
        ("unbroken text", "unbroke"),
        (" " * 50, " " * 7),
        ("a\udc00b \ud800", "a\ufffdb \ufffd"),
        ("", ""),
    ],
)
def test_a_text_is_cut_between_words_and_cleared_of_lone_surrogates(text: str, searched: str) -> None:
    assert searchable(text, 7) == searched


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x01\x1b[31m Lisbon \x7f",
        "\ud800 Lisbon \udfff",
        "x" * 5000,
        "A. " * 2000,
        "Lisbon\u202e\u200b\ufeff" * 300,
        "🙂👩‍👩‍👧" * 500,
        "((((" * 1000,
        "'a.(" * 1000,
        "$$$$$$$a" * 500,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_is_searched_like_any_other(real: Tagger, text: str) -> None:
    for language in ("en", "fr"):
        [mentions] = real.tag([(text, language)])
        spans = [(mention.start, mention.end) for mention in mentions]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)
        assert all(mention.text.encode() and mention.name for mention in mentions)


def test_real_models_find_and_join_people_organisations_and_places(real: Tagger) -> None:
    english, french = real.tag(
        [
            ("Russian President Vladimir Putin met Mr Trump in Helsinki. Mr. Putin left.", "en"),
            ("Le président Emmanuel Macron a reçu M. Poutine à Paris, a dit Mme Macron.", "fr"),
        ]
    )
    assert [(mention.name, mention.label) for mention in english] == [
        ("Vladimir Putin", "PERSON"),
        ("Trump", "PERSON"),
        ("Helsinki", "GPE"),
        ("Vladimir Putin", "PERSON"),
    ]
    assert [(mention.name, mention.label) for mention in french] == [
        ("Emmanuel Macron", "PERSON"),
        ("Poutine", "PERSON"),
        ("Paris", "LOC"),
        ("Emmanuel Macron", "PERSON"),
    ]


def test_a_text_gets_the_same_mentions_alone_and_among_others(real: Tagger) -> None:
    texts = [(f"{name} of {place} spoke to Reuters about {name}.", "en") for name, place in PEOPLE]
    together = real.tag(texts)
    assert [real.tag([text])[0] for text in texts] == together


PEOPLE = [
    ("Angela Merkel", "Germany"),
    ("Boris Johnson", "the United Kingdom"),
    ("Shinzo Abe", "Japan"),
    ("Jacinda Ardern", "New Zealand, a country of islands far away in the Pacific"),
]
