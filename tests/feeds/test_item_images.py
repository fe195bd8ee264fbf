"""Pictures of items."""

from __future__ import annotations

import pytest

from streams.feeds.item_images import with_images
from streams.feeds.parse import parse
from tests.feeds.documents import rss

URL = "https://herald.example/feed"
PICTURE = "https://herald.example/p.jpg"


@pytest.mark.parametrize(
    "image",
    [
        "<image><title>A bridge</title><url>/p.jpg</url><link>https://herald.example/pictures</link></image>",
        "<image>/p.jpg</image>",
        "<image><![CDATA[ /p.jpg ]]></image>",
        "<image><url><![CDATA[/p.jpg]]></url></image>",
        '<image href="/p.jpg"/>',
        "<image width='9' url='/p.jpg'></image>",
        "<thumbnail>/p.jpg</thumbnail>",
        '<thumbnail url="/p.jpg"/>',
    ],
)
def test_a_picture_is_found_in_whichever_form_an_item_has_it(image: str) -> None:
    (entry,) = parse(rss(f"<link>/1</link>{image}<title>One</title>"), url=URL).entries
    assert (entry.image, entry.title, entry.url) == (PICTURE, "One", "https://herald.example/1")


def test_the_feeds_own_picture_stays_what_it_is() -> None:
    head = "<title>T</title><image><url>/logo.png</url><title>Logo</title></image>"
    found = parse(rss("<title>One</title><image>/p.jpg</image>", "<title>Two</title>", head=head), url=URL)
    assert found.image == "https://herald.example/logo.png"
    assert [entry.image for entry in found.entries] == [None, PICTURE]


@pytest.mark.parametrize(
    "text",
    [
        "<item><![CDATA[<image>x</image>]]></item>",
        "<item/><image><url>x</url></image>",
        "<item></item><image><url>x</url></image>",
        "<item><image>never ended</item>",
        "<item>" + "<image>" * 3,
    ],
)
def test_what_is_no_picture_of_an_item_is_left(text: str) -> None:
    assert with_images(text) == text


def test_many_pictures_take_no_long_time() -> None:
    assert len(with_images("<item>" + "<image >" * 200_000)) > 1_000_000
