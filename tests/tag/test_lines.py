from __future__ import annotations

import json

import pytest

from streams.errors import UsageError
from streams.tag import lines as lines_module
from streams.tag.lines import tag_lines
from streams.tag.models import Models
from streams.tag.tagger import Tagger


@pytest.fixture
def tagger(fake_models: Models) -> Tagger:
    return Tagger(fake_models, max_chars=1000)


def test_a_line_gives_its_entities_with_places_in_characters(tagger: Tagger) -> None:
    [line] = tag_lines(['{"id": "7", "text": "É: Mr Trump in Lisbon", "note": 1}'], tagger)
    assert json.loads(line) == {
        "id": "7",
        "entities": [
            {"start": 6, "end": 11, "label": "PERSON", "text": "Trump", "name": "Trump"},
            {"start": 15, "end": 21, "label": "GPE", "text": "Lisbon", "name": "Lisbon"},
        ],
    }


def test_a_text_without_a_language_is_searched_in_the_one_it_is_written_in(tagger: Tagger) -> None:
    texts = ["Lisbon", "The mayor of Lisbon said so.", "Le maire de Lisbon a dit que cela ne se fera pas."]
    found = tag_lines([json.dumps({"id": 1, "text": text}) for text in texts], tagger)
    assert [len(json.loads(line)["entities"]) for line in found] == [1, 1, 0]


def test_ids_come_back_as_given_and_in_order(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "BATCH_LINES", 2)
    given = ['{"id": 1, "text": ""}', "", '{"id": "b", "text": "Lisbon"}', "  \n", '{"id": 3, "text": "x"}']
    assert [json.loads(line)["id"] for line in tag_lines(given, tagger)] == [1, "b", 3]


@pytest.mark.parametrize(("language", "found"), [("en", 1), ("en-GB", 1), ("EN_us", 1), ("de", 0), ("", 0)])
def test_the_language_chooses_the_model(tagger: Tagger, language: str, found: int) -> None:
    [line] = tag_lines([json.dumps({"id": 1, "text": "Lisbon", "language": language})], tagger)
    assert len(json.loads(line)["entities"]) == found


@pytest.mark.parametrize(
    "bad",
    [
        "Lisbon",
        "[]",
        '{"id": 1}',
        '{"text": "no id"}',
        '{"id": 1, "text": 2}',
        '{"id": 1, "text": "\\ud800"}',
        '{"id": 1, "text": "\udc80"}',
        "\x00",
    ],
)
def test_a_bad_line_is_named_by_its_number(tagger: Tagger, bad: str) -> None:
    with pytest.raises(UsageError, match=r"^line 2: .*each line is"):
        list(tag_lines(['{"id": 1, "text": "fine"}', bad], tagger))


def test_a_text_is_tagged_before_the_input_ends(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "BATCH_LINES", 1)
    endless = iter(lambda: '{"id": 1, "text": "Lisbon"}', None)
    assert json.loads(next(tag_lines(endless, tagger)))["entities"][0]["name"] == "Lisbon"
