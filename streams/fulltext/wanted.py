"""What the stage asks of whoever fetches pages, and what it gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from streams.fulltext.page import Page
from streams.records import Article, Problem, Record

Found = Page | Problem
"""A page, or why there is none."""


class Wanted(NamedTuple):
    """A page to be read: `key` says for which revision of which article, `url` where it is."""

    key: str
    url: str


class Pages(Protocol):
    """Reads pages: the PageReader, or a test's."""

    def read(self, wanted: Sequence[Wanted]) -> list[Found]:
        """What each page says, or why nothing is known, in their order."""
        ...


def wanted_by(articles: Sequence[Record]) -> list[Wanted]:
    """The pages of those articles that are to be read in full, in their order."""
    return [
        Wanted(key_of(one), one.url) for one in articles if isinstance(one, Article) and one.full_text and one.url
    ]


def key_of(article: Article) -> str:
    """The key of one revision of an article."""
    return f"{article.id}.{article.revision}"
