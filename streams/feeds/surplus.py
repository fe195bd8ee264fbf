"""What no feed needs so much of, cut before feedparser reads it, which takes time by the square of its length.

It seeks an address in a name by trying each letter, and compares each category with all before it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

MAX_NAME_CHARS = 1000
MAX_KEYWORDS_CHARS = 5000
MAX_CATEGORIES = 500
"""Of an entry."""
_LONG = {
    **dict.fromkeys(("author", "creator", "publisher", "managingeditor", "webmaster"), MAX_NAME_CHARS),
    **dict.fromkeys(("keywords", "tags"), MAX_KEYWORDS_CHARS),
}
_START = re.compile(
    rf"<(?P<name>(?:[\w.-]{{1,40}}:)?(?P<kind>{'|'.join(_LONG)}))(?:\s[^<>]{{0,500}})?(?<!/)>", re.IGNORECASE
)
_MARKUP = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")
_CATEGORY = re.compile(
    r"<(?:item|entry)[\s>/]|<(?P<end>/?)(?P<name>(?:[\w.-]{1,40}:)?(?:category|subject))(?=[\s>/])", re.IGNORECASE
)


def without_surplus(text: str) -> str:
    """The document with names and lists of words cut, and categories beyond a number made something else."""
    text = "".join(_cut(text))
    many = sum(map(text.count, ("ategory", "ATEGORY", "ubject", "UBJECT"))) > MAX_CATEGORIES
    return _CATEGORY.sub(_Categories().kept, text) if many else text


def _cut(text: str) -> Iterator[str]:
    done, endless = 0, set[str]()
    for start in _START.finditer(text):
        name, most = start["name"], _LONG[start["kind"].lower()]
        if start.start() < done or name in endless:
            continue
        end = text.find(f"</{name}", start.end())
        if end < 0:
            endless.add(name)
        elif end - start.end() > most:
            plain = html.unescape(_MARKUP.sub("", text[start.end() : end]))
            yield text[done : start.end()] + html.escape(plain[:most], quote=False)
            done = end
    yield text[done:]


class _Categories:
    """Renames categories of an entry beyond the number, each start with its end."""

    def __init__(self) -> None:
        self._count = 0

    def kept(self, tag: re.Match[str]) -> str:
        """A tag as it is to be."""
        if tag["name"] is None:
            self._count = 0
            return tag[0]
        self._count += not tag["end"]
        return f"<{tag['end']}surplus" if self._count > MAX_CATEGORIES else tag[0]
