"""Feeds within web pages."""

from __future__ import annotations

import html

import pytest

from streams.feeds.wrapped import without_page

FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>A &amp; B</title></channel></rss>'
SHOWN = html.escape(FEED, quote=False)


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body>{FEED}</body></html>",
        f"<!DOCTYPE html>\n<HTML lang='en'>\n<head><title>x</title></head>\n<BODY>\n{FEED}</BODY>\n",
        f'<html><head></head><body><pre style="word-wrap: break-word">{SHOWN}</pre></body></html>',
        f"<html><body><pre>{SHOWN}",
    ],
)
def test_a_page_that_is_nothing_but_a_feed_is_taken_off(page: str) -> None:
    assert without_page(page) == FEED


@pytest.mark.parametrize(
    "page",
    [
        FEED,
        f"<html><body><h1>How to write a feed</h1><pre>{SHOWN}</pre></body></html>",
        f"<html><body><pre>{SHOWN}</pre><p>That is all.</p></body></html>",
        "<html><body><pre>&lt;html&gt;</pre></body></html>",
    ],
)
def test_any_other_document_stays_as_it_is(page: str) -> None:
    assert without_page(page) == page
