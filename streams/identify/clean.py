"""A raw item's words made clean: title, text, summary, what was removed and what is quoted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from streams.codec import content_id
from streams.identify.boilerplate import split
from streams.identify.html import Paragraph, paragraphs
from streams.identify.identity import Content
from streams.identify.plain import first_sentences, folded, one_line, shortened
from streams.records import RawItem, Removed

MAX_TITLE_CHARS = 300
MAX_SUMMARY_CHARS = 300
TITLE_FROM_TEXT_CHARS = 100
MAX_NAMES = 20
MAX_NAME_CHARS = 100


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """An item as plain text. `text` is paragraphs separated by a blank line, without the title."""

    title: str
    text: str
    summary: str
    quotes: list[str]
    removed: list[Removed]

    def content(self) -> Content:
        """What tells one revision from the next."""
        return Content(title=content_id(self.title), text=content_id(self.text), summary=content_id(self.summary))


def clean(item: RawItem, max_text_chars: int) -> Clean:
    """The words of an item. The text is the longer of content and summary."""
    title = one_line(" ".join(line.text for line in paragraphs(item.title, MAX_TITLE_CHARS)), MAX_TITLE_CHARS)
    body, removed = _body(item.content, title, max_text_chars)
    brief, brief_removed = _body(item.summary, title, max_text_chars)
    if _chars(brief) > _chars(body) or not (body or removed):
        body, removed = brief, brief_removed
    text = "\n\n".join(line.text for line in body)
    return Clean(
        title=title or shortened(" ".join(text.split()), TITLE_FROM_TEXT_CHARS),
        text=text,
        summary=first_sentences(" ".join(line.text for line in brief) or text, MAX_SUMMARY_CHARS),
        quotes=[line.text for line in body if line.kind == "quote"],
        removed=removed,
    )


def names(given: Sequence[str]) -> list[str]:
    """Authors or categories: each once, on one line, in bounded number and length."""
    found = (one_line(name, MAX_NAME_CHARS) for name in given[: 5 * MAX_NAMES])
    return list(dict.fromkeys(name for name in found if name))[:MAX_NAMES]


def _body(markup: str, title: str, max_chars: int) -> tuple[list[Paragraph], list[Removed]]:
    lines = paragraphs(markup, max_chars)
    if title and lines and folded(lines[0].text[:MAX_TITLE_CHARS]) == folded(title):
        lines = lines[1:]
    return split(lines)


def _chars(lines: Sequence[Paragraph]) -> int:
    return sum(len(line.text) for line in lines)
