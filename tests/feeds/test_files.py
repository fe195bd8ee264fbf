"""`streams parse` and `streams feeds check`."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from streams import codec
from streams.errors import FeedsFileError
from streams.feeds.check import check_feed
from streams.feeds.files import parse_file
from streams.settings import load
from tests.feeds.documents import item, rss
from tests.feeds.hostile import body as body_of
from tests.feeds.hostile import serving


def written(folder: Path, body: bytes) -> Path:
    path = folder / "feed.xml"
    path.write_bytes(body)
    return path


def test_a_file_is_read_into_one_line_of_json(tmp_path: Path) -> None:
    path = written(tmp_path, rss(item(1), ""))
    read = codec.decode_as(codec.encode(parse_file(path)), dict)
    assert list(read) == ["file", "feed", "items", "problems"]
    assert read["file"] == str(path)
    assert read["feed"] == {
        "format": "rss20",
        "title": "The Herald",
        "link": "https://herald.example/",
        "description": "",
        "language": None,
        "authors": [],
        "categories": [],
        "image": None,
        "updated": None,
    }
    assert [entry["guid"] for entry in read["items"]] == [None, "1"]
    assert [problem["kind"] for problem in read["problems"]] == ["entry-nameless"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "empty"), (b"<html/>", "html"), (b"?", "not-a-feed"), (b"<rss>" + b" " * 9_000_000, "too-large")],
)
def test_a_file_without_a_feed_has_a_problem_instead(tmp_path: Path, body: bytes, kind: str) -> None:
    read = parse_file(written(tmp_path, body))
    assert read.feed is None
    assert read.items == []
    assert [problem.kind for problem in read.problems] == [kind]


def test_a_file_may_be_compressed_as_it_came(tmp_path: Path) -> None:
    assert len(parse_file(written(tmp_path, gzip.compress(rss(item(1), item(2))))).items) == 2
    bomb = parse_file(written(tmp_path, gzip.compress(b"\0" * 20_000_000)))
    assert [problem.kind for problem in bomb.problems] == ["too-large"]


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedsFileError, match=r"missing\.xml"):
        parse_file(tmp_path / "missing.xml")


async def test_a_feed_is_tried_out_at_the_address_that_the_operator_names() -> None:
    async with serving() as host:
        checked = await check_feed(f"http://user:secret@{host}/feed", load())
        failed = await check_feed(f"http://{host}/404", load())
    assert (checked.title, checked.items, checked.status, checked.problem) == ("The Herald", 2, 200, None)
    assert "secret" not in "".join(checked.lines())
    assert failed.problem is not None
    assert f"failed: http-404: http://{host}/404 answers 404 Not Found" in failed.lines()


async def test_a_redirect_of_a_feed_tried_out_is_not_what_the_operator_named() -> None:
    async with serving() as host:
        checked = await check_feed(f"http://{host}/to-private", load())
    assert checked.problem is not None
    assert checked.problem.kind == "address-refused"


async def test_of_a_web_page_the_feeds_that_it_names_are_told() -> None:
    page = '<html><link rel="alternate" type="application/atom+xml" href="/news.atom"></html>'
    async with serving({"/page": body_of(page.encode(), Content_Type="text/html")}) as host:
        checked = await check_feed(f"http://{host}/page", load())
    assert checked.problem is not None
    assert checked.problem.kind == "html"
    assert f"the page names a feed: http://{host}/news.atom" in checked.lines()
