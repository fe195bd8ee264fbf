"""Any list of articles, stories or alerts as a file: CSV, JSON lines or an Atom feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import chain, islice
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from streams import codec
from streams.index.merged import at_standing
from streams.index.search import Page
from streams.web import table
from streams.web.atom import Entry, alert_entry, atom_feed, document_entry, story_entry
from streams.web.parameters import AlertFilter, DocumentFilter, StoryFilter
from streams.web.site import OurSite, Site

T = TypeVar("T")
Format = Literal["csv", "jsonl", "atom"]

ATOM_ENTRIES = 100
"""A feed reader asks again and again; the first entries of the list are what it needs."""

CHUNK_BYTES = 64 * 1024

router = APIRouter(include_in_schema=False)


@router.get("/search.{form}")
def search(request: Request, site: OurSite, form: Format, asked: Annotated[DocumentFilter, Query()]) -> Response:
    """The articles of a search."""
    found = _started(site.search.scan(at_standing(site.search, asked.query())))
    title = f"Search: {asked.q}" if asked.q else "Articles"
    if form == "atom":
        return _atom(request, site, title, map(document_entry, found))
    return _file(f"search.{form}", found, table.DOCUMENTS)


@router.get("/stories.{form}")
def stories(request: Request, site: OurSite, form: Format, asked: Annotated[StoryFilter, Query()]) -> Response:
    """The stories of a list."""
    now = site.clock()
    found = _started(_pages(lambda offset: site.search.stories(asked.query(now, offset))))
    if form == "atom":
        return _atom(request, site, "Stories", map(story_entry, found))
    return _file(f"stories.{form}", found, table.STORIES)


@router.get("/alerts.{form}")
def alerts(request: Request, site: OurSite, form: Format, asked: Annotated[AlertFilter, Query()]) -> Response:
    """The alerts of a list."""
    found = _started(_pages(lambda offset: site.search.alerts(at_standing(site.search, asked.query(offset)))))
    if form == "atom":
        return _atom(request, site, "Alerts", map(alert_entry, found))
    return _file(f"alerts.{form}", found, table.ALERTS)


def _pages(page_from: Callable[[int], Page[T]]) -> Iterator[T]:
    offset = 0
    while (page := page_from(offset)).hits:
        yield from page.hits
        offset += len(page.hits)


def _started(records: Iterator[T]) -> Iterator[T]:
    """Fetch the first record now, so that a wrong query is an answer of its own and not a broken file."""
    first = list(islice(records, 1))
    return chain(first, records)


def _file(name: str, records: Iterable[T], columns: table.Columns[T]) -> Response:
    if name.endswith(".csv"):
        lines, kind = table.csv_lines(columns, records), "text/csv; charset=utf-8; header=present"
    else:
        lines, kind = (codec.encode(record) + b"\n" for record in records), "application/x-ndjson"
    headers = {"Content-Disposition": f'attachment; filename="streams-{name}"'}
    return StreamingResponse(_chunks(lines), media_type=kind, headers=headers)


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines: each chunk costs a change of threads."""
    chunk = bytearray()
    for line in lines:
        chunk += line
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)


def _atom(request: Request, site: Site, title: str, entries: Iterable[Entry]) -> Response:
    base = str(request.base_url).rstrip("/")
    feed = atom_feed(
        f"Streams – {title}", base, str(request.url), list(islice(entries, ATOM_ENTRIES)), site.clock()
    )
    etag = f'"{sha256(feed).hexdigest()[:32]}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(feed, headers={"ETag": etag}, media_type="application/atom+xml; charset=utf-8")
