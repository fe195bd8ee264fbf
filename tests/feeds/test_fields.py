"""What feeds of each format give beyond title, link and text, in the forms that they are known to have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.parse import parse
from streams.records import Enclosure
from tests.feeds.documents import atom, rss

URL = "https://herald.example/feeds/news.xml"
ENC = 'xmlns:enc="http://purl.oclc.org/net/rss_2.0/enc#"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
ATOM = 'xmlns:a="http://www.w3.org/2005/Atom"'


def read(document: str | bytes) -> ParsedFeed:
    return parse(document.encode() if isinstance(document, str) else document, url=URL)


def only(document: str | bytes) -> Entry:
    (entry,) = read(document).entries
    return entry


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("ann@paper.com (Ann Lee)", ["Ann Lee"]),
        ("Ann Lee (ann@paper.com)", ["Ann Lee"]),
        ("Ann Lee &lt;ann@paper.com&gt;", ["Ann Lee"]),
        ("ann@paper.com", ["ann@paper.com"]),
        ("ann@paper.example (Ann Lee)", ["Ann Lee"]),
        ("Ann Lee (ann@paper.example)", ["Ann Lee"]),
        ("Ann Lee &lt;ann@paper.example&gt;", ["Ann Lee"]),
        ("ann@paper.example", ["ann@paper.example"]),
        ("", []),
    ],
)
def test_a_person_is_a_name_and_only_without_one_an_address(author: str, names: list[str]) -> None:
    assert only(rss(f"<title>T</title><author>{author}</author>")).authors == names


@pytest.mark.parametrize(
    ("elements", "names"),
    [
        ("<author>Ann</author><author>Ben</author>", ["Ann", "Ben"]),
        ('<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ann</dc:creator>', ["Ann"]),
        (f"<itunes:author {ITUNES}>The Night Desk</itunes:author>", ["The Night Desk"]),
        ('<dcterms:creator xmlns:dcterms="http://purl.org/dc/terms/">Ann</dcterms:creator>', ["Ann"]),
        ("<byline>Ann</byline>", ["Ann"]),
        (f"<a:author {ATOM}><a:name>Ann</a:name><a:email>a@b.example</a:email></a:author>", ["Ann"]),
    ],
)
def test_authors_are_read_from_whichever_element_a_feed_has(elements: str, names: list[str]) -> None:
    assert only(rss(f"<title>T</title>{elements}")).authors == names


def test_entries_of_atom_without_an_author_have_those_of_their_source_else_of_the_feed() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><author><name>The desk</name></author>
        <entry><id>1</id><author><name>Ann</name></author></entry><entry><id>2</id></entry>
        <entry><id>3</id><source><author><name>The Globe</name></author></source></entry></feed>"""
    authors = {entry.guid: entry.authors for entry in read(feed).entries}
    assert authors == {"1": ["Ann"], "2": ["The desk"], "3": ["The Globe"]}


def test_a_channels_editor_is_nobodys_author() -> None:
    found = read(rss("<title>T</title>", head="<managingEditor>desk@paper.com (The desk)</managingEditor>"))
    assert (found.authors, found.entries[0].authors) == (["The desk"], [])


@pytest.mark.parametrize(
    ("elements", "labels"),
    [
        ('<category domain="sections">City</category><category>City</category>', ["City"]),
        ('<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/">Bridges</dc:subject>', ["Bridges"]),
        (f"<itunes:keywords {ITUNES}>river, bridge</itunes:keywords>", ["river", "bridge"]),
        (f'<media:category {MEDIA} label="City">c</media:category>', ["City"]),
        ("<category><![CDATA[Arts &amp; Music]]></category>", ["Arts & Music"]),
    ],
)
def test_categories_are_read_from_whichever_element_a_feed_has(elements: str, labels: list[str]) -> None:
    assert only(rss(f"<title>T</title>{elements}")).categories == labels


def test_files_are_read_with_what_is_said_of_them() -> None:
    entry = only(
        rss(
            f"""<title>T</title><enclosure url="/1.mp3" length=" 4,096" type="Audio/MPEG"/>
            <enclosure url="https://cdn.example/2.pdf" length="" type=""/><enclosure url="ftp://x.example/3"/>
            <itunes:duration {ITUNES}>1:02:03</itunes:duration>
            <media:group {MEDIA}><media:content url="/1.mp3"/>
            <media:content url="/v.mp4" medium="video" fileSize="9" duration="12.5"/></media:group>"""
        )
    )
    assert entry.enclosures == [
        Enclosure(url="https://herald.example/1.mp3", media_type="audio/mpeg", size_bytes=4096, duration_s=3723),
        Enclosure(url="https://cdn.example/2.pdf", duration_s=3723),
        Enclosure(url="https://herald.example/v.mp4", media_type="video", size_bytes=9, duration_s=12.5),
    ]
    assert [problem.kind for problem in entry.problems] == ["bad-link"]


