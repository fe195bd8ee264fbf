"""Says what is wrong with a query, where, and what was expected there."""

from __future__ import annotations

import difflib
import re

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from streams.errors import QueryError
from streams.query.fields import FIELDS

LEAST_ALIKE = 0.7
"""How much a name must be like a field's for that to be meant: `titel` is, `autor` is not like `story`."""
_SHOWN_CHARS = 60
_TERM = "a word, a phrase in quotes, a field or ("
_NAME_BEFORE = re.compile(r"([^\s():\"“”„«»]+)$")


def query_error(query: str, position: int, message: str) -> QueryError:
    """The error with its place: the part of the query around it and a caret below."""
    first = max(0, position - _SHOWN_CHARS // 2)
    shown = "".join(char if char.isprintable() else " " for char in query[first : first + _SHOWN_CHARS])
    line, column = query.count("\n", 0, position) + 1, position - query.rfind("\n", 0, position)
    place = f"query, line {line}, column {column}"
    return QueryError(f"{place}: {message}\n  {shown}\n  {' ' * (position - first)}^", position)


def explain(query: str, error: UnexpectedInput) -> QueryError:
    """What the parser did not expect, in words."""
    if isinstance(error, UnexpectedToken):
        return _unexpected_token(query, error)
    assert isinstance(error, UnexpectedCharacters)
    return _unexpected_character(query, error.pos_in_stream or 0)


def _unexpected_token(query: str, error: UnexpectedToken) -> QueryError:
    at_end = error.token.type == "$END"
    position = len(query.rstrip()) if at_end else error.token.start_pos or 0
    before = query[:position].split()
    after = f" after {before[-1][-20:]}" if before else ""
    if "WORD" in error.expected and "_AND" not in error.expected:
        wanted = "a value" if before and before[-1].endswith(":") else _TERM
        return query_error(query, position, f"expected {wanted}{after}")
    if at_end:
        return query_error(query, position, "expected ) to close a bracket")
    return query_error(query, position, "this ) closes no bracket; write \\) for the character itself")


def _unexpected_character(query: str, position: int) -> QueryError:
    match query[position]:
        case ":":
            return _unknown_field(query, position)
        case '"' | "“" | "”" | "„" | "«" | "»" as quote:
            message = f"this quote is not closed; write \\{quote} for the character itself"
        case "~":
            message = "for words near each other write a NEAR/5 b; write \\~ for the character itself"
        case "^":
            message = "there are no weights; write \\^ for the character itself"
        case _:
            message = "there is nothing after this backslash; write \\\\ for the character itself"
    return query_error(query, position, message)


def _unknown_field(query: str, colon: int) -> QueryError:
    found = _NAME_BEFORE.search(query[:colon])
    name = found[1] if found else ""
    near = difflib.get_close_matches(name[:20].casefold(), FIELDS, n=1, cutoff=LEAST_ALIKE)
    hint = f"did you mean {near[0]}:?" if near else f"fields are {', '.join(FIELDS)}"
    message = f"there is no field {name[-20:]!r}; {hint} (write \\: for the character itself)"
    return query_error(query, colon - len(name), message)
