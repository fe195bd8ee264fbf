"""Bytes from the open internet as text: the encoding found out, and nothing in it that is no character."""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from streams.feeds.latin import SURE, WESTERN, latin
from streams.records import Problem

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Python's codecs that are no character sets of documents; some of them take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
# How the first characters look in encodings that are not like ASCII (XML 1.0, appendix F); JSON begins otherwise.
_WIDE = (
    (re.compile(rb"[<{]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]"), "utf-32-be"),
    (re.compile(rb"(?:\s\0){0,99}[<{]\0[^\0]\0", re.DOTALL), "utf-16-le"),
    (re.compile(rb"(?:\0\s){0,99}\0[<{]\0[^\0]", re.DOTALL), "utf-16-be"),
)
_EBCDIC = {b"Lo\xa7\x94": "cp037"}
_SAMPLE_BYTES = 20_000
_WORD = re.compile(rb"[^\s<>]{0,200}[\x80-\xff][^\s<>]{0,200}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_MOSTLY = 0.5
"""In words of scripts other than Latin, so many bytes at least are beyond ASCII."""
_LEAST = 15
"""From so few of them nothing is concluded."""
_STRAY = re.compile("[\udc80-\udcff]+")
_CUT = (b"\xc2", b"\xc3", b"\xe2")
"""With these most characters of UTF-8 beyond ASCII begin, in Western texts."""
_OTHER_SCRIPTS = [
    *("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp1253", "cp1255", "cp1256", "cp874"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_FEW = 0.1
"""Of the characters beyond ASCII, how many may be broken for the text still to be UTF-8."""


def decode(body: bytes, content_type: str | None) -> tuple[str, Problem | None]:
    """The body's text, and a problem where it is not in the encoding that it declares.

    A byte order mark decides, or how the first characters look, then the HTTP header (RFC 7303), then the XML
    declaration, then UTF-8. But what is declared is often wrong. Bytes beyond ASCII that are valid UTF-8 are
    hardly ever anything else, so they are read as that; bytes that cannot be read as what is declared are read as
    what they look like. Latin 1 reads any bytes; so it must also fit their letters.
    """
    marked, mark = read_bom(body)
    if mark:
        body = body[len(mark) :]
    marked = marked or next((encoding for looks, encoding in _WIDE if looks.match(body)), None)
    said = _declared(body, content_type)
    declared = marked or next(iter(said), "utf-8")
    for encoding in (declared, "utf-8") if marked or body.isascii() else ("utf-8", *said):
        encoding = latin(_words(body), SURE) if encoding == WESTERN else encoding
        text = _strictly(body, encoding)
        if text is not None:
            return text, None if encoding == declared else _wrong(declared, encoding)
    text, encoding = (body.decode(marked, "replace"), f"{marked} with errors") if marked else _at_any_cost(body)
    return text, _wrong(declared, encoding)


def clean(text: str) -> str:
    """The text without control characters (tabs and line ends stay), lone surrogates and non-characters."""
    return text if text.isprintable() else _NOT_TEXT.sub("", text)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """What the HTTP header and the document say, whom to believe first.

    Latin 1, as which anything can be read, in a header is mostly what a server says of all its files.
    """
    header = http_content_type_encoding(content_type)
    within = _EBCDIC.get(body[:4]) or html_body_declared_encoding(body)
    said = [encoding for encoding in (header, within) if encoding]
    return said[::-1] if header == WESTERN else said


def _strictly(body: bytes, encoding: str) -> str | None:
    """The text, but for a character at the very end that is cut."""
    if codecs.lookup(encoding).name in _NO_CHARSETS:
        return None
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        return body[: error.start].decode(encoding) if error.start and error.end == len(body) else None
    except (UnicodeError, LookupError):
        return None


def _at_any_cost(body: bytes) -> tuple[str, str]:
    """UTF-8 where only a little of it is broken (a cut, a byte lost), else what it looks like or Windows-1252."""
    text = body.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") <= _FEW * beyond_ascii:
        return _STRAY.sub(_as_western, body.decode("utf-8", "surrogateescape")), "utf-8 with errors"
    sample = _words(body)
    encoding = _other_script(sample) or latin(sample)
    return body.decode(encoding, "replace"), encoding


def _words(body: bytes) -> bytes:
    """Words with bytes beyond ASCII, so many of them as tell what they are."""
    return b" ".join(_WORD.findall(body))[:_SAMPLE_BYTES]


def _as_western(match: re.Match[str]) -> str:
    """A byte alone as what it is in Windows-1252, as from another source; nothing is known of a character cut."""
    byte = match[0].encode("utf-8", "surrogateescape")
    return "\ufffd" if len(byte) > 1 or byte in _CUT else byte.decode(WESTERN, "replace")


def _other_script(sample: bytes) -> str | None:
    """The encoding of Cyrillic, Greek or East Asian words by their statistics."""
    if len(_BEYOND_ASCII.findall(sample)) < max(_MOSTLY * len(sample), _LEAST):
        return None
    from charset_normalizer import from_bytes  # few documents need it

    found = from_bytes(sample, cp_isolation=_OTHER_SCRIPTS).best()
    return found.encoding if found else None


def _wrong(declared: str, used: str) -> Problem:
    return Problem(kind="wrong-encoding", message=f"the text is declared as {declared} but was read as {used}")
