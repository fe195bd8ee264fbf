"""The older content module of RSS 1.0."""

from __future__ import annotations

import pytest

from streams.feeds.content_items import with_contents
from streams.feeds.entries import Entry
from streams.feeds.parse import parse

RDF = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
HEAD = f'<r:RDF {RDF} xmlns:c="http://purl.org/rss/1.0/modules/content/">'
HTML = '<c:format r:resource="http://www.w3.org/TR/html4/"/>'


def entry(*contents: str) -> Entry:
    bag = "".join(f"<r:li><c:item>{content}</c:item></r:li>" for content in contents)
    items = f"<c:items><r:Bag>{bag}</r:Bag></c:items>"
    item = f"<item r:about='https://a.example/1'><title>One</title><link>https://a.example/1</link>{items}</item>"
    return parse(
        f"{HEAD}<channel r:about='https://a.example/'><title>T</title></channel>{item}</r:RDF>".encode()
    ).entries[0]


@pytest.mark.parametrize(
    "value",
    [
        "<r:value><![CDATA[<p>Rain &amp; <em>wind</em></p>]]></r:value>",
        "<r:value>&lt;p&gt;Rain &amp;amp; &lt;em&gt;wind&lt;/em&gt;&lt;/p&gt;</r:value>",
        '<r:value r:parseType="Literal"><p>Rain &amp; <em>wind</em></p></r:value>',
        "<c:encoded><![CDATA[<p>Rain &amp; <em>wind</em></p>]]></c:encoded>",
    ],
)
def test_the_text_is_read_escaped_as_cdata_or_as_elements(value: str) -> None:
    assert entry(HTML + value).content == "<p>Rain &amp; <em>wind</em></p>"


def test_of_several_texts_the_longest_is_taken_and_pictures_are_none() -> None:
    picture = '<c:format r:resource="image/png"/><r:value>iVBORw0KGgoAAAANSUhEUgAAAAUA</r:value>'
    assert (
        entry(HTML + "<r:value>Rain</r:value>", "<r:value>Rain all day</r:value>", picture).content
        == "Rain all day"
    )
    assert entry(picture).content == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<rss/>",
        HEAD,
        f"{HEAD}<c:items><c:item>",
        f"{HEAD}<c:items><c:item></c:item>",
        f"{HEAD}<c:items>" + "<c:item>" * 9,
    ],
)
def test_a_document_without_whole_texts_stays_as_it_is(text: str) -> None:
    assert with_contents(text) == text
