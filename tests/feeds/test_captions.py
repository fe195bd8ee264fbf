"""What is said of pictures and films, and not by the item."""

from __future__ import annotations

import pytest

from streams.feeds.captions import with_captions
from streams.feeds.entries import Entry
from streams.feeds.parse import parse
from tests.feeds.documents import rss

MRSS = "http://search.yahoo.com/mrss/"


def only(elements: str, prefix: str = "media") -> Entry:
    document = rss(f"<title>T</title>{elements}").replace(b"<rss ", f'<rss xmlns:{prefix}="{MRSS}" '.encode())
    (entry,) = parse(document).entries
    return entry


@pytest.mark.parametrize(
    "elements",
    [
        "<description>The post.</description><media:content url='/a'>"
        "<media:description type='plain'>A dog</media:description></media:content>",
        "<media:description>A dog</media:description><description>The post.</description>",
    ],
)
def test_a_pictures_description_is_no_text_of_the_item(elements: str) -> None:
    entry = only(elements)
    assert (entry.summary, entry.content) == ("The post.", "")


def test_where_there_is_no_other_text_it_is_the_summary() -> None:
    film = "<m:group><m:description>Shot &amp;lt;b&gt; on\n the river.</m:description></m:group>"
    assert only(film, "m").summary == "Shot &amp;lt;b&gt; on\n the river."


def test_other_documents_stay_as_they_are() -> None:
    text = "<rss><description>x</description><media:title>y</media:title><media:descriptions/></rss>"
    assert with_captions(text) == text
