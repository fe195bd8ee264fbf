"""Pictures and files of an entry, as feedparser found them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streams.feeds.entries import Fields
from streams.feeds.found import Found, first, listed, mapping, text
from streams.feeds.item_images import IMAGE
from streams.feeds.links import related
from streams.records import Enclosure

_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)", re.IGNORECASE)


def enclosures(found: Found, fields: Fields) -> Iterator[Enclosure | None]:
    """Files of the entry: RSS enclosures and Atom links first, then Media RSS."""
    duration = text(found, "itunes_duration")
    behind = text(found, "feedburner_origenclosurelink")
    for link in related(found, "enclosure"):
        kind = text(link, "type")
        kind = "" if kind == "text/html" else kind  # which feedparser gives to all links that have none
        yield fields.enclosure(behind or text(link, "href"), kind, text(link, "length"), duration)
        behind = ""
    if file := mapping(found, "enc_enclosure"):  # RSS 1.0's module
        yield fields.enclosure(first(file, "resource", "rdf:resource"), text(file, "type"), text(file, "length"))
    for media in listed(found, "media_content"):
        kind = first(media, "type", "medium")
        yield fields.enclosure(text(media, "url"), kind, text(media, "filesize"), text(media, "duration"))


def pictures(found: Found) -> Iterator[str]:
    """Addresses of pictures, the publisher's preview first."""
    for thumbnail in listed(found, "media_thumbnail"):
        yield text(thumbnail, "url")
    for media in (*listed(found, "media_content"), *listed(found, "links")):
        address, kind = first(media, "url", "href"), first(media, "type", "medium")
        if address and (kind.startswith("image") or (not kind and _PICTURE.search(address))):
            yield address
    for name in ("image", "googleplay_image"):
        yield text(mapping(found, name), "href")
    yield text(found, IMAGE) or text(found, "thumbnail") or text(mapping(found, "thumbnail"), "url")


def logos(feed: Found) -> Iterator[str]:
    """Addresses of a feed's own picture, the largest kind first."""
    for name in ("image", "googleplay_image"):
        yield text(mapping(feed, name), "href")
    yield first(feed, "logo", "webfeeds_logo")
    yield from pictures(feed)
    yield first(feed, "icon", "webfeeds_icon")