def test_an_atom_entrys_file_and_thread_are_links() -> None:
    entry = only(
        atom(
            """<id>1</id><link rel="enclosure" href="/1.mp3" length="7" type="audio/mpeg"/>
            <link rel="replies" type="application/atom+xml" href="/1/thread.xml"/>
            <link rel="replies" type="text/html" href="/1#comments"/>"""
        )
    )
    assert entry.enclosures == [
        Enclosure(url="https://herald.example/1.mp3", media_type="audio/mpeg", size_bytes=7)
    ]
    assert entry.comments == "https://herald.example/1#comments"


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("90", 90), ("1:30", 90), ("01:00:01", 3601), ("", None), ("soon", None), ("0", None)],
)
def test_times_of_podcasts_are_seconds_however_written(duration: str, seconds: float | None) -> None:
    elements = f'<enclosure url="/1.mp3"/><itunes:duration {ITUNES}>{duration}</itunes:duration>'
    assert only(rss(f"<title>T</title>{elements}")).enclosures[0].duration_s == seconds


def test_only_so_many_files_are_taken() -> None:
    files = "".join(f'<enclosure url="/{n}.mp3"/>' for n in range(500))
    assert len(only(rss(f"<title>T</title>{files}")).enclosures) == 20


@pytest.mark.parametrize(
    ("base", "link", "file"),
    [
        ("https://cdn.example/a/", "https://cdn.example/a/1", "https://cdn.example/a/1.mp3"),
        ("/b/", "https://herald.example/b/1", "https://herald.example/b/1.mp3"),
        ("", "https://herald.example/feeds/1", "https://herald.example/feeds/1.mp3"),
    ],
)
def test_relative_addresses_are_resolved_by_xml_base(base: str, link: str, file: str) -> None:
    feed = f"""<rss version="2.0" xml:base="{base}"><channel><item><title>T</title><link>1</link>
        <enclosure url="1.mp3"/></item></channel></rss>"""
    entry = only(feed if base else feed.replace(' xml:base=""', ""))
    assert (entry.url, entry.enclosures[0].url) == (link, file)


def test_a_base_that_is_no_address_costs_no_more_than_the_links() -> None:
    feed = rss("<title>T</title>").replace(b"<rss ", b"<rss xml:base='http://[' ")
    assert only(feed).title == "T"


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid>https://herald.example/1</guid>", "https://herald.example/1"),
        ('<guid isPermaLink="false">https://herald.example/1</guid>', None),
        ("<guid>1001</guid>", None),
        ("<guid>urn:uuid:1001</guid>", None),
        ("<guid>1001</guid><link>/1</link>", "https://herald.example/1"),
        ('<guid isPermaLink="true">/news/1</guid>', "https://herald.example/news/1"),
        ('<guid isPermaLink="true">1.html</guid>', "https://herald.example/feeds/1.html"),
        ('<guid isPermaLink="false">/news/1</guid>', None),
        ('<guid isPermaLink=" TRUE ">https://herald.example/1</guid>', "https://herald.example/1"),
    ],
)
def test_an_id_is_a_link_only_where_it_is_an_address(guid: str, link: str | None) -> None:
    entry = only(rss(f"<title>T</title>{guid}"))
    assert (entry.url, entry.problems) == (link, [])


def test_what_a_feed_says_of_itself_is_read() -> None:
    found = read(
        rss(
            head="""<title>Herald</title>
            <description>News &lt;b&gt;daily&lt;/b&gt;&lt;script&gt;x()&lt;/script&gt;</description>
            <category>News</category><image><url>/logo.png</url></image>
            <lastBuildDate>Mon, 02 Mar 2026 12:00:00 GMT</lastBuildDate>"""
        )
    )
    assert (found.format, found.description, found.categories) == ("rss20", "News daily", ["News"])
    assert found.image == "https://herald.example/logo.png"
    assert found.updated is not None


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ('<rss version="0.91"><channel><title>T</title></channel></rss>', "rss091u"),
        ('<rss version="0.92"><channel><title>T</title></channel></rss>', "rss092"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "atom10"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>', "atom03"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"/>',
            "rss10",
        ),
        ('{"version": "https://jsonfeed.org/version/1", "items": []}', "json10"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "json11"),
    ],
)
def test_a_feeds_format_is_named(document: str, kind: str) -> None:
    assert read(document).format == kind


