"""Where an entry or a feed is on the web, among the links and ids that it gives."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from streams.feeds.found import Found, first, listed, text, value

_RDF = ("rss10", "rss090")
_ALTERNATE = ("alternate", "http://www.iana.org/assignments/relation/alternate", "")
_ADDRESS = re.compile(r"\s*https?://", re.IGNORECASE)
_PATH = re.compile(r"\s*(?:/|[^\s:]*\.(?:html?|php|aspx?|jsp)(?:[?#]|\s*$))", re.IGNORECASE)
"""How an id looks that is an address relative to the site's."""


def related(found: Found, *relations: str) -> list[Found]:
    """The links of these relations, in whatever case they are written."""
    return [link for link in listed(found, "links") if text(link, "rel").strip().lower() in relations]


def address(found: Found, version: str) -> str:
    """The address behind a feed's proxy; else the link; else the id, where that is an address and meant as one.

    It is where no link is given and nothing else is said, where the link is given and empty, and in RDF.
    """
    link, guid = first(found, "feedburner_origlink", "pheedo_origlink") or _link(found, version), text(found, "id")
    if link and not (value(found, "guidislink") and link == guid):
        return link
    meant = bool(link) or value(found, "link") == "" or version in _RDF
    if meant and (_ADDRESS.match(guid) or _PATH.match(guid)):
        return guid
    return next((text(link, "href") for link in related(found, *_ALTERNATE)), "") or _source_of_text(found)


def site(feed: Found) -> str:
    """A feed's own page; feedparser takes the id for it where there is none."""
    link = text(feed, "link")
    return link if link != text(feed, "id") or _ADDRESS.match(link) else ""


def base(feed: Found, version: str, url: str) -> str:
    """What relative links are relative to: where the feed came from.

    Where that is not known, it is the site, or where the feed says that it is; and for RSS the site too where the
    feed came from another host, since programs that hand feeds on do not touch the links.
    """
    home = next((link for link in (site(feed), *_own(feed)) if _ADDRESS.match(link)), "").strip()
    elsewhere = version.startswith("rss") and _host(home) and _host(home) != _host(url)
    return home if home and (elsewhere or not url) else url


def thread(found: Found) -> str:
    """Where an entry is discussed: RSS has an element for it, Atom a link (RFC 4685) to the thread as a page."""
    replies = (text(link, "href") for link in related(found, "replies") if "html" in text(link, "type"))
    return text(found, "comments") or next(replies, "")


def _link(found: Found, version: str) -> str:
    """The link; of several in Atom, which differ in language, the first."""
    several = [link for link in related(found, "alternate") if "html" in text(link, "type")]
    return text(several[0], "href") if len(several) > 1 and version.startswith("atom") else text(found, "link")


def _own(feed: Found) -> list[str]:
    return [text(link, "href") for link in related(feed, "self")]


def _source_of_text(found: Found) -> str:
    """Where Atom has the text, if that is elsewhere (RFC 4287, 4.1.3.2)."""
    sources = (text(content, "src") for content in listed(found, "content") if "html" in text(content, "type"))
    return next(sources, "")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
