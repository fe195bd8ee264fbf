"""Lists of feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.codec import content_id
from streams.errors import FeedsFileError
from streams.feeds.opml import feed_from_url, read_feeds, to_opml
from streams.records import Feed

OPML = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="World">
    <outline text="Europe"><outline type="rss" text="Caf\xe9 &amp; Co" xmlUrl="https://cafe.example/rss?a=1&amp;b=2"/></outline>
    <outline type="rss" title="The Herald" xmlUrl=" https://herald.example/rss "/>
  </outline>
  <outline text="City"><outline type="rss" text="Again" xmlUrl="https://herald.example/rss"/></outline>
  <outline type="rss" text="Odd" xmlUrl="nowhere"/>
  <outline text="Not a feed" htmlUrl="https://a.example/"/>
</body></opml>"""


def feed(url: str, title: str = "", *tags: str) -> Feed:
    return Feed(id=content_id(url), url=url, title=title, tags=list(tags))


def test_opml_is_read_with_its_folders_as_tags() -> None:
    assert read_feeds(OPML, "mine.opml") == [
        feed("https://cafe.example/rss?a=1&b=2", "Café & Co", "World", "Europe"),
        feed("https://herald.example/rss", "The Herald", "World", "City"),
        feed("nowhere", "Odd"),
    ]


def test_plain_lines_are_read() -> None:
    text = b"\xef\xbb\xbf# mine\n\nhttps://b.example/rss\r\n  HTTP://a.example/atom  \nhttps://b.example/rss\n"
    assert read_feeds(text, "mine.txt") == [feed("https://b.example/rss"), feed("HTTP://a.example/atom")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "mine names no feeds: give addresses, a line each, or OPML"),
        (b"# nothing yet\n", "mine names no feeds: give addresses, a line each, or OPML"),
        (b"<opml><body/></opml>", "mine names no feeds: give addresses, a line each, or OPML"),
        (b"https://a.example/\nb.example\n", "mine, line 2: 'b.example'"),
        (b"https://a.example/ https://b.example/", "mine, line 1"),
        (b"file:///etc/passwd", "mine, line 1"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "mine, line 1"),
        (b"<rss version='2.0'><channel/></rss>", "its first element is <rss>"),
        (b"<", "its first element is <>"),
        (b"x" * 1_000_000, "mine, line 1"),
    ],
)
def test_rubbish_is_refused_with_one_clear_line(data: bytes, said: str) -> None:
    with pytest.raises(FeedsFileError) as raised:
        read_feeds(data, "mine")
    assert said in str(raised.value)
    assert len(str(raised.value)) < 300
    assert "\n" not in str(raised.value)


def test_a_feed_is_known_by_its_url() -> None:
    found = feed_from_url(" https://a.example/rss\n", "A \0title", ["World"])
    assert found == feed("https://a.example/rss", "A title", "World")
    assert found.id == feed_from_url("https://a.example/rss").id != feed_from_url("https://a.example/atom").id


@pytest.mark.parametrize(
    "url", ["", "a.example", "ftp://a.example/", "https://a b/", "http://", "http://[::1", "http://" + "a" * 3000]
)
def test_what_is_no_web_address_is_no_feed(url: str) -> None:
    with pytest.raises(FeedsFileError):
        feed_from_url(url)


LINE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(
    st.lists(
        st.tuples(st.integers(0, 99), LINE | st.just(""), st.lists(LINE, max_size=3, unique=True)),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_is_read_back(given_feeds: list[tuple[int, str, list[str]]]) -> None:
    urls = {
        number: feed_from_url(f"https://a.example/{number}?a&b", title, tags)
        for number, title, tags in given_feeds
    }
    feeds = list(urls.values())
    again = read_feeds(to_opml(feeds), "again")
    assert sorted(again, key=lambda one: one.url) == sorted(feeds, key=lambda one: one.url)


def test_what_is_written_is_opml_whatever_is_in_the_titles() -> None:
    odd = Feed(id="1", url="https://a.example/\0\ud800", title='<"&\x1b\ud800', tags=["a/b", "<c>"])
    assert read_feeds(to_opml([odd]), "again") == [feed("https://a.example/", '<"&', "a/b", "<c>")]
