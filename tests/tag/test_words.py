from __future__ import annotations

import pytest
import spacy

from streams.tag.models import Models
from streams.tag.words import NO_WORDS, words_of


@pytest.mark.parametrize("word", ["Meets", "told", "Planned", "stopped", "Better", "quickly", "Will", "the"])
def test_words_in_any_form_and_case_are_plain(real_models: Models, word: str) -> None:
    assert real_models.knowledge("en").words.is_plain(word)


@pytest.mark.parametrize("word", ["Police", "ministers", "Storms"])
def test_nouns_are_common_but_can_be_names(real_models: Models, word: str) -> None:
    words = real_models.knowledge("en").words
    assert words.is_common(word)
    assert words.is_noun(word)


@pytest.mark.parametrize("word", ["Zelensky", "Qwertyui", "", "\ud800", "ing", "qqing"])
def test_what_the_language_does_not_have_is_not_common(real_models: Models, word: str) -> None:
    assert not real_models.knowledge("en").words.is_common(word)


def test_french_has_its_own_words(real_models: Models) -> None:
    words = real_models.knowledge("fr").words
    assert words.is_common("policiers")
    assert words.is_grammar("avec")
    assert not words.is_common("Macron")


def test_a_pipeline_without_a_dictionary_knows_words_of_grammar_only() -> None:
    words = words_of(spacy.blank("en"))
    assert words.is_plain("the")
    assert not words.is_common("police")


def test_nothing_is_common_where_nothing_is_known() -> None:
    assert not NO_WORDS.is_common("the")
