"""Lists of feeds: OPML 2.0 in and out, and plain text with one URL a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from yarl import URL

from streams.codec import content_id
from streams.errors import FeedsFileError
from streams.feeds.text import clean, decode
from streams.feeds.xml import root_name
from streams.records import Feed

MAX_URL_CHARS = 2000
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def feed_from_url(url: str, title: str = "", tags: Sequence[str] = ()) -> Feed:
    """A subscription. Raises FeedsFileError for what is no http or https address."""
    url = clean(url).strip()
    if len(url) > MAX_URL_CHARS or not _is_web_address(url):
        raise FeedsFileError(
            f"{url[:100]!r} is not a feed's address: give one that begins with http:// or https://"
        )
    return Feed(id=content_id(url), url=url, title=_line(title), tags=[_line(tag) for tag in tags])


def _is_web_address(url: str) -> bool:
    try:
        parts = URL(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.host) and " " not in url


def again(known: Feed | None, given: Feed) -> Feed:
    """A feed that is named once more, as it is from then on: an address alone takes no title and no tags away."""
    return given if known is None or given.title or given.tags else known


def read_feeds(data: bytes, name: str) -> list[Feed]:
    """The feeds of a list in the order given, each URL once; OPML folders become tags, the outermost first.

    In plain text empty lines and those that begin with `#` are passed over. `name` is what the list is called
    in messages. Raises FeedsFileError, naming the line where there is one, for what is no list of feeds.
    """
    text = clean(decode(data, None)[0]).lstrip("\ufeff")
    feeds = _from_opml(text, name) if text.lstrip().startswith("<") else _from_lines(text, name)
    if not feeds:
        raise FeedsFileError(f"{name} names no feeds: give addresses, a line each, or OPML")
    once: dict[str, Feed] = {}
    for feed in feeds:
        once.setdefault(feed.id, feed)
    return list(once.values())


def _from_opml(text: str, name: str) -> list[Feed]:
    import listparser  # it takes as long as the rest of a command, and plain lists do without

    root = root_name(text)
    if root != "opml":
        raise FeedsFileError(
            f"{name} is XML but not OPML (its first element is <{root[:40]}>); for a single feed give its address"
        )
    return [
        _outline(outline["url"], outline.get("title", ""), outline.get("categories", []))
        for outline in listparser.parse(text.encode())["feeds"]
    ]


def _outline(url: str, title: str, folders: Iterable[Iterable[str]]) -> Feed:
    """Whatever its address is like, the feed is subscribed to: what is wrong with it shows when it is polled.

    A title is needed in OPML: one that is the address itself says nothing.
    """
    url = url.strip()[:MAX_URL_CHARS]
    tags = {tag: None for path in folders for tag in map(_line, path) if tag}
    title = _line(title)
    return Feed(id=content_id(url), url=url, title="" if title == url else title, tags=list(tags))


def _from_lines(text: str, name: str) -> list[Feed]:
    feeds = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                feeds.append(feed_from_url(line))
            except FeedsFileError as error:
                raise FeedsFileError(f"{name}, line {number}: {error}") from error
    return feeds


def to_opml(feeds: Iterable[Feed]) -> bytes:
    """The feeds as OPML 2.0; each feed's tags become folders within each other, the first outermost."""
    root = Xml.Element("opml", version="2.0")
    Xml.SubElement(Xml.SubElement(root, "head"), "title").text = "Feeds"
    body = Xml.SubElement(root, "body")
    folders: dict[tuple[str, ...], Xml.Element] = {(): body}
    for feed in feeds:
        title = _line(feed.title) or feed.url
        Xml.SubElement(
            _folder(feed.tags, folders), "outline", type="rss", text=title, title=title, xmlUrl=clean(feed.url)
        )
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode").join((_DECLARATION, "\n")).encode()


def _folder(tags: Sequence[str], folders: dict[tuple[str, ...], Xml.Element]) -> Xml.Element:
    path = tuple(tags)
    if path not in folders:
        name = _line(path[-1])
        folders[path] = Xml.SubElement(_folder(path[:-1], folders), "outline", text=name, title=name)
    return folders[path]


def _line(text: str) -> str:
    return " ".join(clean(text).split())
