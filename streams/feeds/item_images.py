"""Pictures of items in an `<image>` of their own, as news sites have them; feedparser knows only the feed's.

It would also take the picture's title and link for parts of the item. So of such an element its address alone is
kept, under a name that nothing else has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from streams.feeds.xml import CDATA

IMAGE = "item_image"
"""feedparser's name for it then."""
_TOKEN = re.compile(
    rf"{CDATA}|<(?P<item>/?(?:item|entry))(?=[\s>/])(?P<rest>[^<>]{{0,2000}}>)?"
    r"|<image(?=[\s>/])(?P<attributes>[^<>]{0,2000})>",
    re.DOTALL | re.IGNORECASE,
)
_END = "</image>"
_MAX_CHARS = 4000
_ATTRIBUTE = re.compile(
    r"(?:^|[\s:])(?:href|url|src|resource)\s{0,9}=\s{0,9}(?:\"([^\"]+)\"|'([^']+)')", re.IGNORECASE
)
_CHILD = re.compile(r"<(?:url|link|href|src)>(.*?)</", re.DOTALL | re.IGNORECASE)


def with_images(text: str) -> str:
    """The document with the address of a picture alone where an item has an `<image>`."""
    first = text.find("<item")
    if first < 0 or text.find("<image", first) < 0:
        return text
    return "".join(_rewritten(text))


def _rewritten(text: str) -> Iterator[str]:
    done, within = 0, False
    for token in _TOKEN.finditer(text):
        if token["item"]:
            within = not token["item"].startswith("/") and not (token["rest"] or "").endswith("/>")
        elif within and token["attributes"] is not None and token.start() >= done:
            empty = token["attributes"].endswith("/")
            end = token.end() if empty else text.find(_END, token.end(), token.end() + _MAX_CHARS)
            if end >= 0:
                yield text[done : token.start()]
                yield f"<{IMAGE}>{_address(token['attributes'], text[token.end() : end])}</{IMAGE}>"
                done = end + (0 if empty else len(_END))
    yield text[done:]


def _address(attributes: str, inside: str) -> str:
    if found := _ATTRIBUTE.search(attributes):
        return found[1] or found[2]
    if found := _CHILD.search(inside):
        return found[1]
    return inside if "<" not in inside.replace("<![CDATA[", "") else ""
