"""RSS that has a namespace, as it has none: feedparser knows its elements without one, or with a few of old.

A document's own prefix is taken off its elements (`<r:rss xmlns:r="…">`), and so is a default namespace that would
make of them something else, such as XHTML's.
"""

from __future__ import annotations

import re

from streams.feeds.xml import root

_NAMESPACE = r"xmlns:{}\s{{0,9}}=\s{{0,9}}[\"']\s{{0,9}}([^\"']{{0,500}})"
_OF_ATOM = re.compile(r"http://(?:www\.w3\.org/2005/atom|purl\.org/atom/ns#)", re.IGNORECASE)
_DEFAULT = re.compile(r"\sxmlns\s{0,9}=\s{0,9}(?:\"[^\"<>]{0,500}\"|'[^'<>]{0,500}')")


def with_plain_names(text: str) -> str:
    """The document with the elements of RSS as they are named in RSS; Atom keeps a prefix of its own namespace."""
    found = root(text)
    if found is None or found["name"].lower() not in ("rss", "feed"):
        return text
    end = text.find(">", found.start()) + 1
    tag = text[found.start() : end]
    if prefix := found["prefix"]:
        named = re.search(_NAMESPACE.format(re.escape(prefix[:-1])), tag)
        if named is None or not _OF_ATOM.match(named[1]):
            return re.sub(rf"<(/?){re.escape(prefix)}(?=[A-Za-z])", r"<\1", text)
    elif found["name"].lower() == "rss" and (default := _DEFAULT.search(tag)):
        return (
            text[: found.start()]
            + tag[: default.start()]
            + tag[default.end() :]
            + text[found.start() + len(tag) :]
        )
    return text
