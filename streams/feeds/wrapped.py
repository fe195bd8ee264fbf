"""A feed that is the whole body of a web page, as a browser saves it or what takes all for HTML sends it.

Pages that merely show how a feed looks have more than that in them, and stay pages.
"""

from __future__ import annotations

import html
import re

_FEED = r"(?:\?xml\s|rss[\s>]|feed\s|rdf:RDF\s)"
_PAGE = re.compile(
    r"\s{0,99}(?:<!DOCTYPE[^<>]{0,500}>\s{0,99})?<html(?:\s[^<>]{0,2000})?>\s{0,99}"
    r"(?:<head(?:\s[^<>]{0,2000})?>.{0,20000}?</head\s{0,9}>\s{0,99})?<body(?:\s[^<>]{0,2000})?>\s{0,99}"
    rf"(?:<pre(?:\s[^<>]{{0,2000}})?>\s{{0,99}}(?P<escaped>&lt;{_FEED})|(?=<{_FEED}))",
    re.IGNORECASE | re.DOTALL,
)
_PRE_END = re.compile(r"</pre\s{0,9}>", re.IGNORECASE)
_PAGE_END = re.compile(r"\s*</body\s*>\s*(?:</html\s*>\s*)?\Z", re.IGNORECASE)


def without_page(text: str) -> str:
    """The document without a page around it, if that is all there is of the page."""
    page = _PAGE.match(text)
    if page is None:
        return text
    end = _PAGE_END.search(text, max(page.end(), len(text) - 1000))
    body = text[page.start("escaped") if page["escaped"] else page.end() : end.start() if end else len(text)]
    if not page["escaped"]:
        return body
    inside, *after = _PRE_END.split(body)
    return text if "".join(after).strip() else html.unescape(inside)
