from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.errors import UsageError
from streams.sample.editions import Edition, following, read_editions

ANCHOR = datetime(2026, 3, 2, 12, 0, 30, 250_000, tzinfo=UTC)
RSS = '<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><a>{{{{ {time} }}}}</a><b>é“”</b></rss>'


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def only(folder: Path, anchor: datetime = ANCHOR) -> Edition:
    [[edition]] = read_editions(folder, anchor).values()
    return edition


@pytest.mark.parametrize(
    ("name", "template", "expected"),
    [
        ("a.1.xml", "<rss>{{ -3h }}</rss>", b"<rss>Mon, 02 Mar 2026 09:00:30 +0000</rss>"),
        ("a.1.xml", "<feed>{{ -1d2h3m }}</feed>", b"<feed>2026-03-01T09:57:30+00:00</feed>"),
        ("a.1.json", '{"date": "{{ -36d }}"}', b'{"date": "2026-01-25T12:00:30+00:00"}'),
        ("a.1.xml", "<rss>{{ -1d %B %d, %Y }}</rss>", b"<rss>March 01, 2026</rss>"),
        ("a.1.xml", "<rss>no time</rss>", b"<rss>no time</rss>"),
    ],
)
def test_times_are_written_in_the_form_of_the_feeds_format(
    tmp_path: Path, name: str, template: str, expected: bytes
) -> None:
    write(tmp_path, name, template)
    assert only(tmp_path).body == expected


def test_a_year_later_the_same_template_gives_dates_a_year_later(tmp_path: Path) -> None:
    write(tmp_path, "a.1.xml", "<feed>{{ -3h }}</feed>")
    assert b"2027-03-02T09:00:30" in only(tmp_path, ANCHOR + timedelta(days=365)).body


@pytest.mark.parametrize("placeholder", ["{{ 3h }}", "{{ -3 hours }}", "{{ base }}", "{{ -3h RFC }}"])
def test_a_placeholder_that_is_no_time_is_named_with_its_file(tmp_path: Path, placeholder: str) -> None:
    write(tmp_path, "a.1.xml", f"<feed>{placeholder}</feed>")
    with pytest.raises(UsageError, match=r"a\.1\.xml: \{\{ .* is no time"):
        read_editions(tmp_path, ANCHOR)


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "windows-1252", "UTF-16"])
def test_a_feed_is_sent_in_the_encoding_it_declares(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, "a.1.xml", RSS.format(encoding=encoding, time="-1h"))
    text = only(tmp_path).body.decode(encoding)
    assert "é" in text
    assert ("“" in text) == (encoding != "ISO-8859-1")


def test_an_unknown_encoding_is_named_with_its_file(tmp_path: Path) -> None:
    write(tmp_path, "a.1.xml", RSS.format(encoding="latin-nine", time="-1h"))
    with pytest.raises(UsageError, match=r"a\.1\.xml: unknown encoding: latin-nine"):
        read_editions(tmp_path, ANCHOR)


def test_a_folder_without_feeds_is_refused_and_other_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "{{ not a feed }}")
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match="holds no sample feeds"):
            read_editions(folder, ANCHOR)


def test_editions_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        write(tmp_path, f"a.{number}.xml", f"<feed>{number}</feed>")
    assert [edition.number for edition in read_editions(tmp_path, ANCHOR)["a.xml"]] == [1, 2, 10]


@pytest.fixture
def three(tmp_path: Path) -> list[Edition]:
    for number in (1, 2, 3):
        write(tmp_path, f"a.{number}.xml", f"<feed>{number}</feed>")
    return read_editions(tmp_path, ANCHOR)["a.xml"]


def test_a_client_gets_the_edition_after_the_one_that_its_etag_names(three: list[Edition]) -> None:
    first, second, third = three
    assert following(three, [], None) == first
    assert following(three, [first.etag], None) == second
    assert following(three, [second.etag, first.etag], None) == third
    assert following(three, [third.etag], None) is None
    assert following(three, ["of another start"], None) == first


def test_without_an_etag_the_date_tells_what_a_client_has(three: list[Edition]) -> None:
    first, second, third = three
    assert following(three, [], first.modified) == second
    assert following(three, [], first.modified - timedelta(days=1)) == first
    assert following(three, [], third.modified + timedelta(days=1)) is None
    assert following(three, [first.etag], third.modified) == second, "an ETag goes before a date (RFC 9110)"


def test_no_edition_is_modified_after_the_anchor(three: list[Edition]) -> None:
    assert [edition.modified <= ANCHOR for edition in three] == [True] * 3
    assert three[0].modified < three[1].modified < three[2].modified
