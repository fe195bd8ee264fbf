"""CDATA sections that do not end where their element does.

`<description><![CDATA[Text]]</description>` goes on as far as the next section's end and swallows an item, often
in a document that is well formed all the same. It ends where its element does, if a section begins before its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_START, _END = "<![CDATA[", "]]>"
_HOLDER = re.compile(r"<([A-Za-z_][\w.:-]{0,99})(?:\s[^<>]*)?>\s*\Z")
_HOLDER_CHARS = 300
_HALF_END = re.compile(r"\s?\]{1,2}\s?>?\Z")
_HALF_CHARS = 5


def with_ended_sections(text: str) -> str:
    """The document with an end for each section that has none of its own."""
    return "".join(_ended(text)) if _START in text else text


def _ended(text: str) -> Iterator[str]:
    done, start, end = 0, text.find(_START), text.find(_END)
    while start >= 0:
        if 0 <= end < start:
            end = text.find(_END, start)
        following = text.find(_START, start + 1)
        bound = following if following >= 0 else len(text)
        if 0 <= end < bound:
            start = following
            continue
        close = _close(text, start, bound)
        if close >= 0:
            half = _HALF_END.search(text, max(start, close - _HALF_CHARS), close)
            yield text[done : half.start() if half else close] + _END
            done, start = close, following
        else:
            start = text.find(_START, end) if end >= 0 else -1
    yield text[done:]


def _close(text: str, start: int, bound: int) -> int:
    """Where the element that holds a section ends, before a bound."""
    holder = _HOLDER.search(text, max(0, start - _HOLDER_CHARS), start)
    return text.find(f"</{holder[1]}", start, bound) if holder else -1
