"""Boilerplate at the end of a paragraph of running text, where feeds hang it on."""

from __future__ import annotations

import re
from typing import NamedTuple

TAIL_CHARS = 450
"""How far from the end of a paragraph a tail can begin."""


class Tail(NamedTuple):
    """Boilerplate at the end of a paragraph of running text: one of `signs` (small letters) is always in it."""

    kind: str
    why: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


AFTER_SENTENCE = r"(?<=[.!?…\"”’»)\]])\s+"
TAILS = (
    Tail(
        "credit",
        "who worked on it",
        ("reporting", "writing", "editing", "edited", "compiled"),
        re.compile(
            AFTER_SENTENCE
            + r"\((?:(?:Additional|Further) )?(?:[Rr]eporting|[Ww]riting|[Ee]dit(?:ing|ed)|[Cc]ompiled)"
            r"\b[^()]{3,200}\)\.?$"
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
        re.compile(
            AFTER_SENTENCE + r"(?:READ MORE|Read more|READ ALSO|Read also|ALSO READ|Also read|RELATED|Related"
            r"|Lire aussi|Lesen Sie auch|Lee también) ?: ?[^.]{1,150}$"
        ),
    ),
    Tail(
        "continue",
        "pointer to the rest",
        ("read", "lire", "lesen", "leer", "leyendo"),
        re.compile(
            AFTER_SENTENCE + r"\(?(?:Continue reading|Read more|Read More|READ MORE|Lire la suite|Weiterlesen"
            r"|Mehr lesen|Leer más|Seguir leyendo)[\s.…»→>)]*$"
        ),
    ),
    Tail(
        "continue",
        "pointer to the rest",
        ("continue reading", "read more", "read full", "lire la", "lesen", "leer más", "leyendo"),
        re.compile(
            r"(?:(?<=…)|(?<=\.\.\.)|(?<=…\])|(?<=\.\.\.\]))\s*\(?(?:continue reading|read more|read full story"
            r"|lire la suite|weiterlesen|mehr lesen|leer más|seguir leyendo)\b.{0,150}$",
            re.IGNORECASE,
        ),
    ),
    Tail("continue", "pointer to the rest", ("…]", "...]", "…)"), re.compile(r"\s*(?:\[(?:…|\.{3})\]|\(…\))\s*$")),
)
"""In the order in which they are cut. All but the last need a sentence that has ended before them."""
