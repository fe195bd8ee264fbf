"""What a headline says as a vector, whatever its words and language.

The encoder is Google's multilingual universal sentence encoder (Y. Yang et al., "Multilingual Universal Sentence
Encoder for Semantic Retrieval", 2020) in numpy, for 16 languages. It is loaded when it is first needed; that takes
seconds and 200 MB.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from streams.errors import SettingsError
from streams.identify.plain import is_beginning

SCALE = 1000
"""Components of the unit vector are multiplied by this and rounded; one in ten thousand is cut to a byte."""

HEADLINE_WORDS = 25
HEADLINE_CHARS = 300
"""What is read of a headline, and of a text that has none."""


class EncodesHeadlines(Protocol):
    """Makes vectors of headlines, in this process or in others."""

    def encode(self, headlines: Sequence[str]) -> list[bytes]:
        """One vector each: 512 whole numbers of a byte, or none at all for a headline without letters."""
        ...


class _Model(Protocol):
    def encode(self, texts: list[str]) -> NDArray[np.float32]: ...


class Encoder:
    """Encodes in this process. `package` is the Python package of the model; without one nothing is encoded.

    Raises SettingsError for a package that is not installed, on making, or that cannot be loaded, on first use.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self._model: _Model | None = None
        if package and importlib.util.find_spec(package) is None:
            raise _unusable(package, "is not installed")

    def encode(self, headlines: Sequence[str]) -> list[bytes]:
        """One vector each: 512 whole numbers of a byte, or none at all for a headline without letters."""
        vectors = [b""] * len(headlines)
        # Texts of like length share a batch.
        known = sorted(
            (number for number, headline in enumerate(headlines) if any(map(str.isalpha, headline))),
            key=lambda number: len(headlines[number]),
        )
        if self.package and known:
            for number, vector in zip(known, self._encoded([headlines[n] for n in known]), strict=True):
                vectors[number] = vector.tobytes()
        return vectors

    def load(self) -> None:
        """Load the model now instead of at the first headline."""
        if self.package:
            self._encoded(["a"])

    def _encoded(self, headlines: list[str]) -> NDArray[np.int8]:
        if self._model is None:
            self._model = _load(self.package)
        texts = [headline.encode("utf-8", "replace").decode() for headline in headlines]
        return np.clip(np.rint(self._model.encode(texts) * SCALE), -127, 127).astype(np.int8)


def headline_of(title: str, text: str) -> str:
    """What stands for an article: its title, or how its text begins where there is none of its own."""
    if title and not is_beginning(title, text):
        return title[:HEADLINE_CHARS]
    return " ".join(text[: 2 * HEADLINE_CHARS].split()[:HEADLINE_WORDS])[:HEADLINE_CHARS]


def _load(package: str) -> _Model:
    try:
        return cast(_Model, importlib.import_module(package).USE(threads=1))
    except Exception as error:
        raise _unusable(package, f"cannot be loaded ({error})") from error


def _unusable(package: str, problem: str) -> SettingsError:
    return SettingsError(
        f"STREAMS_TITLE_MODEL: the package {package!r} {problem}; leave the option away for the one "
        "that comes with this program, or set it to nothing to go without"
    )
