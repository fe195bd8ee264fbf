"""RSS 1.0 and 0.90 written as RSS 2.0 would be, where feedparser reads only that.

Addresses may be resources (`<link rdf:resource="…"/>`) instead of texts, and the site's picture stands beside the
channel, where feedparser no longer takes it for the feed's.
"""

from __future__ import annotations

import re

from streams.feeds.xml import root

_RESOURCE = re.compile(
    r"<(?P<name>link|image)\s{1,9}(?:[a-z]{1,9}:)?resource\s{0,9}=\s{0,9}"
    r"(?:\"(?P<one>[^\"<>]{1,2000})\"|'(?P<other>[^'<>]{1,2000})')\s{0,9}(?:/>|>\s{0,9}</(?P=name)\s{0,9}>)"
)
_BESIDE = re.compile(r"<(?:image|textinput)[\s>]")
_CHANNEL_END = re.compile(r"</channel\s{0,9}>")


def with_rss_forms(text: str) -> str:
    """The document with addresses as texts, and its channel around all that follows it."""
    found = root(text)
    if found is None or found["name"].lower() != "rdf":
        return text
    text = _RESOURCE.sub(_as_text, text)
    end, close = _CHANNEL_END.search(text), text.rfind("</")
    if end is None or not end.end() <= close or not _BESIDE.search(text, end.end()):
        return text
    return text[: end.start()] + text[end.end() : close] + end[0] + text[close:]


def _as_text(match: re.Match[str]) -> str:
    name, address = match["name"], match["one"] or match["other"]
    return f"<{name}>{address}</{name}>" if name == "link" else f"<image><url>{address}</url></image>"
