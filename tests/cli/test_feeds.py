"""Subscriptions from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.codec import content_id
from tests.cli.conftest import Streams
from tests.conftest import SampleRun
from tests.serving import rss, served

URLS = ["https://herald.example/feed", "https://courier.example/feed"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_list_is_imported_once_and_exported_as_opml_that_reads_back(
    streams: Streams, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "urls.txt").write_text("\n".join(URLS))
    assert streams("feeds", "import", "urls.txt", "--data", data).out == "2 new of 2 feeds in urls.txt\n"
    assert streams("feeds", "import", "urls.txt", "--data", data).out == "0 new of 2 feeds in urls.txt\n"
    printed = streams("feeds", "export", "--data", data)
    written = streams("feeds", "export", "--out", "feeds.opml", "--data", data)
    assert (written.status, written.out) == (0, "")
    assert (tmp_path / "feeds.opml").read_text() == printed.out
    again = streams("feeds", "import", "feeds.opml", "--data", tmp_path / "other")
    assert again.out == "2 new of 2 feeds in feeds.opml\n"


def test_a_feed_is_added_with_its_title_and_folders_and_listed(streams: Streams, data: Path) -> None:
    options = ("--title", "The Herald", "--tag", "World", "--tag", "Europe", "--data", data)
    said = streams("feeds", "add", URLS[0], *options)
    assert (said.status, said.out) == (0, f"added: {URLS[0]} ({content_id(URLS[0])})\n")
    assert streams("feeds", "add", URLS[0], *options).out.startswith("known already: ")
    (row,) = streams("feeds", "list", "--json", "--data", data).json
    assert (row["feed"]["url"], row["feed"]["title"], row["feed"]["tags"], row["state"]) == (
        URLS[0],
        "The Herald",
        ["World", "Europe"],
        None,
    )
    changed = streams("feeds", "add", "http://www.herald.example/feed/", "--tag", "fulltext", "--data", data)
    assert changed.out == f"changed: http://www.herald.example/feed/ is {URLS[0]} ({content_id(URLS[0])})\n"
    (row,) = streams("feeds", "list", "--json", "--data", data).json
    assert (row["feed"]["title"], row["feed"]["tags"]) == ("The Herald", ["fulltext"])
    listed = streams("feeds", "list", "--data", data).out
    assert "The Herald" in listed
    assert "not polled yet" in listed


@pytest.mark.parametrize("by", ["url", "id"])
def test_a_feed_is_removed_by_its_address_or_its_id(streams: Streams, data: Path, by: str) -> None:
    for url in URLS:
        streams("feeds", "add", url, "--data", data)
    which = URLS[0] if by == "url" else content_id(URLS[0])
    assert streams("feeds", "remove", which, "--data", data).out == f"removed: {URLS[0]}\n"
    assert [row["feed"]["url"] for row in streams("feeds", "list", "--json", "--data", data).json] == URLS[1:]
    again = streams("feeds", "remove", which, "--data", data)
    assert (again.status, again.err) == (2, f"streams: no feed {which!r}: `streams feeds list` shows them\n")


def test_the_list_of_a_folder_without_feeds_says_what_to_do(streams: Streams, data: Path) -> None:
    streams("feeds", "add", URLS[0], "--data", data)
    streams("feeds", "remove", URLS[0], "--data", data)
    said = streams("feeds", "list", "--data", data)
    assert (said.status, said.out) == (0, "No feeds: `streams feeds add URL` or `streams feeds import FILE`.\n")


def test_the_list_names_the_problems_of_a_feed(streams: Streams, sample_run: SampleRun) -> None:
    rows = streams("feeds", "list", "--json", "--data", sample_run.data).json
    assert len(rows) == 16
    broken = [row for row in rows if row["state"]["item_problems"]]
    assert len(broken) == 1
    listed = streams("feeds", "list", "--data", sample_run.data).out
    (line,) = [line for line in listed.splitlines() if broken[0]["feed"]["title"] in line]
    assert line.split()[-3:] == ["faulty", broken[0]["feed"]["url"], broken[0]["feed"]["id"]]


def test_the_folder_of_the_bundled_sample_takes_no_other_feeds(
    streams: Streams, sample_run: SampleRun, tmp_path: Path
) -> None:
    (tmp_path / "urls.txt").write_text(URLS[0])
    for arguments in (
        ("feeds", "add", URLS[0]),
        ("feeds", "import", "urls.txt"),
        ("run", "--once", "--feeds", URLS[0]),
    ):
        said = streams(*arguments, "--data", sample_run.data)
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
        assert "holds the bundled sample: choose another" in said.err


def test_a_feed_is_checked_without_storing_anything(streams: Streams, data: Path) -> None:
    with served() as site:
        site.pages["herald"] = rss("Herald", [("https://herald.example/1", "Bridge closed", "Cracks were found.")])
        said = streams("feeds", "check", site.url("herald"))
        found = streams("feeds", "check", site.url("herald"), "--json").json
        missing = streams("feeds", "check", site.url("missing"))
    assert (said.status, said.err) == (0, "")
    assert "feed: Herald, 1 item\n" in said.out
    assert (found["status"], found["title"], found["items"], found["problem"]) == (200, "Herald", 1, None)
    assert missing.status == 1
    assert "failed: http-404: " in missing.out
    assert not data.exists()


def test_the_feed_of_a_site_is_found_on_its_page(streams: Streams, data: Path) -> None:
    with served() as site:
        site.pages["feed"] = rss("Herald", [("https://herald.example/1", "Bridge closed", "Cracks were found.")])
        site.pages["more"] = rss("More", [("https://herald.example/2", "Bridge open", "It is safe.")])
        site.pages["page"] = b"""<html><link rel=alternate type=application/rss+xml href=/feed>
            <link rel=alternate type=application/atom+xml href=/more></html>"""
        feed, more = site.url("feed"), site.url("more")
        said = streams("feeds", "add", site.url("page"), "--tag", "World", "--data", data)
        assert (said.status, said.out) == (0, f"added: {feed} ({content_id(feed)})\nalso there: {more}\n")
        again = streams("feeds", "add", site.url("page"), "--all", "--data", data)
        assert again.out == f"known already: {feed} ({content_id(feed)})\nadded: {more} ({content_id(more)})\n"


def test_a_page_without_feeds_is_not_subscribed_to(streams: Streams, data: Path) -> None:
    with served() as site:
        site.pages["nothing"] = b"<html>no feeds here</html>"
        said = streams("feeds", "add", site.url("nothing"), "--data", data)
    assert said.status == 2
    assert "no feed was found on it" in said.err


def test_a_feed_under_another_address_is_noticed(streams: Streams, data: Path, tmp_path: Path) -> None:
    streams("feeds", "add", URLS[0], "--data", data)
    said = streams("feeds", "add", "http://www.herald.example/feed/", "--data", data)
    assert said.out.startswith("known already: http://www.herald.example/feed/ is ")
    (tmp_path / "urls.txt").write_text("http://www.herald.example/feed/")
    imported = streams("feeds", "import", "urls.txt", "--data", data)
    assert "1 stand there under another address too" in imported.out
    assert "; the same as " in streams("feeds", "list", "--data", data).out
