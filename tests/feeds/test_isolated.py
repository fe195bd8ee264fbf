"""Parsing in a process that can be stopped."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import struct
from collections.abc import AsyncIterator

import pytest

from streams.errors import NotAFeedError
from streams.feeds.isolated import IsolatedParser, answered
from streams.feeds.parse import parse
from streams.isolation import answer_requests
from tests.feeds.documents import item, rss

BODY = rss(item(1), item(2))
SLOW = rss("<a></a>" * 1_000_000)
"""This takes feedparser ten times as long as it is given."""


@pytest.fixture
async def parser() -> AsyncIterator[IsolatedParser]:
    isolated = IsolatedParser()
    yield isolated
    await isolated.close()


async def read(parser: IsolatedParser, body: bytes = BODY) -> object:
    return await parser.parse(body, url="https://herald.example/rss", content_type=None)


async def test_it_reads_as_if_it_were_here(parser: IsolatedParser) -> None:
    here = parse(BODY, url="https://herald.example/rss")
    assert await asyncio.gather(*(read(parser) for _ in range(5))) == [here] * 5
    with pytest.raises(NotAFeedError) as raised:
        await read(parser, b"<html>")
    assert raised.value.kind == "html"


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 02 Mar 2026 12:00:00 +0100",
        "2026-03-02T12:00:00Z",
        "Δευ, 02 Μαρ 2026 12:00:00 EET",
        "2026. március 2.",
        "Tue, 31 Feb 2026 12:00:00 GMT",
        "Mon, 02 Mar 2026 12:00:00 +2500",
    ],
)
async def test_dates_are_the_same_where_feedparser_does_not_read_them_all(
    parser: IsolatedParser, date: str
) -> None:
    body = rss(f"<title>One</title><pubDate>{date}</pubDate>")
    assert await read(parser, body) == parse(body, url="https://herald.example/rss")


async def test_a_document_that_takes_for_ever_is_given_up_and_the_next_one_is_read() -> None:
    parser = IsolatedParser(timeout_s=2)
    try:
        with pytest.raises(NotAFeedError) as raised:
            await read(parser, SLOW)
        assert raised.value.kind == "too-slow"
    finally:
        await parser.close()


async def test_a_process_that_dies_costs_one_document(parser: IsolatedParser) -> None:
    await read(parser)
    [child] = parser.isolated.children
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    with pytest.raises(NotAFeedError) as raised:
        await read(parser)
    assert raised.value.kind == "unreadable"
    assert await read(parser)


async def test_a_reader_that_is_cancelled_does_not_get_its_answer_to_the_next(parser: IsolatedParser) -> None:
    await read(parser)
    task = asyncio.create_task(read(parser, rss(*(item(n) for n in range(2000)))))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await read(parser) == parse(BODY, url="https://herald.example/rss")


async def test_closing_ends_the_process(parser: IsolatedParser) -> None:
    await read(parser)
    process = parser.isolated.children[0].process
    assert process is not None
    await parser.close()
    assert process.returncode == -signal.SIGKILL


def test_the_process_ends_with_its_requests() -> None:
    answers = io.BytesIO()
    answer_requests(answered, io.BytesIO(), answers)
    assert answers.getvalue() == b""
    request = b'{"body": "", "url": "", "content_type": null}'
    answer_requests(answered, io.BytesIO(struct.pack(">I", len(request)) + request), answers)
    assert b'"empty"' in answers.getvalue()
