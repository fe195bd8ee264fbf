"""Model packages made for the tests, as `spacy package` makes them."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import spacy

from streams.settings import Settings
from streams.tag.models import Models

MakePackage = Callable[[str, str], str]


@pytest.fixture(scope="session")
def make_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakePackage]:
    """Makes a package of a name, which its recogniser's component name follows, and returns the name."""
    root = tmp_path_factory.mktemp("packages")

    def make(name: str, component: str) -> str:
        folder = root / name
        folder.mkdir()
        shutil.copy(Path(__file__).with_name("fake_model.py"), folder / "__init__.py")
        importlib.import_module(name)
        nlp = spacy.blank("en")
        nlp.add_pipe("fake_recogniser", name=component)
        nlp.add_pipe("sentencizer")
        nlp.to_disk(folder / "en_fake-1.0")
        return name

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        yield make


@pytest.fixture(scope="session")
def fake_package(make_package: MakePackage) -> str:
    """The name of an installed package whose recogniser finds the words of `fake_model`."""
    return make_package("fake_entities", "ner")


@pytest.fixture(scope="session")
def fake_models(fake_package: str) -> Models:
    """That package for English."""
    return Models({"en": fake_package})


@pytest.fixture(scope="session")
def real_models() -> Models:
    """The models that are there by default; French takes seconds to load."""
    return Models(Settings.model_fields["models"].default)
