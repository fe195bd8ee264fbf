"""Reading feeds, good and bad."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.errors import NotAFeedError
from streams.feeds import entries as limits
from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.parse import parse
from streams.records import Enclosure
from tests.feeds.documents import atom, item, rss

URL = "https://herald.example/feeds/news.xml"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(body: bytes, content_type: str | None = None) -> ParsedFeed:
    return parse(body, url=URL, content_type=content_type)


def only(body: bytes) -> Entry:
    (entry,) = read(body).entries
    return entry


def kinds(found: ParsedFeed | Entry) -> list[str]:
    return [problem.kind for problem in found.problems]


def test_rss_is_read() -> None:
    found = read(
        rss(
            """<title>Bridge closed</title><link>/bridge</link><guid isPermaLink="false">b-1</guid>
            <description>&lt;p&gt;Cracks.&lt;/p&gt;</description>
            <content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>Cracks were
            found.</p>]]></content:encoded>
            <pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate><category>City</category><category>City</category>
            <dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ann Lee</dc:creator>
            <media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="/b.jpg"/>""",
            head="<title>The &amp;quot;Herald&amp;quot;</title><link>https://herald.example/</link><language>en_GB</language>",
        )
    )
    assert (found.title, found.link, found.language) == ('The "Herald"', "https://herald.example/", "en-GB")
    assert found.problems == []
    assert found.entries == [
        Entry(
            guid="b-1",
            url="https://herald.example/bridge",
            title="Bridge closed",
            summary="<p>Cracks.</p>",
            content="<p>Cracks were\n            found.</p>",
            published=NOON,
            authors=["Ann Lee"],
            categories=["City"],
            image="https://herald.example/b.jpg",
        )
    ]


def test_atom_is_read() -> None:
    entry = only(
        atom(
            """<id>urn:1</id><title type="text">1 &lt; 2 &amp; so on</title><link href="bridge"/>
            <link rel="enclosure" type="image/png" href="b.png"/><updated>2026-03-02T12:00:00Z</updated>
            <summary type="html">&lt;b&gt;Cracks&lt;/b&gt;</summary>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Found</p></div></content>
            <author><name>Ann Lee</name></author><category term="city" label="City"/>
            <source><title>The Globe</title><link href="https://globe.example/"/></source>"""
        )
    )
    assert entry == Entry(
        guid="urn:1",
        url="https://herald.example/feeds/bridge",
        title="1 &lt; 2 &amp; so on",
        summary="<b>Cracks</b>",
        content="<p>Found</p>",
        published=NOON,
        updated=NOON,
        authors=["Ann Lee"],
        categories=["City"],
        image="https://herald.example/feeds/b.png",
        source_name="The Globe",
        source_url="https://globe.example/",
        enclosures=[Enclosure(url="https://herald.example/feeds/b.png", media_type="image/png")],
    )


def test_rdf_is_read() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://herald.example/"><title>Herald</title>
        </channel><item rdf:about="https://herald.example/1"><title>One</title><link>https://herald.example/1</link>
        <dc:date>2026-03-02T12:00:00Z</dc:date></item></rdf:RDF>"""
    entry = only(body)
    assert (entry.guid, entry.url, entry.published) == (
        "https://herald.example/1",
        "https://herald.example/1",
        NOON,
    )


@pytest.mark.parametrize("version", ["0.90", "0.91", "0.92", "1.0", "2.0", "2.1", "odd"])
def test_any_version_of_rss_is_read(version: str) -> None:
    body = f"<rss version='{version}'><channel><title>T</title><item><title>One</title></item></channel></rss>"
    assert only(body.encode()).title == "One"


def test_a_permalink_guid_is_the_link_where_there_is_none() -> None:
    assert only(rss("<guid>https://herald.example/1</guid>")).url == "https://herald.example/1"


def test_the_link_behind_a_feed_proxy_is_preferred() -> None:
    proxied = """<link>http://proxy.example/~r/1</link><feedburner:origLink
        xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">https://herald.example/1</feedburner:origLink>"""
    assert only(rss(proxied)).url == "https://herald.example/1"


