"""XML that is nearly XML, made whole before it is read.

What strict parsers refuse is mostly one of a few slips: an ampersand or `<` of a text that is not escaped, a name
of a character that only HTML has, a prefix that is not declared, something after the end, an end that is missing.
feedparser's loose parser gets through all of that, but not unharmed: "AT&T" becomes "AT&T;", and the text in which
a document breaks off is lost. So these are mended; only what is still broken then is left to it.
"""

from __future__ import annotations

import re
from html.entities import html5, name2codepoint
from typing import NamedTuple
from xml.parsers import expat
from xml.parsers.expat import errors
from xml.sax.saxutils import escape

from streams.feeds.balance import balanced
from streams.feeds.xml import KEPT
from streams.records import Problem

ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
"""The start of an entry."""
MAX_PREFIXES = 50
_REFERENCE = r"&(?:#[0-9]{1,8};|#[xX][0-9A-Fa-f]{1,8};|(?P<name>\w{1,40});)?"
_SLIP = re.compile(rf"{KEPT}|{_REFERENCE}|<(?=[\s\d<=&.,;\"'-])", re.DOTALL)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
_DECLARED = re.compile(r"\sxmlns:([\w.-]{1,40})\s*=")
_ROOT = re.compile(r"<[A-Za-z_][\w.:-]*")
_UNDECLARED = "http://undeclared.invalid/"
_CUT = {errors.codes[name] for name in (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_PARTIAL_CHAR)}
_CUT_TAG = errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN]
_CUT_CDATA = errors.codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION]
_AFTER_END = errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]


class _Fault(NamedTuple):
    """Why a document is not well formed: expat's number for it and words, and the byte at which it was noticed."""

    code: int
    message: str
    at: int


def mended(document: bytes) -> tuple[bytes, list[Problem]]:
    """A document without slips, and the problem with it as it was; one that is well formed stays as it is.

    It must be UTF-8 and declare no entities (see xml.defuse).
    """
    found = _fault(expat.ParserCreate("utf-8", namespace_separator=" "), document)
    if found is None:
        return document, []
    text = document.decode("utf-8", "replace")
    text = _ended(_declared(_SLIP.sub(_escaped, text)))
    return _whole(text.encode()), [Problem(kind="not-well-formed", message=f"the XML is broken: {found.message}")]


def _whole(document: bytes) -> bytes:
    """A document whose elements all end, if that makes it well-formed."""
    if _fault(expat.ParserCreate("utf-8", namespace_separator=" "), document) is None:
        return document
    whole = balanced(document.decode()).encode()
    return document if _fault(expat.ParserCreate("utf-8", namespace_separator=" "), whole) else whole


def _fault(parser: expat.XMLParserType, document: bytes) -> _Fault | None:
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        return _Fault(error.code, str(error), parser.ErrorByteIndex)
    return None


def _escaped(match: re.Match[str]) -> str:
    found, name = match.group(), match["name"]
    if found == "<":
        return "&lt;"
    if found == "&":
        return "&amp;"
    if name is None or name in _OF_XML:
        return found
    character = chr(name2codepoint[name]) if name in name2codepoint else html5.get(f"{name};")
    return escape(character) if character else f"&amp;{name};"


def _declared(text: str) -> str:
    """With a declaration of each prefix that has none; feedparser goes by the usual ones all the same."""
    missing = set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"}
    root = _ROOT.search(text)
    if not missing or root is None:
        return text
    declared = "".join(f' xmlns:{name}="{_UNDECLARED}{name}"' for name in sorted(missing)[:MAX_PREFIXES])
    return text[: root.end()] + declared + text[root.end() :]


def _ended(text: str) -> str:
    """Without what follows the end, and with the ends that are missing where the document breaks off."""
    opened: list[str] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _: opened.append(name)
    parser.EndElementHandler = lambda _: opened.pop()
    document = text.encode()
    found = _fault(parser, document)
    if found is None:
        return text
    read, rest = (part.decode("utf-8", "ignore") for part in (document[: found.at], document[found.at :]))
    if found.code == _AFTER_END and not ENTRY.search(rest):
        return read
    if found.code == _CUT_TAG:
        text = read
    elif found.code == _CUT_CDATA:
        text += "]]>"
    elif found.code not in _CUT:
        return text
    return text + "".join(f"</{name}>" for name in reversed(opened))
