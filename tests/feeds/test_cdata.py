"""CDATA sections."""

from __future__ import annotations

import time

import pytest

from streams.feeds.cdata import with_ended_sections
from streams.feeds.parse import parse
from tests.feeds.documents import item, rss


@pytest.mark.parametrize("end", ["", "]", "]]", "]] >", " ]"])
@pytest.mark.parametrize("place", range(3))
def test_a_section_without_an_end_costs_no_other_item(end: str, place: int) -> None:
    items = [item(number, f"<![CDATA[Text {number}]]>") for number in range(3)]
    items[place] = items[place].replace("]]>", end)
    found = parse(rss(*items))
    assert [(entry.guid, entry.summary) for entry in found.entries] == [
        (str(number), f"Text {number}") for number in (2, 1, 0)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<a><![CDATA[x]]></a><a><![CDATA[y]]></a>",
        "<a><![CDATA[<![CDATA[x]]]]></a><b><![CDATA[y]]></b>",
        "<a><![CDATA[<b><![CDATA[</b>]]></a>",
        "<a><![CDATA[breaks off",
        "<a><![CDATA[one]]>]]&gt;<![CDATA[two]]></a>",
        "<a>none</a>",
    ],
)
def test_sections_that_end_stay_as_they_are(text: str) -> None:
    assert with_ended_sections(text) == text


@pytest.mark.parametrize(
    "piece", ["<![CDATA[", "<a><![CDATA[", "<a><![CDATA[</a>", "<![CDATA[]]", "<a><![CDATA[]]>"]
)
@pytest.mark.parametrize("end", ["", "]]>"])
def test_many_sections_take_no_long_time(piece: str, end: str) -> None:
    before = time.process_time()
    with_ended_sections(piece * 30_000 + end)
    assert time.process_time() - before < 3