def test_entries_come_oldest_first_by_date() -> None:
    days = ["2026-03-03", "2026-03-05", "2026-03-01", "2026-03-05"]
    found = read(rss(*(f"<title>{n}</title><pubDate>{day}</pubDate>" for n, day in enumerate(days))))
    assert [entry.title for entry in found.entries] == ["2", "0", "3", "1"]


def test_entries_are_turned_around_where_one_has_no_date() -> None:
    found = read(
        rss("<title>new</title><pubDate>2026-03-01</pubDate>", "<title>older</title>", "<title>old</title>")
    )
    assert [entry.title for entry in found.entries] == ["old", "older", "new"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\0" * 100, "empty"),
        (b"<!DOCTYPE html><html><body><item>x</item></body></html>", "html"),
        (b"<!-- <rss> --><HTML><rss version='2.0'>", "html"),
        (b"Not found", "not-a-feed"),
        (b"https://herald.example/feed", "not-a-feed"),
        (b"/etc/passwd", "not-a-feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not-a-feed"),
        (b"<opml><body><outline xmlUrl='x'/></body></opml>", "not-a-feed"),
        (b"<p>" * 100_000, "not-a-feed"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, kind: str) -> None:
    with pytest.raises(NotAFeedError) as raised:
        read(body)
    assert raised.value.kind == kind


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()).entries == []
    assert read(b"<feed xmlns='http://www.w3.org/2005/Atom'/>").entries == []


def test_nothing_in_a_feed_opens_a_file_or_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("opened")

    def no_sockets(*args: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_sockets)
    body = (
        f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file://{secret}"><!ENTITY b SYSTEM "http://a.example/">'
        f'<!ENTITY % c SYSTEM "http://a.example/x.dtd"> %c;]>'
        f'<rss version="2.0"><channel><title>&a;&b;</title><item><title>One</title></item></channel></rss>'
    )
    found = read(body.encode())
    assert "xml-entities" in kinds(found)
    assert "opened" not in found.title
    assert [entry.title for entry in found.entries] == ["One"]


def test_billion_laughs_are_not_laughed() -> None:
    laughs = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    found = read(f"<!DOCTYPE rss [{laughs}]>".encode() + rss("<title>&l19;</title>")[21:])
    assert "xml-entities" in kinds(found)
    assert len(found.entries[0].title) < 100


def test_entries_without_link_id_and_text_are_told() -> None:
    found = read(rss(item(1), "<category>Nobody knows me</category>", "", item(2)))
    assert [entry.can_be_known for entry in found.entries] == [True, False, False, True]
    (problem,) = found.problems
    assert problem.kind == "entry-nameless"
    assert problem.message.startswith("2 entries")


def test_a_post_without_link_and_title_is_known_by_its_text() -> None:
    assert only(rss("<description>Half past nine, no bus.</description>")).can_be_known


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://herald.example/" + "x" * 100_000, "long-link"),
        ("javascript:alert(1)", "bad-link"),
        ("data:text/html,hello", "bad-link"),
        ("mailto:editor@herald.example", "bad-link"),
        ("http://", "bad-link"),
    ],
)
def test_links_that_are_none_are_dropped_and_the_entry_stays(link: str, kind: str) -> None:
    entry = only(rss(f"<title>One</title><link>{link}</link>"))
    assert entry.title == "One"
    assert entry.url is None
    assert kinds(entry) == [kind]


