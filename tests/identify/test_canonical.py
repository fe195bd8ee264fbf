from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.identify.canonical import MAX_URL_CHARS, canonical_url, names_an_article, safe_link

ARTICLE = "https://herald.example/news/bridge-closed"

SAME_ARTICLE = [
    "http://herald.example/news/bridge-closed",
    "HTTPS://Herald.EXAMPLE/news/bridge-closed",
    "https://www.herald.example/news/bridge-closed",
    "https://m.herald.example/news/bridge-closed",
    "https://mobile.herald.example/news/bridge-closed",
    "https://amp.herald.example/news/bridge-closed",
    "https://www.m.herald.example/news/bridge-closed",
    "https://herald.example:443/news/bridge-closed",
    "http://herald.example:80/news/bridge-closed",
    "https://herald.example./news/bridge-closed",
    "https://reader:secret@herald.example/news/bridge-closed",
    "  https://herald.example/news/bridge-closed\n",
    "https://herald.example/news/bridge-closed/",
    "https://herald.example/news/bridge-closed#comments",
    "https://herald.example/news/bridge-closed/index.html",
    "https://herald.example/news/sport/../bridge-closed",
    "https://herald.example/news/bridge%2Dclosed",
    "https://herald.example/news/bridge-closed;jsessionid=1A2B",
    "https://herald.example/news/bridge-closed?",
    "https://herald.example/news/bridge-closed?utm_source=rss&utm_medium=feed",
    "https://herald.example/news/bridge-closed?fbclid=IwAR0&gclid=x",
    "https://herald.example/news/bridge-closed?at_medium=RSS&at_campaign=KARANGA",
    "https://herald.example/news/bridge-closed?CMP=share_btn_tw",
    "https://herald.example/news/bridge-closed?ref=home&xtor=RSS-1",
    "https://herald.example/news/bridge-closed?source=rss",
    "https://herald.example/news/bridge-closed?from=newsletter",
    "https://herald.example/news/bridge-closed/amp",
    "https://herald.example/news/bridge-closed/amp/",
    "https://herald.example/news/bridge-closed.amp",
    "https://herald.example/amp/news/bridge-closed",
    "https://herald.example/news/amp/bridge-closed",
    "https://herald.example/news/bridge-closed?amp=1",
    "https://herald.example/news/bridge-closed?print=1",
    "https://herald.example/news/bridge-closed?view=print&format=amp",
    "https://herald.example/news/bridge-closed?feedType=RSS&feedName=topNews",
    "https://herald.example/news/bridge-closed?_ga=2.1&_gl=1&Echobox=1772000000&mibextid=x",
    "https://herald.example/news/bridge-closed?feed=rss2",
    "https://herald.example/news/bridge-closed?amp",
    "https://herald.example/news/bridge-closed?outputType=amp",
    "https://www.google.com/amp/s/herald.example/news/bridge-closed/amp",
    "https://www.google.co.uk/amp/s/amp.herald.example/news/bridge-closed",
    "https://herald-example.cdn.ampproject.org/c/s/herald.example/news/bridge-closed",
    "https://www.google.com/url?rct=j&sa=t&url=https://www.herald.example/news/bridge-closed&ct=ga",
    "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fherald.example%2fnews%2fbridge-closed",
]


@pytest.mark.parametrize("url", SAME_ARTICLE)
def test_spellings_of_one_link_have_one_canonical_form(url: str) -> None:
    assert canonical_url(url) == ARTICLE


