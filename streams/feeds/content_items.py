"""RSS 1.0's older content module: `content:items`, a bag of `content:item`s with the text in an `rdf:value`.

feedparser knows only what came after it, `content:encoded`; so the one is written as the other before it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FORMAT = re.compile(r"format\b[^>]{0,200}?resource\s*=\s*[\"']([^\"']{0,500})")
_TEXT = re.compile(r"html|text/plain|rfc3236", re.IGNORECASE)
"""In the names of formats that are text; pictures are given in base64."""


def with_contents(text: str) -> str:
    """The document with a `content:encoded` for each `content:item` that has its text in an `rdf:value`."""
    content, rdf = _prefix(text, _CONTENT), _prefix(text, _RDF)
    if content is None or rdf is None or f"<{content}:items" not in text:
        return text
    return "".join(_rewritten(text, content, rdf))


def _prefix(text: str, namespace: str) -> str | None:
    found = re.search(rf"xmlns:([\w.-]{{1,40}})\s*=\s*[\"']{re.escape(namespace)}", text)
    return found[1] if found else None


def _rewritten(text: str, content: str, rdf: str) -> Iterator[str]:
    start_tag, end_tag = re.compile(rf"<{re.escape(content)}:item[\s>]"), f"</{content}:item>"
    done = 0
    while (start := start_tag.search(text, done)) and (end := text.find(end_tag, start.end())) >= 0:
        yield text[done : start.start()]
        item = text[start.start() : end + len(end_tag)]
        value = _value(item, rdf)
        yield item if value is None else f'<c:encoded xmlns:c="{_CONTENT}">{value}</c:encoded>'
        done = end + len(end_tag)
    yield text[done:]


def _value(item: str, rdf: str) -> str | None:
    """The item's text as an element may have it: escaped, or as a CDATA section."""
    kind = _FORMAT.search(item)
    begin = item.find(f"<{rdf}:value")
    opened, end = item.find(">", begin), item.rfind(f"</{rdf}:value")
    if begin < 0 or not begin < opened < end or (kind and not _TEXT.search(kind[1])):
        return None
    value = item[opened + 1 : end].strip()
    if value.startswith("<![CDATA[") or "<" not in value:
        return value
    plain = value.replace("<![CDATA[", "").replace("]]>", "")
    return f"<![CDATA[{plain}]]>"  # elements as they are (parseType="Literal")
