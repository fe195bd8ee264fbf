"""Boilerplate at the end of a paragraph of running text, where feeds hang it on."""

from __future__ import annotations

import re
from typing import NamedTuple

from streams.patterns import words

TAIL_CHARS = 450
"""How far from the end of a paragraph a tail can begin."""


class Tail(NamedTuple):
    """Boilerplate at the end of a paragraph of running text: one of `signs` (small letters) is always in it."""

    kind: str
    why: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


AFTER_SENTENCE = r"(?<=[.!?…\"”’»)\]])\s+"
_AFTER_DOTS = r"(?:(?<=…)|(?<=\.\.\.)|(?<=…\])|(?<=\.\.\.\]))"
_READ_ALSO = words(
    en="READ MORE, Read more, READ ALSO, Read also, ALSO READ, Also read, RELATED, Related",
    fr="Lire aussi",
    de="Lesen Sie auch",
    es="Lee también",
)
_READ_ON = words(
    en="Continue reading, Read more, Read More, READ MORE",
    fr="Lire la suite",
    de="Weiterlesen, Mehr lesen",
    es="Leer más, Seguir leyendo",
)
_READ_THE_REST = words(
    en="continue reading, read more, read full story",
    fr="lire la suite",
    de="weiterlesen, mehr lesen",
    es="leer más, seguir leyendo",
)
TAILS = (
    Tail(
        "credit",
        "who worked on it",
        ("reporting", "writing", "editing", "edited", "compiled"),
        re.compile(
            AFTER_SENTENCE + r"\((?:(?:Additional|Further) )?"
            r"(?:[Rr]eporting|[Ww]riting|[Ee]dit(?:ing|ed)|[Cc]ompiled)\b[^()]{3,200}\)\.?$"
        ),
    ),
    Tail(
        "credit",
        "picture credit",
        ("photo", "foto", "image"),
        re.compile(AFTER_SENTENCE + r"\((?:Photo|Foto|PHOTO|Image)s?\b ?[:/,]? ?[^()]{2,80}\)\.?$"),
    ),
    Tail(
        "source",
        "where it was published",
        ("appeared first on",),
        re.compile(AFTER_SENTENCE + r"The post [^a-z\s].{0,300} appeared first on .{1,100}$"),
    ),
    Tail(
        "source",
        "where it was published",
        ("source", "quelle", "fuente"),
        re.compile(
            AFTER_SENTENCE + r"\(?(?:Source|SOURCE|Quelle|Fuente) ?: ?(?:[A-ZÀ-Þ][\w.&-]*[\s/]?){1,4}\)?\.?$"
        ),
    ),
    Tail(
        "links",
        "pointer to other articles",
        ("read", "related", "lire", "lesen", "lee"),
        re.compile(rf"{AFTER_SENTENCE}{_READ_ALSO} ?: ?[^.]{{1,150}}$"),
    ),
    Tail(
        "continue",
        "pointer to the rest",
        ("read", "lire", "lesen", "leer", "leyendo"),
        re.compile(rf"{AFTER_SENTENCE}\(?{_READ_ON}[\s.…»→>)]*$"),
    ),
    Tail(
        "continue",
        "pointer to the rest",
        ("continue reading", "read more", "read full", "lire la", "lesen", "leer más", "leyendo"),
        re.compile(rf"{_AFTER_DOTS}\s*\(?{_READ_THE_REST}\b.{{0,150}}$", re.IGNORECASE),
    ),
    Tail("continue", "pointer to the rest", ("…]", "...]", "…)"), re.compile(r"\s*(?:\[(?:…|\.{3})\]|\(…\))\s*$")),
)
"""In the order in which they are cut. All but the last need a sentence that has ended before them."""
