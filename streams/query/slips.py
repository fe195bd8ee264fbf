"""What can be parsed and yet hardly says what is meant: operators in small letters, stars within quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from streams.query.fields import KEYWORD_FIELDS
from streams.query.parse import lexed
from streams.query.tokens import words

_OPERATORS = frozenset({"and", "or", "not"})
_NEAR = re.compile(r"(?:o?near|adj)/?\d+|o?near/\S*|(?:w|pre|within)/\d+", re.IGNORECASE)
_LETTER_STANDS_IN = re.compile(r"\w\?\w")
_STAR = re.compile(r"\w\*")
_OPENING, _CLOSING = ("'", "‘"), ("'", "’")


def slips(query: str) -> Iterator[str]:
    """Messages for people about a query that can be parsed, each with the way out."""
    tokens = lexed(query)
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before is not None and before.type == "FIELD" and before[:-1] in KEYWORD_FIELDS:
            continue
        yield from _of_phrase(token) if token.type == "PHRASE" else _of_word(token)
    yield from _single_quotes([token for token in tokens if token.type == "WORD"])


def _of_word(token: Token) -> Iterator[str]:
    if token.type != "WORD":
        return
    if token.casefold() in _OPERATORS:
        yield f"{str(token)!r} is looked for as a word: the operator is written {token.upper()}"
    elif _NEAR.fullmatch(token):
        yield f"{str(token)!r} is looked for as a word: what is near is written as in bridge NEAR/5 closed"
    elif _LETTER_STANDS_IN.search(token):
        found = " ".join(words(token))
        yield f"{str(token)!r} is looked for as {found!r}: a ? stands for no letter, and a * only ends a word"


def _of_phrase(token: Token) -> Iterator[str]:
    if _STAR.search(token):
        yield f"the * in {token} means nothing within quotes: write words that begin so as in elect* ONEAR/0 day"


def _single_quotes(tokens: list[Token]) -> Iterator[str]:
    for place, token in enumerate(tokens):
        begins = token.startswith(_OPENING) and not token.endswith(_CLOSING)
        if begins and any(one.endswith(_CLOSING) for one in tokens[place + 1 : place + 10]):
            yield f'words from {str(token)!r} on are looked for one by one: a phrase is written "harbour bridge"'
            return
