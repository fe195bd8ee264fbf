"""Finding out encodings, and cleaning text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.text import clean, decode

FRENCH = "<rss>L’été à Genève</rss>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FRENCH.encode(), None),
        (FRENCH.encode(), "application/rss+xml; charset=UTF-8"),
        (FRENCH.encode("cp1252"), "text/xml; charset=windows-1252"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + FRENCH.encode("cp1252"), None),
        (FRENCH.encode("utf-8-sig"), "text/xml; charset=iso-8859-1"),
        (FRENCH.encode("utf-16"), None),
        (("<?xml version='1.0' encoding='utf-16'?>" + FRENCH).encode("utf-16-le"), None),
        (("<?xml version='1.0' encoding='utf-16'?>" + FRENCH).encode("utf-16-be"), None),
        (FRENCH.encode("utf-32"), None),
        (("<?xml version='1.0'?>" + FRENCH).encode("utf-32-be"), None),
        (FRENCH.encode("utf-16-le"), "text/xml; charset=utf-8"),
        (FRENCH.encode("utf-16-be"), None),
        (("\n " + FRENCH).encode("utf-16-le"), None),
        (("\r\n" + FRENCH).encode("utf-16-be"), None),
    ],
)
def test_text_is_read_in_the_encoding_that_it_declares(body: bytes, content_type: str | None) -> None:
    text, problem = decode(body, content_type)
    assert text.endswith(FRENCH)
    assert problem is None


@pytest.mark.parametrize(
    ("encoding", "header", "problem"),
    [("windows-1251", "utf-8", "wrong-encoding"), ("koi8-r", "iso-8859-1", None)],
)
def test_what_a_document_says_of_itself_is_tried_where_its_server_is_wrong(
    encoding: str, header: str, problem: str | None
) -> None:
    sample = "Лето в Москве"
    declared = f"<?xml version='1.0' encoding='{encoding}'?><rss>{sample}</rss>"
    text, found = decode(declared.encode(encoding), f"text/xml; charset={header}")
    assert sample in text
    assert (found and found.kind) == problem


@pytest.mark.parametrize(
    ("encoding", "sample"),
    [("shift_jis", "東京の夏"), ("gb2312", "北京的夏天"), ("euc-kr", "서울의 여름"), ("koi8-r", "Лето в Москве")],
)
def test_the_encodings_of_the_world_are_read(encoding: str, sample: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding}'?><rss>{sample}</rss>"
    text, problem = decode(declared.encode(encoding), "text/xml")
    assert sample in text
    assert problem is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FRENCH.encode("cp1252"), "text/xml; charset=utf-8"),
        (FRENCH.encode("cp1252"), None),
        (FRENCH.encode(), "text/xml; charset=iso-8859-1"),
        (FRENCH.encode(), "text/xml; charset=us-ascii"),
        (FRENCH.encode(), "text/xml; charset=shift_jis"),
    ],
)
def test_text_that_is_not_what_it_declares_is_read_all_the_same(body: bytes, content_type: str | None) -> None:
    text, problem = decode(body, content_type)
    assert text == FRENCH
    assert problem is not None
    assert problem.kind == "wrong-encoding"


def test_a_lost_byte_does_not_turn_the_whole_text_into_another_encoding() -> None:
    body = (FRENCH * 5).encode()
    broken = body.replace("é".encode(), b"\xc3", 1)
    text, problem = decode(broken, None)
    assert text.count("Genève") == 5
    assert problem is not None
    assert "utf-8 with errors" in problem.message


def test_bytes_of_another_encoding_between_those_of_utf_8_are_read_as_western() -> None:
    body = (FRENCH * 9).encode() + "<a>“Déjà vu”</a>".encode("cp1252") + b"<a>caf\xc3...</a>"
    assert decode(body, None)[0].endswith("<a>“Déjà vu”</a><a>caf\ufffd...</a>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "shift_jis"])
def test_a_character_that_is_cut_at_the_end_costs_itself_only(encoding: str) -> None:
    text, problem = decode("<?xml version='1.0' encoding='shift_jis'?><a>夏</a>夏".encode(encoding)[:-1], None)
    assert text.endswith("<a>夏</a>")
    assert problem is None or encoding == "utf-8"


def test_half_a_pair_within_utf_16_costs_itself_only() -> None:
    body = FRENCH.encode("utf-16-le").replace("é".encode("utf-16-le"), b"\x00\xd8")
    text, problem = decode(b"\xff\xfe" + body, None)
    assert text == FRENCH.replace("é", "\ufffd")
    assert problem is not None


@pytest.mark.parametrize("codec", ["punycode", "idna", "unicode_escape", "undefined", "utf-7", "zlib", "nonsense"])
def test_codecs_that_are_no_charsets_are_not_used(codec: str) -> None:
    text, _ = decode(b"<rss>a\\u0041-+AGEAYg-</rss>", f"text/xml; charset={codec}")
    assert text == "<rss>a\\u0041-+AGEAYg-</rss>"


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_are_text_of_some_kind(body: bytes, content_type: str) -> None:
    text = clean(decode(body, content_type)[0])
    assert text.encode().decode() == text


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=100))
def test_clean_text_can_be_stored_and_keeps_its_lines(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert cleaned == clean(cleaned)
    assert [c for c in cleaned if c in "\n\t\r"] == [c for c in text if c in "\n\t\r"]
    assert not any(ord(c) < 32 and c not in "\n\t\r" for c in cleaned)


def test_what_is_no_character_is_taken_out() -> None:
    assert clean("a\0b\x1b[1mc\ud800d\uffffe\x7f f\n\tg é 😀") == "ab[1mcde f\n\tg é 😀"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Новости дня: в городе открыли новый мост"),
        ("cp1253", "Νέα της ημέρας από την Ελλάδα"),
        ("shift_jis", "今日のニュースをお伝えします"),
        ("gb18030", "今天的新闻内容是关于经济发展的"),
        ("euc_kr", "오늘의 뉴스는 경제에 관한 것입니다"),
    ],
)
def test_an_encoding_of_another_script_that_is_not_declared_is_known_by_its_text(encoding: str, text: str) -> None:
    document = f"<rss><item><title>{text}</title><link>/1</link></item></rss>"
    found, problem = decode(document.encode(encoding), None)
    assert (found, problem is not None) == (document, True)
    assert decode("<rss>Café à Paris, déjà été là, à côté du pré</rss>".encode("cp1252"), None)[0][5:9] == "Café"
