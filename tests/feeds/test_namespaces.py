"""RSS with a namespace."""

from __future__ import annotations

import pytest

from streams.feeds.namespaces import with_plain_names
from streams.feeds.parse import parse
from tests.feeds.documents import atom, item, rss

ITEM = "<title>Story</title><link>https://herald.example/1</link><enclosure url='/1.mp3'/>"


def test_rss_may_have_a_prefix() -> None:
    document = rss(ITEM).decode().replace("</", "</r:").replace("<", "<r:").replace("<r:/r:", "</r:")
    document = document.replace("<r:?", "<?").replace("<r:rss", "<r:rss xmlns:r='http://herald.example/rss'")
    found = parse(document.encode(), url="https://herald.example/")
    (entry,) = found.entries
    assert (found.title, found.format, found.problems) == ("The Herald", "rss20", [])
    assert (entry.title, entry.url, len(entry.enclosures)) == ("Story", "https://herald.example/1", 1)


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.w3.org/1999/xhtml",
        "http://search.yahoo.com/mrss/",
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "http://www.w3.org/2005/Atom",
        "http://herald.example/unknown",
    ],
)
def test_a_default_namespace_does_not_make_something_else_of_rss(namespace: str) -> None:
    document = rss(item(1)).replace(b"<rss ", f'<rss xmlns="{namespace}" '.encode())
    found = parse(document)
    assert (found.title, found.format, found.entries[0].title) == ("The Herald", "rss20", "Story 1")


def test_atom_under_a_prefix_of_another_namespace_is_read() -> None:
    document = "<f:feed xmlns:f='https://www.w3.org/2005/Atom'><f:entry><f:title>A</f:title></f:entry></f:feed>"
    assert parse(document.encode()).entries[0].title == "A"


@pytest.mark.parametrize(
    "text",
    [
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry/></a:feed>",
        rss(item(1)).decode(),
        atom("<id>1</id>").decode(),
        "<r:RDF xmlns:r='x'/>",
        "no feed",
        "<rss",
    ],
)
def test_any_other_document_stays_as_it_is(text: str) -> None:
    assert with_plain_names(text) == text
