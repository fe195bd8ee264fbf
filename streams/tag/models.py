"""The spaCy pipelines that find entities: one package a language, loaded when first needed.

This is the only module that imports spaCy, and only when a model is loaded: it takes seconds.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streams.errors import SettingsError
from streams.tag.casing import load_casing
from streams.tag.evidence import Knowledge
from streams.tag.gazetteer import load_gazetteer
from streams.tag.words import words_of

if TYPE_CHECKING:
    from spacy.language import Language

NER = "ner"
SHARED_FACTORIES = ("tok2vec", "transformer", "curated_transformer")
"""Components that a listener with the upstream `*` may listen to."""


class Models:
    """spaCy pipelines by language code, each with the entity recogniser and what it needs, nothing else.

    Raises SettingsError when a package is not installed.
    """

    def __init__(self, packages: Mapping[str, str]) -> None:
        self.packages = dict(packages)
        self._loaded: dict[str, Language] = {}
        self._known: dict[str, Knowledge] = {}
        for language, package in self.packages.items():
            _package_folder(language, package)

    def load(self, language: str) -> Language | None:
        """The pipeline for a language, or None when no package is set for it.

        Raises SettingsError when the package cannot be loaded or holds no entity recogniser.
        """
        if language not in self._loaded:
            if language not in self.packages:
                return None
            self._loaded[language] = _load(language, self.packages[language])
        return self._loaded[language]

    def knowledge(self, language: str) -> Knowledge:
        """What is known of names and of a language's words; nothing when no package is set for it."""
        if language not in self._known:
            nlp = self.load(language)
            self._known[language] = (
                Knowledge(load_gazetteer(), words_of(nlp), load_casing()) if nlp else Knowledge()
            )
        return self._known[language]

    def load_all(self) -> None:
        """Load everything now instead of at the first text."""
        for language in self.packages:
            self.knowledge(language)


def needed(components: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The names of the entity recogniser and all components that it listens to, of a pipeline's config.

    A component listens by a `Tok2VecListener` or `TransformerListener` layer, whose `upstream` names the other.
    """
    keep: set[str] = set()
    waiting = [NER]
    while waiting:
        name = waiting.pop()
        if name in components and name not in keep:
            keep.add(name)
            for upstream in _upstreams(components[name]):
                waiting += _shared(components) if upstream == "*" else [upstream]
    return keep


def _upstreams(config: Mapping[str, Any]) -> Iterator[str]:
    if "Listener" in str(config.get("@architectures", "")):
        yield str(config.get("upstream", "*"))
    for value in config.values():
        if isinstance(value, Mapping):
            yield from _upstreams(value)


def _shared(components: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [name for name, config in components.items() if config.get("factory") in SHARED_FACTORIES]


def _load(language: str, package: str) -> Language:
    from spacy import util

    folder = _package_folder(language, package)
    try:
        importlib.import_module(package)  # Registers the components that a package may define.
        [config_file] = folder.glob("*/config.cfg")
        components = util.load_config(config_file)["components"]
        unneeded = set(components) - needed(components)
        nlp = util.load_model_from_path(config_file.parent, exclude=sorted(unneeded))
    except Exception as error:
        raise _unusable(language, package, f"cannot be loaded ({error})") from error
    if NER not in nlp.pipe_names:
        raise _unusable(language, package, "finds no entities (it has no component `ner`)")
    nlp.max_length = sys.maxsize  # The tagger cuts texts; spaCy's own limit is for parsers.
    return nlp


def _package_folder(language: str, package: str) -> Path:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError) as error:
        raise _unusable(language, package, f"cannot be found ({error})") from error
    if spec is None or spec.origin is None:
        raise _unusable(language, package, "is not installed")
    return Path(spec.origin).parent


def _unusable(language: str, package: str, problem: str) -> SettingsError:
    return SettingsError(
        f"STREAMS_MODELS: the spaCy package {package!r} for language {language!r} {problem}; "
        f"`pip install` a package that fits spaCy's version, or leave {language!r} out"
    )
