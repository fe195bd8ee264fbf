"""Telling Latin encodings apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.latin import latin
from streams.feeds.text import decode

POLISH = "Łódź: kierowcy są źli, mieszkańcy żądają mostu"
CZECH = "Příšerně žluťoučký kůň přeběhl řeku u Třebíče"
TURKISH = "Başbakan yeni köprüyü açtı; ağaçlar İzmir'de kaldı"


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859_2"])
@pytest.mark.parametrize(
    "text", [POLISH, CZECH, "Időjárás: őszi szél, hűvös éjszakák", "Ştiri: oraşul îşi repară podul"]
)
def test_the_letters_of_central_europe_are_known(text: str, encoding: str) -> None:
    body = text.encode(encoding)
    assert body.decode(latin(body)) == text


@pytest.mark.parametrize("encoding", ["cp1254", "iso8859_9"])
def test_those_of_turkish_are_known(encoding: str) -> None:
    assert TURKISH.encode(encoding).decode(latin(TURKISH.encode(encoding))) == TURKISH


def test_those_of_the_baltic_are_known() -> None:
    assert latin("Žmonės nerimauja dėl potvynių, kelių čia nėra".encode("cp1257")) == "cp1257"


@pytest.mark.parametrize(
    "text",
    [
        "L’été à Genève: où déjeûner, garçon? Noël, Œuvres",
        "Über Straßen, schöne Bäume und Füße",
        "¿Qué pasó en España? El niño bebió según él",
        "Não há informações; a situação é má, dizem três irmãos",
        "Perché no? È già là, più giù",
        "Åke är på ön; i København går børn på æbleø",
        "Það er gott veður í dag, segir þjóðin á Íslandi",
        "A hall of 5 m³ and 6 m³ for £5 – “done”, it’s ½ of 20°",
        "plain",
        "",
    ],
)
def test_western_texts_stay_western(text: str) -> None:
    assert latin(text.encode("cp1252")) == "cp1252"


@given(st.binary(max_size=80))
def test_any_bytes_have_some_encoding(words: bytes) -> None:
    words.decode(latin(words), "replace")


@pytest.mark.parametrize("declared", ["", "<?xml version='1.0' encoding='utf-8'?>"])
def test_a_document_that_declares_no_encoding_or_a_wrong_one_is_read_by_its_letters(declared: str) -> None:
    document = f"{declared}<rss><item><title>{POLISH}</title><link>/1</link></item></rss>"
    text, problem = decode(document.encode("cp1250"), None)
    assert (text, problem is not None) == (document, True)


@pytest.mark.parametrize(("text", "encoding"), [(CZECH, "iso8859_2"), (POLISH, "cp1250"), (TURKISH, "cp1254")])
def test_a_text_that_is_declared_as_latin_1_is_read_as_what_many_of_its_letters_show(
    text: str, encoding: str
) -> None:
    for declared in ("iso-8859-1", "windows-1252"):
        body = f"<?xml version='1.0' encoding='{declared}'?><rss>{text} {text} {text}</rss>".encode(encoding)
        read, problem = decode(body, None)
        assert text in read
        assert problem is not None
        assert problem.kind == "wrong-encoding"


@pytest.mark.parametrize(
    "text", ["Dvořák", "Vive l’été à Genève et garçons déjà", "Føroyar eiga góð skip, kom við, áðrenn tú fert"]
)
def test_latin_1_is_believed_where_only_few_letters_or_its_own_speak(text: str) -> None:
    body = f"<?xml version='1.0' encoding='iso-8859-1'?><rss>{text}</rss>".encode("cp1252", "replace")
    assert decode(body, None) == (body.decode("cp1252"), None)
