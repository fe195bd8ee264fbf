"""Where entries and feeds are."""

from __future__ import annotations

import pytest

from streams.feeds.parse import parse
from tests.feeds.documents import atom, rss

URL = "https://herald.example/feeds/news.xml"
ATOM = 'xmlns:a="http://www.w3.org/2005/Atom"'


def test_of_atoms_links_the_first_page_is_the_entrys() -> None:
    links = """<link rel="alternate" type="application/json" href="/1.json"/>
        <link rel="ALTERNATE" href="/en"/><link hreflang="de" href="/de"/>"""
    assert parse(atom(f"<id>1</id>{links}"), url=URL).entries[0].url == "https://herald.example/en"
    assert parse(atom('<id>1</id><link rel="" href="/1"/>'), url=URL).entries[0].url == "https://herald.example/1"


@pytest.mark.parametrize(
    ("url", "head", "link"),
    [
        ("", "<link>https://paper.example/a/</link>", "https://paper.example/a/1"),
        ("", f'<a:link {ATOM} rel="self" href="https://paper.example/f/x"/>', "https://paper.example/f/1"),
        ("", "<link>/a/</link>", None),
        (URL, "<link>https://paper.example/a/</link>", "https://paper.example/a/1"),
        (URL, "<link>https://herald.example/a/</link>", "https://herald.example/feeds/1"),
    ],
)
def test_links_are_relative_to_the_site_where_the_feed_is_elsewhere(url: str, head: str, link: str | None) -> None:
    (entry,) = parse(rss("<title>T</title><link>1</link>", head=head), url=url).entries
    assert entry.url == link


def test_a_source_without_a_link_is_not_where_its_id_says() -> None:
    (entry,) = parse(atom("<source><title>Globe</title><id>s1</id></source><id>1</id>"), url=URL).entries
    assert (entry.source_name, entry.source_url) == ("Globe", None)
