"""Why an article is listed: its title and a snippet, with the words that a search or a rule matched marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import AlertArticle, Document
from streams.web.marks import Piece, cut, match_marks, snippet


class Finding(NamedTuple):
    """An article found by a search."""

    document: Document
    title: list[Piece]
    snippet: list[Piece]


class Evidence(NamedTuple):
    """An article of an alert; the snippet is empty when the article was revised, withdrawn or dropped since."""

    article: AlertArticle
    title: list[Piece]
    snippet: list[Piece]


def findings(query: str, documents: Iterable[Document]) -> list[Finding]:
    """The articles with what the query matched in them. Raises QueryError."""
    matcher = Matcher(parse(query))
    found = []
    for document in documents:
        matches = matcher.match(Prepared(document)) or {}
        title = cut(document.title, match_marks(matches, "title"))
        text = snippet(document.text or document.summary, match_marks(matches, "text"))
        found.append(Finding(document, title, text))
    return found


def evidence(article: AlertArticle, document: Document | None) -> Evidence:
    """The article with what the rule matched in it; positions hold for the revision that the rule saw, which of
    one that is withdrawn was an earlier one.
    """
    title = cut(article.title, match_marks(article.matches, "title"))
    if document is None or article.withdrawn or document.revision != article.revision:
        return Evidence(article, title, [])
    return Evidence(article, title, snippet(document.text, match_marks(article.matches, "text")))
