"""Making a feed's XML harmless before it is parsed.

What is taken out here makes XML parsers refuse a document, run out of memory or never end: characters that
XML does not have, references to such characters, and a prolog (what stands before the first element) that
declares entities in terms of each other, names files to include, or is simply endless.
"""

from __future__ import annotations

import re

from streams.errors import NotAFeedError
from streams.feeds.text import clean
from streams.records import Problem

_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"
# What can stand before the first element, and that element; each is taken whole, so that it stays linear.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ROOT = re.compile(_COMMENT.pattern + r"|<(?P<prefix>[A-Za-z_][\w.-]*:)?(?P<name>[A-Za-z_][\w.-]*)", re.DOTALL)
CDATA = r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
KEPT = rf"{CDATA}|{_COMMENT.pattern}"
"""Patterns (with re.DOTALL) of what is left as it is by whoever looks for markup: in it nothing is any."""
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")
_LONGEST_REFERENCE = len("x10FFFF")
_ENTITY = re.compile(r"<!ENTITY\s")
# An entity that stands for plain characters, of which a prolog may have a few.
_PLAIN_ENTITY = re.compile(
    r"""<!ENTITY\s{1,9}(\w{1,99})\s{1,9}"(&#\w{1,9};|(?:[^&%"<]|&(?:amp|lt|gt|quot|apos);){0,999})"\s{0,9}>"""
)
_LONG_TAG = re.compile(r"(?P<name><[A-Za-z_][\w.:-]{0,99})\s[^<>]{4000,}>")
MAX_ATTRIBUTES = 500
_NAMED = re.compile(rf"{CDATA}|&(?P<name>\w{{1,99}});", re.DOTALL)
_MAX_PROLOG_CHARS = 64 * 1024
_MAX_EXPANSION_CHARS = 1024 * 1024


def root(text: str) -> re.Match[str] | None:
    """The start of the first element's tag: its `prefix` with the colon, or None, and its `name`."""
    return next((match for match in _ROOT.finditer(text) if match["name"]), None)


def root_name(text: str) -> str:
    """The first element's name in lower case, without prefix; empty where there is no element."""
    match = root(text)
    return match["name"].lower() if match else ""


def defuse(text: str) -> tuple[bytes, list[Problem]]:
    """The document as UTF-8 that is safe to parse, and what had to be taken out of it.

    Raises NotAFeedError (`xml-entities`) when its entities would blow it up beyond reason.
    """
    problems: list[Problem] = []
    sound = _REFERENCE.sub(_sound_reference, clean(text))
    if sound != text:
        problems.append(
            Problem(kind="control-characters", message="control characters or half characters were taken out")
        )
    sound = _LONG_TAG.sub(_bare, sound)
    match = root(sound)
    start = match.start() if match else len(sound)
    content, found = _without_entities(sound[:start], sound[start:])
    return (_DECLARATION + content).encode(), problems + found


def _bare(match: re.Match[str]) -> str:
    """An element's start without its attributes, where these are so many that feedparser would take minutes."""
    tag = match.group()
    return tag if tag.count("=") <= MAX_ATTRIBUTES else match["name"] + ("/>" if tag.endswith("/>") else ">")


def _sound_reference(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2)
    if len(digits.lstrip("0")) > _LONGEST_REFERENCE:
        return ""
    code = int(digits, 16 if match.group(1) else 10)
    return match.group() if code <= 0x10FFFF and clean(chr(code)) else ""


def _without_entities(prolog: str, content: str) -> tuple[str, list[Problem]]:
    """The content with the texts of the prolog's plain entities in the place of their names."""
    prolog = _COMMENT.sub("", prolog)
    declared = len(_ENTITY.findall(prolog))
    plain = dict(_PLAIN_ENTITY.findall(prolog)) if len(prolog) <= _MAX_PROLOG_CHARS else {}
    plain = {name: value.replace("'", "&apos;") for name, value in plain.items()}  # they may stand in attributes
    expansion = sum(content.count(f"&{name};") * len(value) for name, value in plain.items())
    if expansion > _MAX_EXPANSION_CHARS:
        raise NotAFeedError("xml-entities", "the document's own entities would blow it up beyond reason")
    problems = []
    if declared > len(plain):
        problems.append(
            Problem(
                kind="xml-entities",
                message=f"{declared - len(plain)} XML entities that are more than plain text were left out",
            )
        )
    return _NAMED.sub(
        lambda match: plain.get(match["name"], match.group()), content
    ) if plain else content, problems