def test_a_json_feeds_attachments_are_files() -> None:
    entry = only(
        """{"version": "https://jsonfeed.org/version/1.1", "description": "Daily", "icon": "/i.png", "items": [
        {"id": "1", "attachments": [{"url": "/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5,
        "duration_in_seconds": 61.5}, {"mime_type": "x"}, "odd", {"url": "/2.mp3", "size_in_bytes": -1}]}]}"""
    )
    assert entry.enclosures == [
        Enclosure(url="https://herald.example/1.mp3", media_type="audio/mpeg", size_bytes=5, duration_s=61.5),
        Enclosure(url="https://herald.example/2.mp3"),
    ]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("<description><![CDATA[<p>A &amp; B</p>]]></description>", "<p>A &amp; B</p>"),
        ("<description>&lt;p&gt;A&lt;/p&gt;</description>", "<p>A</p>"),
        ("<description><![CDATA[one]]> and <![CDATA[two]]></description>", "one and two"),
        ("<description>caf&eacute; &mdash; open</description>", "café — open"),
        ("<description>A &amp;amp; B</description>", "A &amp; B"),
        ("<description><![CDATA[<![CDATA[<p>A</p>]]]]></description>", "<p>A</p>"),
        ("<description>&lt;![CDATA[<p>A</p>]]&gt;</description>", "<p>A</p>"),
    ],
)
def test_texts_are_read_however_they_are_wrapped(text: str, read_as: str) -> None:
    assert only(rss(f"<title>T</title>{text}")).summary == read_as


@pytest.mark.parametrize(
    ("elements", "url"),
    [
        ("<link/><guid>https://herald.example/1</guid>", "https://herald.example/1"),
        (
            '<link></link><guid isPermaLink="false">https://herald.example/?p=1</guid>',
            "https://herald.example/?p=1",
        ),
        ("<guid>tag:herald.example,2026:1</guid>", None),
        (f'<link>/1</link><a:link {ATOM} rel="self" href="/self"/>', "https://herald.example/1"),
        ("<link>www.herald.example/1</link>", "https://www.herald.example/1"),
        ("<link>herald.example/1</link>", "https://herald.example/1"),
        ("<link>news.html</link>", "https://herald.example/feeds/news.html"),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        ("<link>https:/herald.example/1</link>", "https://herald.example/1"),
        ("<link>http://https://herald.example/1</link>", "https://herald.example/1"),
        ("<link>https://herald.example/?u=http:/x.example</link>", "https://herald.example/?u=http:/x.example"),
        ("<link>https://herald.example/a\n   /b</link>", "https://herald.example/a/b"),
        ("<link>/1?a=1&amp;amp;b=2</link>", "https://herald.example/1?a=1&b=2"),
        ("<link> /a story </link>", "https://herald.example/a%20story"),
        ("<link>[https://herald.example/1]</link>", "https://herald.example/1"),
        ("<link>https://herald.example/1 https://herald.example/2</link>", "https://herald.example/1"),
        ("<link>https:\\\\herald.example/1</link>", "https://herald.example/1"),
    ],
)
def test_a_link_is_found_in_whichever_form_a_feed_gives_it(elements: str, url: str | None) -> None:
    assert only(rss(f"<title>T</title>{elements}")).url == url


def test_an_item_of_rdf_without_a_link_is_where_it_says_that_it_is_about() -> None:
    found = only(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel><title>T</title></channel><item rdf:about="https://herald.example/1"><title>A</title></item></rdf:RDF>'
    )
    assert found.url == "https://herald.example/1"


def test_a_relation_of_atom_may_be_written_in_full() -> None:
    link = '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://herald.example/1"/>'
    assert only(atom(f"<id>u:1</id>{link}")).url == "https://herald.example/1"


def test_a_podcast_may_have_its_title_and_text_in_its_own_elements_alone() -> None:
    title = f"<itunes:title {ITUNES}>Night shift</itunes:title><itunes:subtitle {ITUNES}>A walk</itunes:subtitle>"
    assert (only(rss(title)).title, only(rss(title)).summary) == ("Night shift", "A walk")
    assert only(rss(f"<title>Plain</title>{title}")).title == "Plain"


