"""The texts that copies are found by: those of decided articles, and what remains of them afterwards."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from datetime import datetime, timedelta
from typing import NamedTuple

from streams.relate.anchors import AnchorIndex
from streams.relate.copies import NEAR_EQUAL, SHORT, Arriving, Copy, Worded, find_copy, look_up
from streams.relate.related import EARLIEST, Member, Related, Wording
from streams.relate.shingles import shingle

MAX_TEXTS = 4_000_000
"""Texts remembered to find copies: those of the last so many articles, even if they are not too old yet."""


class Reach(NamedTuple):
    """How far the stage has come: the latest time seen, and the place of the next article to arrive."""

    clock: datetime
    next_seq: int


class Texts:
    """Articles by their wording, each for `lasting` from when it was fetched.

    An article's decision may be forgotten sooner; what the table still has of the article goes with its text.
    """

    def __init__(self, table: MutableMapping[str, Related], lasting: timedelta) -> None:
        self._table, self._lasting = table, lasting
        self._index = AnchorIndex()
        self._kept_until = EARLIEST

    def add(self, article_id: str, text: Member | Wording) -> None:
        """Let an article be found, unless it is so close a copy that its original is found as well."""
        if isinstance(text, Wording) or _is_indexed(text):
            self._index.add(article_id, text.seq, text.sketch.anchors)

    def remove(self, article_id: str, text: Member | Wording) -> None:
        """Let it be found no more."""
        self._index.remove(article_id, text.sketch.anchors)

    def tidy(self) -> None:
        """Make the index small after many were added."""
        self._index.tidy()

    def read(self, texts: Iterable[tuple[str, str]]) -> list[Worded]:
        """Articles, each a title and a text, in the order in which they will be decided, before the first is."""
        return look_up(shingle(texts), self._index)

    def find_copy(self, article: Arriving, worded: Worded, reach: Reach) -> Copy | None:
        """What an article repeats."""
        return find_copy(article, worded, self._index, lambda nearest: self._remembered(nearest, reach))

    def version_of(self, article_id: str, reach: Reach) -> int:
        """The version of the document that an article became, as far as is remembered; 0: it is not."""
        known = self._remembered(article_id, reach)
        return known.version if known else 0

    def wording(self, member: Member, reach: Reach) -> Wording | None:
        """What is worth remembering; what is forgotten when headlines alone can be no copies any more is not."""
        if not _is_indexed(member) or member.sketch.whole.of < SHORT or not self._is_remembered(member, reach):
            return None
        at = int(member.fetched_at.timestamp())
        return Wording(seq=member.seq, at=at, sketch=member.sketch, version=member.version, copy_of=member.copy_of)

    def forget(self, reach: Reach) -> None:
        """Forget the first to arrive while they are too old or too many."""
        while self._kept_until <= reach.clock or len(self._index) > MAX_TEXTS:
            oldest = self._index.oldest()
            text = self._get(oldest) if oldest else None
            if oldest is None or text is None:
                return
            self._kept_until = text.fetched_at + self._lasting
            if not self._is_remembered(text, reach):
                self.remove(oldest, text)
                if isinstance(text, Wording):
                    del self._table[oldest]

    def _get(self, article_id: str) -> Member | Wording | None:
        related = self._table.get(article_id)
        return related.value if related and isinstance(related.value, Member | Wording) else None

    def _remembered(self, article_id: str, reach: Reach) -> Member | Wording | None:
        text = self._get(article_id)
        return text if text and self._is_remembered(text, reach) else None

    def _is_remembered(self, text: Member | Wording, reach: Reach) -> bool:
        return text.fetched_at + self._lasting > reach.clock and text.seq + MAX_TEXTS >= reach.next_seq


def _is_indexed(member: Member) -> bool:
    return member.copy_of is None or member.copy_of.jaccard < NEAR_EQUAL