DIFFERENT_ARTICLES = [
    ("https://herald.example/?p=12", "https://herald.example/?p=13"),
    ("https://herald.example/show?id=1", "https://herald.example/show?id=2"),
    ("https://video.example/watch?v=a&feature=share", "https://video.example/watch?v=b&feature=share"),
    ("https://herald.example/read?story=1&ref=x", "https://herald.example/read?story=2&ref=x"),
    ("https://herald.example/a?source=ministry", "https://herald.example/a?source=police"),
    ("https://herald.example/a?from=2024", "https://herald.example/a?from=2025"),
    ("https://herald.example/a?print=12", "https://herald.example/a?print=13"),
    ("https://herald.example/a?view=story", "https://herald.example/a?view=map"),
    ("https://herald.example/lamp/a", "https://herald.example/l/a"),
    ("https://herald.example/News", "https://herald.example/news"),
    ("https://herald.example:8080/a", "https://herald.example/a"),
    ("https://sport.herald.example/a", "https://herald.example/a"),
    ("https://m.example/a", "https://example/a"),
    ("https://www.co.uk/a", "https://co.uk/a"),
    ("https://herald.example/amp", "https://herald.example/"),
    ("https://herald.example/amplifiers", "https://herald.example/lifiers"),
    ("https://herald.example/revamp", "https://herald.example/rev"),
    ("https://herald.example/a%2Fb", "https://herald.example/a/b"),
    ("https://herald.example/index.html.txt", "https://herald.example/"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT_ARTICLES)
def test_what_carries_the_identity_is_kept(one: str, other: str) -> None:
    assert canonical_url(one) is not None
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://herald.example/a?b=2&a=1", "https://herald.example/a?a=1&b=2"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://herald.example/%e4%f6", "https://herald.example/%E4%F6"),
        ("https://herald.example/a b", "https://herald.example/a%20b"),
        ("https://herald.example/\ud800", "https://herald.example/%EF%BF%BD"),
        ("http://[::0:1]:80/a", "https://[::1]/a"),
        ("http://192.0.2.7/a", "https://192.0.2.7/a"),
        ("http://localhost:8400/a", "https://localhost:8400/a"),
        (
            "https://www.google.com/url?url=javascript:alert(1)",
            "https://google.com/url?url=javascript%3Aalert%281%29",
        ),
        ("https://www.google.com/amp/s/www.google.com/url?q=http://herald.example/a", "https://herald.example/a"),
    ],
)
def test_the_normal_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


UNUSABLE = [
    "",
    "   ",
    "herald.example/a",
    "/a",
    "//herald.example/a",
    "javascript:alert(1)",
    "mailto:desk@herald.example",
    "ftp://herald.example/a",
    "data:text/html,<p>a",
    "http://",
    "http:///a",
    "http://[::1",
    "http://herald.example:99999/",
    "http://herald.example:port/",
    "http://her ald.example/",
    "http://herald..example/",
    f"http://{'ä' * 100}.example/",
    "https://herald.example/" + "a" * 100_000,
    "https://herald.example/" + "ä" * (MAX_URL_CHARS // 2),
]


@pytest.mark.parametrize("url", UNUSABLE)
def test_what_is_no_http_url_is_unusable(url: str) -> None:
    assert canonical_url(url) is None
    assert safe_link(url) is None


PIECES = [
    *("http://", "https://", "www.", "m.", "amp.", "google.com", "herald.example", "x.cdn.ampproject.org", ":80"),
    *(
        "/amp",
        "/s/",
        "/url",
        ".amp",
        ".html",
        "/index.html",
        "/",
        "?",
        "&",
        "=",
        "#",
        "%",
        "%2F",
        "+",
        ";",
        "@",
        ":",
    ),
    *("url=", "q=", "utm_source=x", "a=1", "jsessionid=1", "é", "..", "//", "[", "]", " ", "\ud800", "\x00"),
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    | st.text(max_size=60).map("https://a.example/".__add__)
)
@example("https://m.google.com:443/url/index.html?url=https://herald.example/a")
@example("https://herald.example/amp/amp/index.html/amp/?a&&b")
def test_the_canonical_form_is_its_own_canonical_form(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical


@given(st.text(max_size=300))
def test_a_safe_link_is_always_plain_ascii_http(text: str) -> None:
    for link in (safe_link(text), safe_link("https://herald.example/" + text)):
        assert link is None or (link.isascii() and link.startswith(("http://", "https://")))


def test_a_safe_link_keeps_what_the_site_may_need() -> None:
    link = "http://www.herald.example/a/?ref=rss&utm_source=x"
    assert safe_link(link) == link


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://herald.example", False),
        ("https://herald.example/", False),
        ("https://www.herald.example/index.html?utm_source=rss#top", False),
        ("https://herald.example/?p=1", True),
        ("https://herald.example/a", True),
    ],
)
def test_a_home_page_names_no_article(url: str, expected: bool) -> None:
    canonical = canonical_url(url)
    assert canonical is not None
    assert names_an_article(canonical) is expected
