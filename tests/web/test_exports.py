from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.index.search import DocumentQuery
from streams.records import Document, Source
from streams.web.atom import Entry, alert_entry, atom_feed, document_entry, story_entry
from streams.web.table import DOCUMENTS, csv_lines
from tests.factories import document
from tests.web.conftest import Visit
from tests.web.fakes import NOW, FakeEngine, FakeSearch
from tests.web.newsroom import alert, small_story, story, telling

ATOM = "{http://www.w3.org/2005/Atom}"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("path", "count", "first"),
    [
        ("/search", 10, "bridge-7"),
        ("/search?q=bridge&sort=oldest", 7, "bridge-1"),
        ("/stories", 5, "bridge"),
        ("/stories?days=1&sort=largest", 4, "bridge"),
        ("/alerts", 1, "bridges.bridge"),
    ],
)
async def test_a_list_is_the_same_in_every_form(
    client: httpx.AsyncClient, path: str, count: int, first: str
) -> None:
    name, _, query = path.partition("?")
    table = rows((await client.get(f"{name}.csv?{query}")).text)
    lines = [
        msgspec.json.decode(line) for line in (await client.get(f"{name}.jsonl?{query}")).content.splitlines()
    ]
    feed = ElementTree.fromstring((await client.get(f"{name}.atom?{query}")).content)
    ids = [row["id"] for row in table]
    assert (len(ids), ids[0]) == (count, first)
    assert [line["id"] for line in lines] == ids
    assert [entry.findtext(f"{ATOM}id", "").rpartition(":")[2] for entry in feed.iter(f"{ATOM}entry")] == ids


async def test_files_say_what_they_are(client: httpx.AsyncClient) -> None:
    table, lines, feed = [await client.get(f"/search.{form}") for form in ("csv", "jsonl", "atom")]
    assert table.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert table.headers["content-disposition"] == 'attachment; filename="streams-search.csv"'
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert feed.headers["content-type"] == "application/atom+xml; charset=utf-8"


async def test_a_wrong_query_is_an_answer_and_not_a_broken_file(client: httpx.AsyncClient) -> None:
    for form in ("csv", "jsonl", "atom"):
        assert (await client.get(f"/search.{form}", params={"q": "((("})).status_code == 400


async def test_there_is_no_other_form(client: httpx.AsyncClient) -> None:
    assert (await client.get("/search.pdf")).status_code == 400


async def test_a_list_longer_than_a_page_is_sent_whole(visit: Visit) -> None:
    many = [story(id=f"story-{number}", recurs=None) for number in range(450)]
    reader = visit(FakeEngine(FakeSearch(stories=many)))
    assert len((await reader.get("/stories.jsonl")).text.splitlines()) == 450
    assert len(ElementTree.fromstring((await reader.get("/stories.atom")).content).findall(f"{ATOM}entry")) == 100


class EndlessSearch(FakeSearch):
    """Has more articles than memory; counts how many were asked for."""

    taken = 0

    def scan(self, query: DocumentQuery) -> Iterator[Document]:
        while True:
            self.taken += 1
            yield telling(self.taken, 1)


async def test_a_feed_reader_costs_no_more_than_its_entries(visit: Visit) -> None:
    search = EndlessSearch()
    assert (await visit(FakeEngine(search)).get("/search.atom")).status_code == 200
    assert search.taken <= 101


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=cmd|' /C calc'!A0", "＝1", "\x00=1", "\ufeff=1"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    hostile = document(title=text, source=Source(name=text, domain="a.example"), summary=text, url=text)
    row = rows(b"".join(csv_lines(DOCUMENTS, [hostile])).decode())[0]
    for column in ("title", "source", "summary", "url"):
        assert row[column].startswith("'")


def test_cells_hold_lists_times_and_nothing() -> None:
    row = rows(b"".join(csv_lines(DOCUMENTS, [document(title='Say "yes", now')])).decode())[0]
    assert row["title"] == 'Say "yes", now'
    assert row["published"] == "2026-03-02T12:00:00Z"
    assert row["copy_of"] == ""


@given(st.text(max_size=60) | st.text("=+-@\t\r\n\x00\ud800,\"' a", max_size=10))
def test_any_text_makes_one_row_that_reads_back(text: str) -> None:
    table = rows(b"".join(csv_lines(DOCUMENTS, [document(id="x", title=text)])).decode())
    assert len(table) == 1
    assert table[0]["id"] == "x"
    assert not table[0]["title"].lstrip().startswith(("=", "+", "-", "@"))


def entry(**fields: str) -> Entry:
    return document_entry(document(id="x", **fields))


def parsed(*entries: Entry) -> ElementTree.Element:
    return ElementTree.fromstring(atom_feed("T", "http://localhost", "http://localhost/search.atom", entries, NOW))


@given(st.text(max_size=60) | st.text("<>&\"'\x00\x0b\ud800\ufffe ]", max_size=10))
def test_any_text_makes_valid_xml(text: str) -> None:
    feed = parsed(entry(title=text, summary=text, url=text))
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_entries_of_stories_and_alerts_say_how_many_tell_of_them() -> None:
    lone = story_entry(small_story("s", "Story", "en", 1)).summary
    assert lone.endswith("(1 article of 1 publisher: Paper 20)")
    assert alert_entry(alert()).summary == "7 articles of 5 publishers; matched: bridge"


async def test_a_feed_that_is_as_it_was_is_not_sent_again(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/search.atom?q=bridge")).headers["etag"]
    again = await client.get("/search.atom?q=bridge", headers={"If-None-Match": f"W/{etag}"})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    other = await client.get("/search.atom?q=stranded", headers={"If-None-Match": etag})
    assert (other.status_code, other.headers["etag"] == etag) == (200, False)


def test_an_entry_has_what_atom_requires() -> None:
    feed = parsed(entry(title="Cracks & <b>bolts</b>"))
    first = feed.find(f"{ATOM}entry")
    assert first is not None
    assert first.findtext(f"{ATOM}title") == "Cracks & <b>bolts</b>"
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "The Herald"
    assert first.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated") == "2026-03-02T12:00:00Z"
    assert [link.attrib for link in first.findall(f"{ATOM}link")] == [
        {"rel": "alternate", "href": "https://herald.example/harbour-bridge"},
        {"rel": "related", "href": "http://localhost/articles/x"},
    ]


def test_an_entry_never_leads_to_a_script() -> None:
    first = parsed(entry(url="javascript:alert(1)")).find(f"{ATOM}entry")
    assert first is not None
    assert [link.attrib["href"] for link in first.findall(f"{ATOM}link")] == ["http://localhost/articles/x"]


def test_an_empty_feed_is_valid_and_dated_now() -> None:
    assert parsed().findtext(f"{ATOM}updated") == "2026-03-02T12:00:00Z"


async def test_a_feed_names_its_own_address(client: httpx.AsyncClient) -> None:
    feed = ElementTree.fromstring((await client.get("/search.atom?q=bridge")).content)
    assert feed.findtext(f"{ATOM}id") == "http://localhost:8400/search.atom?q=bridge"
    assert feed.findtext(f"{ATOM}title") == "Streams – Search: bridge"


def test_the_feed_is_as_new_as_its_newest_entry() -> None:
    newer = document_entry(document(fetched_at=NOW + timedelta(hours=1)))
    assert parsed(entry(), newer).findtext(f"{ATOM}updated") == "2026-03-02T13:00:00Z"