def test_an_id_that_is_no_address_is_not_taken_for_the_address_of_the_site() -> None:
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><id>{}</id><title>T</title></feed>'
    assert read(feed.format("urn:uuid:1")).link is None
    assert read(feed.format("news")).link is None
    assert read(feed.format("https://herald.example/")).link == "https://herald.example/"


def test_where_atom_has_its_text_elsewhere_that_is_the_link() -> None:
    content = '<content type="text/html" src="/story/1"/>'
    assert only(atom(f"<id>u:1</id>{content}")).url == "https://herald.example/story/1"


def test_the_full_text_of_russian_news_sites_is_read() -> None:
    text = '<yandex:full-text xmlns:yandex="http://news.yandex.ru">Весь текст.</yandex:full-text>'
    assert only(rss(f"<title>T</title>{text}")).content == "Весь текст."


def test_dates_that_may_be_read_in_two_ways_are_read_as_the_others_of_the_feed() -> None:
    dates = ["02/03/2026", "13/03/2026"]
    found = read(rss(*(f"<title>T</title><pubDate>{date}</pubDate>" for date in dates)))
    assert [entry.published and entry.published.day for entry in found.entries] == [2, 13]


def test_a_text_of_atom_that_is_not_said_to_be_markup_may_be_some_all_the_same() -> None:
    entry = only(atom("<id>1</id><title>a &lt;b&gt;</title><summary>&lt;p&gt;One&lt;/p&gt;</summary>"))
    assert (entry.title, entry.summary) == ("a &lt;b&gt;", "<p>One</p>")
    assert only(atom("<id>1</id><content>1 &lt; 2</content>")).content == "1 &lt; 2"


@pytest.mark.parametrize(
    ("media", "image"),
    [
        ('url="/p.jpg"', "https://herald.example/p.jpg"),
        ('url="/p.JPEG?w=9"', "https://herald.example/p.JPEG?w=9"),
        ('url="/p.jpg" type="video/mp4"', None),
        ('url="/p"', None),
    ],
)
def test_a_picture_may_be_known_by_its_name_alone(media: str, image: str | None) -> None:
    assert only(rss(f"<title>T</title><media:content {MEDIA} {media}/>")).image == image


def test_journals_give_the_date_of_print() -> None:
    date = '<prism:publicationDate xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">2026-03-02'
    entry = only(rss(f"<title>T</title>{date}</prism:publicationDate>"))
    assert entry.published == datetime(2026, 3, 2, tzinfo=UTC)


def test_elements_of_xhtml_without_content_have_no_end() -> None:
    content = (
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a<br/>b<img src="x"/></div></content>'
    )
    entry = only(atom(f"<id>1</id><title>R&amp;amp;D</title>{content}"))
    assert (entry.title, entry.content) == ("R&amp;D", 'a<br>b<img src="x">')


def test_a_content_is_not_the_summary_too() -> None:
    entry = only(atom("<id>1</id><content type='text'>a &lt;i&gt; b</content>"))
    assert (entry.summary, entry.content) == ("", "a &lt;i&gt; b")


@pytest.mark.parametrize(
    ("kind", "content"),
    [("text/markdown", "# A &lt; B"), ("text/html; charset=utf-8", "# A < B"), ("audio/x", "")],
)
def test_contents_of_any_type_of_text_are_read(kind: str, content: str) -> None:
    assert only(atom(f"<id>1</id><content type='{kind}'># A &lt; B</content>")).content == content


def test_a_feeds_description_is_not_lost_to_the_podcasts_summary() -> None:
    head = f"<itunes:summary {ITUNES}>For the shop</itunes:summary><description>What it is</description>"
    assert read(rss(head=head)).description == "What it is"


def test_the_identifier_of_dublin_core_is_an_id() -> None:
    identifier = '<dc:identifier xmlns:dc="http://purl.org/dc/elements/1.1/">doi:1</dc:identifier>'
    assert only(rss(f"<title>T</title>{identifier}")).guid == "doi:1"


def test_a_file_of_rss_1_is_read() -> None:
    file = f'<enc:enclosure {ENC} resource="/1.jpg" type="image/jpeg"/>'
    found = only(rss(f"<title>T</title>{file}"))
    assert found.enclosures == [Enclosure(url="https://herald.example/1.jpg", media_type="image/jpeg")]
