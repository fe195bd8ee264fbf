"""What can be said of an item by itself, before anything that is remembered is looked at: most of the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from streams.identify.article import About, about
from streams.identify.clean import Clean, clean
from streams.identify.identity import Content, Identity, article_id
from streams.identify.language import Language, detect
from streams.records import RawItem


class Prepared(NamedTuple):
    """An item's words and what else goes into an article, the hashes of what it says, its identity by itself, and
    the language of its words.
    """

    words: Clean
    about: About
    content: Content
    identity: Identity
    language: Language


class Prepares(Protocol):
    """Prepares items in their order: `Preparing`, or a pool of processes."""

    def prepared(self, items: Sequence[RawItem]) -> Sequence[Prepared]:
        """What is to be said of each."""
        ...


class Preparing:
    """Prepares items here and now."""

    def __init__(self, max_text_chars: int) -> None:
        self._max_text_chars = max_text_chars

    def prepared(self, items: Sequence[RawItem]) -> list[Prepared]:
        """What is to be said of each."""
        return [prepare(item, self._max_text_chars) for item in items]


def prepare(item: RawItem, max_text_chars: int) -> Prepared:
    """A pure function of its arguments, for other processes too."""
    words = clean(item, max_text_chars)
    language = detect(words.title, words.text, item.feed_language)
    return Prepared(words, about(item), words.content(), article_id(item), language)
