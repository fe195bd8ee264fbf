"""Lists as an Atom feed (RFC 4287), so that any feed reader can follow a search, the stories or the alerts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

from streams.records import Alert, Document, Story
from streams.web.rendering import iso, quoted, web_url
from streams.wording import many

NAMESPACE = "http://www.w3.org/2005/Atom"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML 1.0 document cannot hold, even escaped: control characters, lone surrogates, U+FFFE and U+FFFF."""


class Entry(NamedTuple):
    """One entry. `path` is where our page shows it, `url` the original on the web, if there is one."""

    kind: str
    id: str
    path: str
    title: str
    author: str
    published: datetime
    updated: datetime
    summary: str
    categories: Sequence[str] = ()
    url: str | None = None


def document_entry(document: Document) -> Entry:
    """An article; it leads to the original."""
    return Entry(
        kind="article",
        id=document.id,
        path=f"/articles/{quoted(document.id)}",
        title=document.title,
        author=document.source.name,
        published=document.published,
        updated=document.fetched_at,
        summary=document.summary,
        categories=[entity.name for entity in document.entities],
        url=web_url(document.url),
    )


def story_entry(story: Story) -> Entry:
    """A story as it now stands."""
    told = f"{_counts(story.articles, story.publishers)}: {', '.join(story.publisher_names)}"
    return Entry(
        kind="story",
        id=story.id,
        path=f"/stories/{quoted(story.id)}",
        title=story.title,
        author="streams",
        published=story.first_seen,
        updated=story.last_seen,
        summary=f"{story.summary} ({told})" if story.summary else told,
        categories=[entity.name for entity in story.entities],
    )


def alert_entry(alert: Alert) -> Entry:
    """An alert as it now stands."""
    words = sorted({word for article in alert.articles for word in article.matches})
    return Entry(
        kind="alert",
        id=alert.id,
        path=f"/alerts/{quoted(alert.id)}",
        title=f"{alert.rule_name}: {alert.title}",
        author="streams",
        published=alert.opened_at,
        updated=alert.updated_at,
        summary=f"{_counts(alert.article_count, alert.publishers)}; matched: {', '.join(words)}",
    )


def _counts(articles: int, publishers: int) -> str:
    return f"{many(articles, 'article')} of {many(publishers, 'publisher')}"


def atom_feed(title: str, base: str, address: str, entries: Sequence[Entry], now: datetime) -> bytes:
    """The feed as XML. `base` is our page's own address without a final slash, `address` that of this feed."""
    feed = ElementTree.Element("feed", xmlns=NAMESPACE)
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", iso(max((entry.updated for entry in entries), default=now)))
    _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    _add(feed, "generator", "streams")
    for entry in entries:
        _add_entry(feed, entry, base)
    data: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return data


def _add_entry(feed: ElementTree.Element, entry: Entry, base: str) -> None:
    element = ElementTree.SubElement(feed, "entry")
    _add(element, "id", f"urn:streams:{entry.kind}:{quoted(entry.id)}")
    _add(element, "title", entry.title or "(no title)")
    _add(element, "link", rel="alternate", href=entry.url or base + entry.path)
    if entry.url:
        _add(element, "link", rel="related", href=base + entry.path)
    _add(element, "published", iso(entry.published))
    _add(element, "updated", iso(entry.updated))
    _add(_add(element, "author"), "name", entry.author)
    _add(element, "summary", entry.summary)
    for category in entry.categories:
        _add(element, "category", term=category)


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    clean = {key: NOT_XML.sub("", value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, clean)
    element.text = NOT_XML.sub("", text) or None
    return element
