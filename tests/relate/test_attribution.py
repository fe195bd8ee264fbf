from __future__ import annotations

import time

import pytest

from streams.records import Removed, Source
from streams.relate.attribution import find_attribution
from tests.factories import HERALD, tagged

REST = " The cracks were found on Monday. Ferries will carry commuters for the time being."


def named(text: str, title: str = "Bridge closed", source: Source = HERALD, removed: str = "") -> str | None:
    lines = [Removed(text=removed, kind="credit")] if removed else []
    found = find_attribution(tagged(title=title, text=text, source=source, removed=lines))
    return found.publisher if found else None


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("LONDON (Reuters) - The harbour bridge is closed.", "Reuters"),
        ("PORT CITY, March 2 (AP) — The harbour bridge is closed.", "AP"),
        ("(AFP) – The harbour bridge is closed.", "AFP"),
        ("Hafenstadt (dpa/lno) - Die Hafenbrücke ist gesperrt.", "dpa"),
        ("Puerto, 2 mar (EFE).- El puente del puerto está cerrado.", "EFE"),
        ("PORT CITY (Northwire) — The harbour bridge is closed.", "Northwire"),
        ("PUERTO, 4 (EUROPA PRESS)\n\nEl puente del puerto está cerrado.", "Europa Press"),
        ("New Port, Mar 2 (PTI) The harbour bridge is closed.", "PTI"),
        ("PORT CITY, March 2. /TASS/. The harbour bridge is closed.", "TASS"),
        ("PORT CITY, March 2, 2026 /PRNewswire/ -- The harbour bridge is closed.", "PR Newswire"),
        ("PORT CITY--(BUSINESS WIRE)--The harbour bridge is closed.", "Business Wire"),
        ("Hafenstadt (ots) - Die Hafenbrücke ist gesperrt.", "news aktuell"),
        ("The engineers (Harbour Works) And others were there.", None),
        ("The bridge (which is old) - and the ferry - are closed.", None),
        ("Bridge works (phase two) - what is planned", None),
    ],
)
def test_a_dateline_names_the_agency(text: str, publisher: str | None) -> None:
    assert named(text + REST) == publisher


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Source: The Courier", "The Courier"),
        ("Source : AFP", "AFP"),
        ("Quelle: dpa", "dpa"),
        ("Fuente: Europa Press", "Europa Press"),
        ("Source: https://www.courier.example/bridge", "courier.example"),
        ("This article was originally published by the Harbour Gazette.", "Harbour Gazette"),
        ("Dieser Artikel erschien zuerst in der Hafenzeitung.", "Hafenzeitung"),
        ("Cet article a été publié initialement sur Le Monde.", "Le Monde"),
        ("Este artículo se publicó originalmente en El País.", "El País"),
        ("Mit Material von dpa und anderen", "dpa"),
        ("(avec AFP)", "AFP"),
        ("Con información de EFE", "EFE"),
        ("By TOM FIELD, Associated Press", "AP"),
        ("This report by The Canadian Press was first published March 2, 2026.", "The Canadian Press"),
        ("Our Standards: The Thomson Reuters Trust Principles.", "Reuters"),
        ("© dpa-infocom, dpa:260302-930-771204/2", "dpa"),
        ("Quelle: hafen.example, kv/dpa", "dpa"),
        ("(kv/dpa)", "dpa"),
        ("This article is republished from The Harbour under a Creative Commons license.", "The Harbour"),
        ("This story was originally featured on Harbourside.", "Harbourside"),
        ("Cet article est republié à partir de La Digue sous licence Creative Commons.", "La Digue"),
        ("Dieser Text ist zuerst bei Hafenblick erschienen.", "Hafenblick"),
        ("Este artículo fue publicado originalmente en El Dique.", "El Dique"),
        ("This article was first published in the spring", None),
        ("This story was first published on March 2.", None),
        ("This story was first published on Monday.", None),
        ("© 2026 The Associated Press. All rights reserved.", "AP"),
        ("Nothing of the kind: a line like others", None),
        ("Sources: engineers, the port authority and people on the spot", None),
    ],
)
def test_a_credit_line_names_the_publisher_in_the_text_or_taken_out_of_it(
    line: str, publisher: str | None
) -> None:
    assert named(f"The harbour bridge is closed.{REST}\n\n{line}") == publisher
    assert named(f"The harbour bridge is closed.{REST}", removed=line) == publisher


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("The bridge will stay closed until autumn, Die Welt reported on Monday.", "Die Welt"),
        ("The Harbour Gazette first reported the cracks.", "Harbour Gazette"),
        ("Repairs take months, according to the New York Times.", "New York Times"),
        ("“It is not safe,” the mayor told Reuters.", "Reuters"),
        ("The bridge was never inspected, the Guardian has learned.", "Guardian"),
        ("Die Brücke ist gesperrt, wie die „Bild“-Zeitung berichtet.", "Bild"),
        ("Das berichten die „Süddeutsche Zeitung“ und zwei Sender.", "Süddeutsche Zeitung"),
        ("Le pont est fermé, selon une enquête de Mediapart.", "Mediapart"),
        ("El puente está cerrado, según ha podido saber El Mundo.", "El Mundo"),
        ("Wie die Süddeutsche Zeitung berichtet, ist die Brücke gesperrt.", "Süddeutsche Zeitung"),
        ("Die Brücke ist gesperrt, berichtete der „Spiegel“ am Montag.", "Spiegel"),
        ("Laut der Nachrichtenagentur AFP ist die Brücke gesperrt.", "AFP"),
        ("Selon Le Figaro, le pont restera fermé.", "Le Figaro"),
        ("Le pont est fermé, a indiqué à l'AFP le maire.", "AFP"),
        ("El puente está cerrado, según informa El País.", "El País"),
        ("According to the Labour Ministry the bridge is safe.", None),
        ("The mayor told reporters that the bridge is safe.", None),
        ("Nach Angaben der Polizei ist die Brücke gesperrt.", None),
        ("Selon la police, le pont est fermé.", None),
        ("Según la policía, el puente está cerrado.", None),
    ],
)
def test_a_sentence_at_the_beginning_names_who_reported_it(text: str, publisher: str | None) -> None:
    assert named(text + REST) == publisher


