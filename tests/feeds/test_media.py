"""Pictures and files."""

from __future__ import annotations

import pytest

from streams.feeds.parse import parse
from tests.feeds.documents import atom, rss

URL = "https://herald.example/feeds/news.xml"
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
PLAY = "http://www.google.com/schemas/play-podcasts/1.0"


@pytest.mark.parametrize(
    ("head", "image"),
    [
        ("<icon>/i.png</icon>", "i.png"),
        ("<icon>/i.png</icon><logo>/l.png</logo>", "l.png"),
        (f'<media:thumbnail {MEDIA} url="/t.png"/>', "t.png"),
        (f'<googleplay:image xmlns:googleplay="{PLAY}" href="/g.png"/>', "g.png"),
    ],
)
def test_a_feeds_picture_may_be_its_icon(head: str, image: str) -> None:
    assert parse(atom(head=head), url=URL).image == f"https://herald.example/{image}"


def test_a_file_behind_a_proxy_is_taken_from_its_own_address() -> None:
    behind = """<feedburner:origEnclosureLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"
        >https://herald.example/1.mp3</feedburner:origEnclosureLink><enclosure url="https://proxy.example/1"/>"""
    assert [one.url for one in parse(rss(f"<title>T</title>{behind}"), url=URL).entries[0].enclosures] == [
        "https://herald.example/1.mp3"
    ]


def test_a_file_of_atom_has_no_type_but_its_own() -> None:
    (entry,) = parse(atom('<id>1</id><link rel="enclosure" href="/1.mp3"/>'), url=URL).entries
    assert [one.media_type for one in entry.enclosures] == [""]
