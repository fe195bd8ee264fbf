"""The text of an RSS item as an XHTML `div` of its own, beside the elements of RSS.

feedparser knows an XHTML `body` there, so the one is written as the other before it reads.
"""

from __future__ import annotations

import re

from streams.feeds.xml import KEPT, root_name

_XHTML = "http://www.w3.org/1999/xhtml"
_PREFIX = re.compile(rf"xmlns:([\w.-]{{1,40}})\s{{0,9}}=\s{{0,9}}[\"']{_XHTML}[\"']")
_DEFAULT = re.compile(rf"\sxmlns\s{{0,9}}=\s{{0,9}}[\"']{_XHTML}[\"']")
_TAG = re.compile(
    rf"(?P<kept>{KEPT})|<(?P<end>/?)(?P<prefix>(?:[A-Za-z_][\w.-]{{0,40}}:)?)(?P<name>[A-Za-z_][\w.-]{{0,99}})"
    r"(?P<rest>(?:\s[^<>]{0,4000})?)>",
    re.DOTALL,
)
_EMPTY = re.compile(r"/\s{0,9}\Z")


def with_bodies(text: str) -> str:
    """The document with an XHTML `body` for each `div` that is a child of an item.

    Where elements do not end as they should, it stays as it is from there on.
    """
    if _XHTML not in text or root_name(text) not in ("rss", "rdf"):
        return text
    prefixes = {f"{prefix}:" for prefix in _PREFIX.findall(text)}
    if not (any(f"<{prefix}div" in text for prefix in prefixes) or "<div " in text):
        return text
    return _rewritten(text, prefixes)


def _rewritten(text: str, prefixes: set[str]) -> str:
    parts, done = list[str](), 0
    depth = -1  # within an item
    start, opening = -1, ""  # where its `div` begins, as a part, and how its `body` would
    for tag in _TAG.finditer(text):
        if tag["kept"] is not None:
            continue
        if tag["name"] == "item":
            depth, start = -1 if tag["end"] else 0, -1
        elif depth < 0 or _EMPTY.search(tag["rest"]):
            continue
        elif tag["end"]:
            depth -= 1
            if depth == 0 and start >= 0 and tag["name"] == "div":
                parts[start] = opening
                parts += [text[done : tag.start()], f"</{tag['prefix']}body>"]
                done, start = tag.end(), -1
        else:
            if depth == 0 and tag["name"] == "div" and _is_xhtml(tag, prefixes):
                start = len(parts) + 1
                opening = f"<{tag['prefix']}body{tag['rest']}>"
                parts += [text[done : tag.start()], tag[0]]
                done = tag.end()
            depth += 1
    return "".join([*parts, text[done:]])


def _is_xhtml(tag: re.Match[str], prefixes: set[str]) -> bool:
    return tag["prefix"] in prefixes if tag["prefix"] else _DEFAULT.search(tag["rest"]) is not None