def test_a_headline_may_name_who_reported_it() -> None:
    assert named("It stays closed.", title="Bridge closed until autumn, Die Welt reports") == "Die Welt"


def test_what_is_said_far_down_is_not_where_the_report_comes_from() -> None:
    assert named(20 * ("The harbour bridge is closed." + REST) + " The mayor told Reuters so. It rains.") is None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("LONDON (Reuters) - Closed.", Source(name="Reuters", domain="reuters.com")),
        ("Closed, Die Welt reported.", Source(name="DIE WELT", domain="welt.de")),
        ("The Herald first reported the cracks.", Source(name="The Herald", domain="herald.example")),
        ("Closed, BBC reports.", Source(name="BBC News", domain="bbc.co.uk")),
        ("(AP) — Closed.", Source(name="Associated Press", domain="apnews.com")),
        ("Closed.\n\nSource: https://www.herald.example/bridge", HERALD),
    ],
)
def test_a_publisher_that_names_itself_gives_no_credit(text: str, source: Source) -> None:
    assert named(text, source=source) is None


def test_a_dateline_counts_before_a_sentence() -> None:
    assert named("PORT CITY (AP) - The bridge is closed, Die Welt reported.") == "AP"


def test_the_words_that_name_the_publisher_are_kept() -> None:
    found = find_attribution(tagged(text="The bridge is closed, Die Welt reported on Monday."))

    assert found is not None
    assert found.words == "Die Welt reported"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(" * 5000,
        "A" * 100_000,
        "A " * 50_000,
        "Source: " * 10_000,
        "\n".join(["Source: A B C D E F"] * 5000),
        "According to The " * 5000,
        "\ud800(AP\udfff) - \x00",
    ],
    ids=["empty", "brackets", "one word", "capitals", "sources", "lines", "halves", "surrogates"],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.process_time()

    named(text)

    assert time.process_time() - started < 0.5


def test_whose_a_picture_is_does_not_tell_whose_the_text_is() -> None:
    caption = Removed(text="The bridge on Monday. © AFP", kind="caption")
    assert find_attribution(tagged(text="The harbour bridge is closed." + REST, removed=[caption])) is None
