from __future__ import annotations

import sys
from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.tag.models import Models, needed
from tests.tag.conftest import MakePackage


def listener(upstream: str) -> dict[str, object]:
    return {"model": {"tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "upstream": upstream}}}


@pytest.mark.parametrize(
    ("components", "kept"),
    [
        ({"tok2vec": {"factory": "tok2vec"}, "ner": {"model": {"tok2vec": {}}}}, {"ner"}),
        ({"tok2vec": {"factory": "tok2vec"}, "parser": {}, "ner": listener("tok2vec")}, {"ner", "tok2vec"}),
        ({"roots": {"factory": "transformer"}, "tagger": {}, "ner": listener("*")}, {"ner", "roots"}),
        ({"a": {"factory": "tok2vec"}, "b": listener("a"), "ner": listener("b")}, {"ner", "a", "b"}),
        ({"tagger": {}}, set()),
    ],
)
def test_the_recogniser_is_kept_with_what_it_listens_to(
    components: dict[str, dict[str, object]], kept: set[str]
) -> None:
    assert needed(components) == kept


def test_each_default_model_loads_without_components_that_entities_do_not_need(real_models: Models) -> None:
    real_models.load_all()
    pipelines = [real_models.load(language) for language in real_models.packages]
    assert [nlp.pipe_names for nlp in pipelines if nlp is not None] == [["ner"], ["ner"]]


def test_a_language_without_a_model_has_no_pipeline(fake_models: Models) -> None:
    assert fake_models.load("de") is None


def test_a_model_is_loaded_once(fake_models: Models) -> None:
    assert fake_models.load("en") is fake_models.load("en")


@pytest.mark.parametrize("package", ["no_such_package", "no.such.package", "", "..x"])
def test_a_package_that_is_not_installed_is_named_at_once(package: str) -> None:
    with pytest.raises(SettingsError, match=r"STREAMS_MODELS.*for language 'de'.*pip install"):
        Models({"de": package})


def test_a_package_that_holds_no_model_is_named_when_it_is_loaded() -> None:
    with pytest.raises(SettingsError, match=r"STREAMS_MODELS.*'json'.*cannot be loaded"):
        Models({"en": "json"}).load("en")


def test_a_broken_package_is_named_when_it_is_loaded(make_package: MakePackage) -> None:
    name = make_package("broken_entities", "ner")
    module = sys.modules[name]
    assert module.__file__ is not None
    (Path(module.__file__).parent / "en_fake-1.0" / "config.cfg").write_text("not a config", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"'broken_entities'.*cannot be loaded"):
        Models({"en": name}).load("en")


def test_a_package_without_a_recogniser_is_named_when_it_is_loaded(make_package: MakePackage) -> None:
    with pytest.raises(SettingsError, match=r"'tagging_only'.*finds no entities"):
        Models({"en": make_package("tagging_only", "tagger")}).load("en")
