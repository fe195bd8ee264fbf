"""The stage that reads articles in full: after identity, since only there an article is known once.

Its records are keyed by publisher, so that a host is asked by one worker, at one host's pace. Which pages are
fetched, and what is kept of them, is decided here and in `choice`, without I/O; who fetches them is given.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import datetime, timedelta

import msgspec

from streams.errors import RecordError
from streams.fulltext.choice import with_page
from streams.fulltext.wanted import Found, Pages, key_of, wanted_by
from streams.identify.html import Paragraph
from streams.identify.learned import Habits
from streams.identify.repeats import Repeats
from streams.records import Article, Record, Removed, Topic
from streams.stage import Output
from streams.state import Sweep

KEPT = timedelta(days=8)
"""How long a revision is remembered: as long as a log can bring it again, and a day."""
SWEPT_PER_ARTICLE = 20


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """The newest revision of an article that went through, and when it was fetched from its feed."""

    revision: int
    at: datetime


class FullText:
    """Articles in, the same with the text of their pages out, in order; a revision that went through is passed by.

    `passed` holds by article id what went through. That is written when the article is safely sent on, so nothing
    of one that comes again is to be sent, or fetched. `habits` holds what each source's pages repeat; both may be
    views of one table, which keeps their writes in order.
    """

    def __init__(
        self,
        passed: MutableMapping[str, Passed],
        habits: MutableMapping[str, Habits],
        pages: Pages,
        *,
        max_text_chars: int,
    ) -> None:
        self._passed, self._pages, self._max_text_chars = passed, pages, max_text_chars
        self._repeats = Repeats(habits)
        self._sweep = Sweep(passed)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Read the pages of a batch. Raises RecordError for what is no article."""
        articles = self._new(batch)
        wanted = wanted_by(articles)
        found = dict(zip((one.key for one in wanted), self._pages.read(wanted), strict=True))
        outputs = []
        for article in articles:
            outputs.append(Output(Topic.ARTICLES, article.id, self._read(article, found.get(key_of(article)))))
            self._passed[article.id] = Passed(revision=article.revision, at=article.fetched_at)
        if articles:
            self._forget(max(article.fetched_at for article in articles), SWEPT_PER_ARTICLE * len(articles))
        return outputs

    def _read(self, article: Article, page: Found | None) -> Article:
        def repeated(lines: Sequence[Paragraph]) -> list[Removed]:
            new = article.revision == 1
            return self._repeats.among(
                lines, article.id, article.title, article.source, article.fetched_at, new=new
            )

        return article if page is None else with_page(article, page, self._max_text_chars, repeated)

    def _new(self, batch: Sequence[Record]) -> list[Article]:
        """The articles of a batch, each revision once, without those that went through."""
        new: dict[str, Article] = {}
        for record in batch:
            if not isinstance(record, Article):
                raise RecordError(f"fulltext reads articles, not a {type(record).__name__}")
            passed = self._passed.get(record.id)
            if passed is None or passed.revision < record.revision:
                new.setdefault(key_of(record), record)
        return list(new.values())

    def _forget(self, now: datetime, most: int) -> None:
        keys = self._sweep.some(most)
        if not keys:
            self._sweep.begin()
            keys = self._sweep.some(most)
        for key in keys:
            if self._repeats.forget(key, now):
                continue
            passed = self._passed.get(key)
            if passed is not None and now - passed.at > KEPT:
                del self._passed[key]
