"""The owner of a podcast (`itunes:owner`), whom feedparser writes over its author.

Under another name they are kept apart: the owner is whom to write to, often a company.
"""

from __future__ import annotations

import re

OWNER = "feed_owner"
"""feedparser's name for it then."""
_START, _END = re.compile(r"<itunes:owner(?:\s[^<>]{0,500})?(?<!/)>"), "</itunes:owner>"
_NAME = re.compile(r"<itunes:name>(.{0,500}?)</itunes:name>", re.DOTALL)
_MAX_CHARS = 4000


def with_owners(text: str) -> str:
    """The document with the owner's name alone instead of each owner."""
    done, parts = 0, []
    for start in _START.finditer(text):
        end = text.find(_END, start.end(), start.end() + _MAX_CHARS)
        if start.start() >= done and end >= 0:
            name = _NAME.search(text, start.end(), end)
            parts += [text[done : start.start()], f"<{OWNER}>{name[1] if name else ''}</{OWNER}>"]
            done = end + len(_END)
    return "".join([*parts, text[done:]])
