"""What is kept of a page: its text where that is better than the feed's, its time, and whose it says that it is.

The measure: a page's text is better when, cleaned as any other, it has more words than the feed's and says what
the feed says. That is, of the different words of the feed's title and text, without the shortest, which stand in
any text of a language, at least a part stands in it too. So neither a consent dialogue nor another article takes
its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from streams.domains import domain_of
from streams.fulltext.page import Page
from streams.identify.clean import MAX_SUMMARY_CHARS, body_of
from streams.identify.html import Paragraph
from streams.identify.plain import first_sentences
from streams.identify.prompts import house_of
from streams.identify.repeats import REPEATED
from streams.identify.times import sane_published
from streams.query.tokens import words
from streams.records import Article, Decision, Problem, Removed
from streams.relate.owners import owner_of

SAID = 0.4
"""The part of the feed's words that a page has to say."""
SHORT_CHARS = 3
MANY_WORDS = 200
"""Of a long text so many words tell."""
Repeated = Callable[[Sequence[Paragraph]], list[Removed]]
"""Tells which lines of a page its publisher repeats in others."""


def nothing_repeated(_: Sequence[Paragraph]) -> list[Removed]:
    """Of a publisher of which nothing is known."""
    return []


class Measured(NamedTuple):
    """A page's text against the feed's: words of both, and the share of the feed's that the page says."""

    page: int
    feed: int
    said: float

    @property
    def worse(self) -> str:
        """Why the feed's text is kept, empty when it is not."""
        if not self.page:
            return "no text of an article was found in its page"
        if self.page <= self.feed:
            return "its page has no more words"
        return "" if self.said >= SAID else "its page says something else"


def with_page(
    article: Article, found: Page | Problem, max_text_chars: int, repeated: Repeated = nothing_repeated
) -> Article:
    """The article with what its page says, or why it goes on with the feed's text."""
    if isinstance(found, Problem):
        return _decided(article, Decision(stage="fulltext", what="text of its feed", why=found.message))
    return _attributed(_dated(_worded(article, found, max_text_chars, repeated), found), found)


def measured(feed: Sequence[str], page: Sequence[str], feed_text: Sequence[str]) -> Measured:
    """Compare: the words of the feed's title and text, of the page, and of the feed's text alone."""
    telling = {word for word in feed[:MANY_WORDS] if len(word) > SHORT_CHARS or not word.isascii()} or set(feed)
    said = len(telling & set(page)) / len(telling) if telling else 1.0
    return Measured(len(page), len(feed_text), said)


def _worded(article: Article, page: Page, max_text_chars: int, repeated: Repeated) -> Article:
    body, removed = _body(article, page, max_text_chars, repeated)
    text = "\n\n".join(line.text for line in body)
    found = measured(words(f"{article.title}\n{article.text}"), words(text), words(article.text))
    numbers: dict[str, float | int | str] = {
        "page_words": found.page,
        "feed_words": found.feed,
        "said": round(found.said, 2),
    }
    if found.worse:
        kept = Decision(stage="fulltext", what="text of its feed", why=found.worse, numbers=numbers)
        return _decided(article, kept)
    why = "has more words than its feed, and says what it says"
    article = _decided(article, Decision(stage="fulltext", what="text of its page", why=why, numbers=numbers))
    return replace(
        article,
        text=text,
        summary=article.summary or first_sentences(text, MAX_SUMMARY_CHARS),
        quotes=_quotes(body),
        removed=list(dict.fromkeys([*article.removed, *removed])),
    )


def _body(
    article: Article, page: Page, max_text_chars: int, repeated: Repeated
) -> tuple[list[Paragraph], list[Removed]]:
    """The lines of a page and what was removed: also what its publisher repeats in other pages, or in its feed."""
    house = house_of(article.source.name, article.source.domain)
    body, removed = body_of(page.markup, article.title, house, max_text_chars)
    again = repeated(body)
    gone = {one.text for one in (*again, *article.removed) if one.kind == REPEATED}
    return [line for line in body if line.text not in gone], [*removed, *again]


def _quotes(body: Sequence[Paragraph]) -> list[str]:
    return [line.text for line in body if line.kind == "quote"]


def _dated(article: Article, page: Page) -> Article:
    """With the page's time where it was given in full, or where the feed gave none that can be believed."""
    unknown = article.published == article.created_at
    if page.published is None or not (page.exact or unknown):
        return article
    published, how = sane_published(page.published, None, article.created_at)
    if how != "published" or published == article.published:
        return article
    what = f"published {published:%Y-%m-%d %H:%M} UTC"
    return _decided(
        replace(article, published=published), Decision(stage="fulltext", what=what, why="its page says so")
    )


def _attributed(article: Article, page: Page) -> Article:
    """A page that names one of another publisher as its canonical address is that publisher's article."""
    domain = domain_of(page.canonical or "")
    own = {owner_of(one) for one in (domain_of(page.url), article.source.domain) if one}
    if "." not in domain or owner_of(domain) in own:
        return article
    why = "its page names one there as the canonical one"
    decision = Decision(stage="fulltext", what=f"attributed to {domain}", why=why)
    return _decided(replace(article, attributed_to=domain), decision)


def _decided(article: Article, decision: Decision) -> Article:
    return replace(article, trace=[*article.trace, decision])
