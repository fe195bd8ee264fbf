"""JSON as feeds have it, read into plain values."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from streams import codec
from streams.errors import NotAFeedError
from streams.records import Problem

MAX_BEFORE_CHARS = 1000
_BEFORE = re.compile(
    r"""
    (?:
        \s | /\*.*?\*/ | //[^\n]*\n                             # blanks and comments
        | \)\]\}',? | while[ ]?\(1\); | for[ ]?\(;;\);           # lest other sites' pages read it as a script
        | typeof[ ][\w.$]{1,80}[ ]?={2,3}[ ]?'function'[ ]?&&    # JSONP that looks whether its function is there
        | [A-Za-z_$][\w.$]{0,80}\(                              # JSONP
    )*+
    """,
    re.DOTALL | re.VERBOSE,
)
# Escapes from left to right, so that `\\ud800` is not taken for one; pairs stay, halves are what is sought.
_ESCAPE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9A-Fa-f]{2})|\\."
)
_BEYOND_JSON = re.compile(
    r"(?P<kept>\"(?:[^\"\\]|\\.)*+(?:\"|\Z))|/\*.*?(?:\*/|\Z)|//[^\n]*|,(?=\s{0,999}[}\]])", re.DOTALL
)
_MAX_DIGITS = 300
_LOOSELY: dict[str, Any] = {
    "strict": False,
    "parse_constant": lambda _: None,
    "parse_int": lambda digits: int(digits) if len(digits) <= _MAX_DIGITS else None,
}


def json_within(text: str) -> str | None:
    """The JSON object that a text is: by itself, after comments or a guard against scripts, or as JSONP."""
    place = text.find("{", 0, MAX_BEFORE_CHARS)
    if place < 0 or not _BEFORE.fullmatch(text[:place]):
        return None
    return text[place:] if place == 0 else text[place:].rstrip(" \t\r\n;").removesuffix(")")


def decoded(text: str) -> tuple[object, list[Problem]]:
    """The document without halves of characters; it may have what JSON has not and programs write all the same.

    That is line ends and tabs in texts as they are, comments, and commas before an end. Of a document that breaks
    off between or within its items, all that is whole before is read, with the problem. Raises NotAFeedError.
    """
    text = _ESCAPE.sub(lambda match: "" if match["half"] else match.group(), text)
    try:
        return codec.decode_as(text.encode(), object), []
    except (msgspec.DecodeError, RecursionError) as error:
        broken = error
    text = _BEYOND_JSON.sub(lambda match: match["kept"] or "", text)
    try:
        return json.loads(text, **_LOOSELY), []
    except (ValueError, RecursionError):
        top, items = _whole_part(text)
    if not items:
        raise NotAFeedError("not-a-feed", f"the document is broken JSON: {broken}") from broken
    message = f"the JSON is broken ({broken}): what is whole before that was read, items: {len(items):,}"
    return top, [Problem(kind="not-well-formed", message=message[:300])]


def _whole_part(text: str) -> tuple[dict[str, object], list[object]]:
    """The members of an object, and the items among them, up to where it breaks."""
    top: dict[str, object] = {}
    items: list[object] = []
    read = json.JSONDecoder(**_LOOSELY).raw_decode
    place = _after(text, 0, "{")
    try:
        while True:
            name, place = read(text, place)
            place = _after(text, place, ":")
            if name == "items" and text[place : place + 1] == "[":
                top["items"] = items
                place += 1
                while text[place := _after(text, place, "")] != "]":
                    item, place = read(text, place)
                    items.append(item)
                    place = _after(text, place, ",")
                place += 1
            else:
                top[str(name)], place = read(text, place)
            place = _after(text, place, ",")
    except (ValueError, IndexError, RecursionError):
        return top, items


def _after(text: str, place: int, mark: str) -> int:
    """The place of what follows white space, and a mark if it stands there."""
    while text[place : place + 1].isspace():
        place += 1
    return _after(text, place + 1, "") if mark and text.startswith(mark, place) else place
