"""The sentence with which an article begins: what stands under its story's title.

Sentences end at a full stop, question or exclamation mark before a capital (before anything, in writing without
spaces), but not after an initial or a common abbreviation: enough for the first sentence of a report.
"""

from __future__ import annotations

import re

from streams.patterns import words

MOST_CHARS = 240
LEAST_CHARS = 25
"""What is shorter is a dateline or an exclamation, and says nothing without what follows."""

LOOKED_AT = 2000
"""Characters of a text."""

_END = re.compile(r"[.!?…]+[\"”»’')\]]*(?=\s+[\"“«„‘'(¿¡]*[^\W\d_a-zß-öø-ÿ])|[。！？]+[」』”]?")
_SHORT = words("""
    Mr, Mrs, Ms, Dr, St, Ste, Gen, Sen, Rep, Gov, Prof, Lt, Col, Sgt, Capt, Hon, Rev, No, Nr, vs, Jr, Sr, Mme,
    Mlle, Sra, Srta, Hr, Fr, bzw, ca, etc, Inc, Corp, Ltd, Co
""")
_ABBREVIATION = re.compile(rf"(?:^|[\s(\"“«„])(?:\w|(?:\w\.)+\w|{_SHORT}|[A-Z][bcdfgptv])\.$")


def lead_sentence(text: str) -> str:
    """The first sentence of a text, cut to MOST_CHARS; empty when there is no text."""
    paragraph = _first_paragraph(text[:LOOKED_AT])
    for end in _END.finditer(paragraph):
        sentence = paragraph[: end.end()]
        if len(sentence) >= LEAST_CHARS and not _ABBREVIATION.search(sentence):
            return _cut(sentence)
    return _cut(paragraph)


def _first_paragraph(text: str) -> str:
    first = ""
    for paragraph in text.split("\n\n"):
        line = " ".join(paragraph.split())
        if len(line) >= LEAST_CHARS:
            return line
        first = first or line
    return first


def _cut(sentence: str) -> str:
    if len(sentence) <= MOST_CHARS:
        return sentence
    return sentence[: MOST_CHARS - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
