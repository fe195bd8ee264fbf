"""A raw item's words made clean: title, text, summary, what was removed and what is quoted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from streams.codec import content_id
from streams.identify.boilerplate import split
from streams.identify.html import Paragraph, paragraphs
from streams.identify.identity import Content
from streams.identify.plain import first_sentences, folded, one_line, shortened
from streams.identify.prompts import House, house_of
from streams.records import RawItem, Removed

MAX_TITLE_CHARS = 300
MAX_SUMMARY_CHARS = 300
TITLE_FROM_TEXT_CHARS = 100
MAX_NAMES = 20
MAX_NAME_CHARS = 100


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """An item in plain lines: `body` is the text, `brief` the feed's own summary, where it has one.

    `summary` is the feed's own words, or the first sentences.
    """

    title: str
    body: list[Paragraph]
    brief: list[Paragraph]
    summary: str
    removed: list[Removed]

    @property
    def text(self) -> str:
        """Paragraphs separated by a blank line, without the title."""
        return "\n\n".join(line.text for line in self.body)

    @property
    def quotes(self) -> list[str]:
        """The embedded posts in the text."""
        return [line.text for line in self.body if line.kind == "quote"]

    def content(self) -> Content:
        """What tells one revision from the next."""
        return Content(title=content_id(self.title), text=content_id(self.text), summary=content_id(self.summary))

    def without(self, removed: Sequence[Removed]) -> Clean:
        """The same without these lines."""
        if not removed:
            return self
        gone = {line.text for line in removed}
        return _clean(
            self.title,
            [line for line in self.body if line.text not in gone],
            [line for line in self.brief if line.text not in gone],
            [*self.removed, *removed],
        )


def clean(item: RawItem, max_text_chars: int) -> Clean:
    """The words of an item. The text is the longer of content and summary."""
    title = one_line(" ".join(line.text for line in paragraphs(item.title, MAX_TITLE_CHARS)), MAX_TITLE_CHARS)
    house = house_of(item.source.name, item.source.domain)
    body, removed = body_of(item.content, title, house, max_text_chars)
    brief, brief_removed = body_of(item.summary, title, house, max_text_chars)
    if _chars(brief) > _chars(body) or not (body or removed):
        body, removed = brief, brief_removed
    title = title or shortened(" ".join(line.text for line in body), TITLE_FROM_TEXT_CHARS)
    return _clean(title, body, brief, removed)


def _clean(title: str, body: list[Paragraph], brief: list[Paragraph], removed: list[Removed]) -> Clean:
    said = " ".join(line.text for line in brief) or "\n\n".join(line.text for line in body)
    summary = first_sentences(said, MAX_SUMMARY_CHARS)
    return Clean(title=title, body=body, brief=brief, summary=summary, removed=removed)


def names(given: Sequence[str]) -> list[str]:
    """Authors or categories: each once, on one line, in bounded number and length."""
    found = (one_line(name, MAX_NAME_CHARS) for name in given[: 5 * MAX_NAMES])
    return list(dict.fromkeys(name for name in found if name))[:MAX_NAMES]


def body_of(markup: str, title: str, house: House, max_chars: int) -> tuple[list[Paragraph], list[Removed]]:
    """The lines of a text and what was removed, without a first one that says the title."""
    lines = paragraphs(markup, max_chars)
    if title and lines and folded(lines[0].text[:MAX_TITLE_CHARS]) == folded(title):
        lines = lines[1:]
    return split(lines, house)


def _chars(lines: Sequence[Paragraph]) -> int:
    return sum(len(line.text) for line in lines)