@pytest.mark.parametrize(
    "date", ["0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "Sat, 31 Dec 9999 23:59:59 GMT", "x"]
)
def test_dates_that_cannot_be_are_none_with_a_problem(date: str) -> None:
    entry = only(rss(f"<title>One</title><pubDate>{date}</pubDate>"))
    assert entry.published is None
    assert kinds(entry) == ["bad-date"]


@pytest.mark.parametrize("harm", ["\0", "\x1b[31m", "\ud800", "&#xD800;", "&#0;", "&#x110000;", "&#9999999999;"])
def test_what_is_no_character_costs_itself_only(harm: str) -> None:
    found = read(rss(item(1), f"<title>Two{harm}</title>", item(3)))
    assert [entry.title[:3] for entry in found.entries] == ["Sto", "Two", "Sto"]
    assert "\ud800" not in found.entries[1].title
    msgspec.json.encode(found)


def test_a_wrong_encoding_is_read_and_told() -> None:
    found = read(rss("<title>Été</title>").decode().encode("cp1252"), "text/xml; charset=utf-8")
    assert found.entries[0].title == "Été"
    assert kinds(found) == ["wrong-encoding"]


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    found = read(rss(item(1), "<title>Fish & chips</title><b>", item(2))[:-60])
    assert {entry.title for entry in found.entries} >= {"Story 1"}
    assert "not-well-formed" in kinds(found)


def test_one_unreadable_entry_does_not_cost_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    real = limits.Fields.guid

    def failing(self: limits.Fields, text: str) -> str | None:
        if text == "2":
            raise KeyError("never thought of")
        return real(self, text)

    monkeypatch.setattr(limits.Fields, "guid", failing)
    found = read(rss(item(1), item(2), item(3)))
    assert [entry.guid for entry in found.entries] == ["3", "1"]
    assert kinds(found) == ["entry-unreadable"]


@pytest.mark.parametrize(
    "element",
    [
        "<gml:posList xmlns:gml='http://www.opengis.net/gml'>1 2</gml:posList>",
        "<gml:Point xmlns:gml='http://www.opengis.net/gml' srsName='EPSG:x'><gml:pos>1 2</gml:pos></gml:Point>",
        "<psc:chapter xmlns:psc='http://podlove.org/simple-chapters' start='1'/>",
        "<textInput><title>Search</title></textInput>",
        "<width><b>1</b></width>",
    ],
)
def test_an_element_that_the_parser_falls_over_costs_itself_only(element: str) -> None:
    found = read(rss(item(1), element + item(2), item(3)))
    assert [entry.guid for entry in found.entries] == ["3", "2", "1"]


def test_all_sizes_have_a_limit() -> None:
    long = "x" * (limits.MAX_MARKUP_CHARS + 1)
    names = "".join(f"<category>{n}{long[:1000]}</category>" for n in range(200))
    entry = only(rss(f"<title>{long}</title><guid>{long}</guid><description>{long}</description>{names}"))
    assert len(entry.title) == limits.MAX_LINE_CHARS
    assert len(entry.guid or "") < 30
    assert len(entry.summary) == limits.MAX_MARKUP_CHARS
    assert len(entry.categories) == limits.MAX_NAMES
    assert max(map(len, entry.categories)) == limits.MAX_NAME_CHARS
    assert "long-text" in kinds(entry)


def test_only_so_many_entries_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.feeds.parse.MAX_ENTRIES", 3)
    found = read(rss(*(item(n) for n in range(5))))
    assert [entry.guid for entry in found.entries] == ["2", "1", "0"]
    assert "too-many-entries" in kinds(found)


def test_text_that_is_not_markup_is_escaped() -> None:
    assert only(rss("<title>a &lt; b</title>")).title == "a &lt; b"
    assert only(rss("<title>&lt;i&gt;a&lt;/i&gt; b</title>")).title == "<i>a</i> b"
    assert only(rss("<title>&lt;![CDATA[a]]&gt;</title>")).title == "a"


PIECES = """<rss> <channel> <item> </item> <title> </title> <link> <pubDate> <guid> <entry> &amp; &#x0; <![CDATA[
    ]]> é \0 \udc80 2026-03-02 http://a.example/ <!DOCTYPE <!ENTITY "b"> ]> " ' < > &a; [::1 <source> <author> a@b
    <category> <content> type='base64' type='xhtml' xml:base='/x' <feed xmlns='http://www.w3.org/2005/Atom'>"""
MARKUP = st.lists(st.sampled_from(PIECES.split()), max_size=30).map(" ".join)


@settings(deadline=None)  # the first date in an unusual form loads dateparser
@given(MARKUP | st.text(max_size=60))
def test_whatever_comes_the_result_can_be_stored(text: str) -> None:
    try:
        found = read(text.encode("utf-8", "surrogatepass"))
    except NotAFeedError:
        return
    msgspec.json.encode(found)
