"""RSS 1.0 in forms of RDF."""

from __future__ import annotations

import pytest

from streams.feeds.parse import parse
from streams.feeds.rdf import with_rss_forms

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
IMAGE = "<image><title>Logo</title><url>/i.png</url><link>https://herald.example/pictures</link></image>"
URL = "https://herald.example/feed"


def document(channel: str, *beside: str) -> bytes:
    return f"{HEAD}<channel><title>Herald</title>{channel}</channel>{''.join(beside)}</rdf:RDF>".encode()


@pytest.mark.parametrize("link", ['<link rdf:resource="{}"/>', "<link resource='{}'></link>", "<link>{}</link>"])
def test_a_link_may_be_a_resource(link: str) -> None:
    item = f"<item><title>One</title>{link.format('https://herald.example/1')}</item>"
    found = parse(document(link.format("https://herald.example/"), item), url=URL)
    assert (found.link, found.entries[0].url) == ("https://herald.example/", "https://herald.example/1")


@pytest.mark.parametrize("place", range(3))
def test_the_picture_of_the_feed_stands_beside_its_channel(place: int) -> None:
    beside = ["<item><title>One</title></item>", "<item><title>Two</title></item>"]
    found = parse(document("<link>/</link>", *beside[:place], IMAGE, *beside[place:]), url=URL)
    assert (found.title, found.link) == ("Herald", "https://herald.example/")
    assert found.image == "https://herald.example/i.png"
    assert [(entry.title, entry.image) for entry in found.entries] == [("Two", None), ("One", None)]


def test_a_picture_that_is_only_named_is_read() -> None:
    assert parse(document('<image rdf:resource="/i.png"/>'), url=URL).image == "https://herald.example/i.png"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}<channel></channel></rdf:RDF>",
        f"{HEAD}<channel><image>",
        f"{HEAD}</channel><image>",
        "<rss><link resource='x'/></rss>",
    ],
)
def test_what_needs_no_other_form_stays_as_it_is(text: str) -> None:
    assert with_rss_forms(text) == text
