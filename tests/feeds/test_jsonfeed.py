"""JSON Feed, careful and careless."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import NotAFeedError
from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.parse import parse

VERSION = "https://jsonfeed.org/version/1.1"


def read(top: object) -> ParsedFeed:
    return parse(msgspec.json.encode(top), url="https://herald.example/feed.json")


def read_items(*items: object) -> ParsedFeed:
    return read({"version": VERSION, "title": "T", "items": items})


def test_a_json_feed_is_read() -> None:
    found = read(
        {
            "version": VERSION,
            "title": "The Herald",
            "home_page_url": "https://herald.example/",
            "language": "en",
            "authors": [{"name": "The desk"}],
            "items": [
                {
                    "id": "b",
                    "url": "/bridge",
                    "title": "1 < 2",
                    "summary": "Cracks & more",
                    "content_html": "<p>Cracks</p>",
                    "date_published": "2026-03-02T12:00:00Z",
                    "image": "https://herald.example/b.jpg",
                    "tags": ["City"],
                }
            ],
        }
    )
    assert (found.title, found.link, found.language) == ("The Herald", "https://herald.example/", "en")
    assert found.entries == [
        Entry(
            guid="b",
            url="https://herald.example/bridge",
            title="1 &lt; 2",
            summary="Cracks &amp; more",
            content="<p>Cracks</p>",
            published=datetime(2026, 3, 2, 12, tzinfo=UTC),
            authors=["The desk"],
            categories=["City"],
            image="https://herald.example/b.jpg",
        )
    ]


def test_version_1_0_is_read_and_has_one_author() -> None:
    found = read(
        {
            "version": "https://jsonfeed.org/version/1",
            "items": [
                {"id": 7, "content_text": "a < b", "author": {"name": "Ann"}, "date_modified": "2026-03-02"}
            ],
        }
    )
    (entry,) = found.entries
    assert (entry.guid, entry.content, entry.authors) == ("7", "a &lt; b", ["Ann"])
    assert entry.published == entry.updated == datetime(2026, 3, 2, tzinfo=UTC)


def test_values_of_other_kinds_than_they_should_be_count_as_missing() -> None:
    odd: dict[str, object] = {
        "id": "1",
        "url": ["x"],
        "title": {"a": 1},
        "tags": [1, None, "City"],
        "authors": [True],
        "image": [1],
        "attachments": [None, {"url": {}}],
        "date_published": {},
    }
    (entry,) = read_items(odd).entries
    assert entry == Entry(guid="1", categories=["1", "City"])


def test_what_should_be_a_list_or_an_address_may_be_alone_or_in_an_object() -> None:
    careless = {
        "id": "1",
        "tags": [{"name": "City"}, "Bridges"],
        "authors": {"name": "Ann"},
        "image": {"url": "/b.jpg"},
        "attachments": {"url": "/1.mp3", "mime_type": "audio/mpeg"},
    }
    first, second = read_items(careless, {"id": "2", "attachments": ["/2.mp3"], "authors": "Bo"}).entries
    assert (second.categories, second.authors, second.image) == (
        ["City", "Bridges"],
        ["Ann"],
        "https://herald.example/b.jpg",
    )
    assert [one.url for one in second.enclosures] == ["https://herald.example/1.mp3"]
    assert ([one.url for one in first.enclosures], first.authors) == (["https://herald.example/2.mp3"], ["Bo"])


@pytest.mark.parametrize(
    ("items", "ids"), [({"0": {"id": "1"}, "1": {"id": "2"}}, ["2", "1"]), ({}, []), (None, []), ([], [])]
)
def test_items_may_be_an_object_or_nothing(items: object, ids: list[str]) -> None:
    assert [entry.guid for entry in read({"version": VERSION, "title": "T", "items": items}).entries] == ids


def test_a_feed_of_a_version_may_lack_its_items() -> None:
    assert read({"version": VERSION, "title": "T"}).title == "T"


@pytest.mark.parametrize(
    ("version", "kind"), [("version/1", "json10"), ("version/1.0", "json10"), ("version/1.1/", "json11")]
)
def test_the_version_is_named(version: str, kind: str) -> None:
    assert read({"version": f"https://jsonfeed.org/{version}", "items": []}).format == kind


def test_texts_may_be_escaped_or_be_html_against_the_rules() -> None:
    (entry,) = read_items(
        {"id": "1", "title": "R&amp;D", "summary": "<p>a</p>", "content_html": "&lt;p&gt;b&lt;/p&gt;"}
    ).entries
    assert (entry.title, entry.summary, entry.content) == ("R&amp;D", "<p>a</p>", "<p>b</p>")


def test_links_of_a_file_are_relative_to_the_site_that_it_names() -> None:
    feed = {"version": VERSION, "home_page_url": "https://paper.example/", "items": [{"id": "1", "url": "a"}]}
    assert parse(msgspec.json.encode(feed)).entries[0].url == "https://paper.example/a"


def test_numbers_beyond_all_bounds_are_no_ids() -> None:
    items = f'[{{"id": 1{"0" * 9000}, "url": "https://a.example"}}, {{"id": 1e999}}]'
    feed = f'{{"version": "{VERSION}", "items": {items}}}'
    assert [entry.guid for entry in parse(feed.encode()).entries] == [None, None]


def test_items_that_are_none_are_told_and_the_others_stay() -> None:
    found = read_items(None, 3, "text", [], {"id": "1"}, {})
    assert [entry.guid for entry in found.entries] == [None, "1"]
    assert [problem.kind for problem in found.problems] == ["entry-unreadable", "entry-nameless"]
    assert found.problems[0].message.startswith("4 entries")


@pytest.mark.parametrize("escape", [r"\ud800", r"\udfff", r"\udc00\ud800"])
def test_half_characters_are_taken_out_and_whole_ones_stay(escape: str) -> None:
    body = f'{{"version": "{VERSION}", "items": [{{"id": "1", "title": "a{escape}b\\ud83d\\ude00 \\\\ud800"}}]}}'
    (entry,) = parse(body.encode()).entries
    assert entry.title == "ab😀 \\ud800"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"version": 1}',
        b'{"items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": "none"}',
        b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
        b'{"a": "' + b"\\" * 100_000,
        b'{"version": "x", "items": [1e999]}',
    ],
)
def test_json_that_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotAFeedError) as raised:
        parse(body)
    assert raised.value.kind == "not-a-feed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = [
    "id",
    "url",
    "title",
    "summary",
    "content_html",
    "content_text",
    "date_published",
    "authors",
    "author",
    "tags",
]


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6) | JSON, max_size=4))
def test_whatever_the_items_are_the_result_can_be_stored(items: list[object]) -> None:
    read = read_items(*items)
    assert msgspec.json.decode(msgspec.json.encode(read), type=type(read)) == read


def test_an_id_that_is_an_address_is_the_items_where_it_has_no_other() -> None:
    first, second = "https://herald.example/1", "https://herald.example/2"
    found = read_items({"id": first}, {"id": first, "url": second}, {"id": "3"})
    assert [entry.url for entry in found.entries] == [None, second, first]


def test_line_ends_and_tabs_may_stand_in_texts_as_they_are() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_text": "One\n\ttwo"}]}'
    assert parse(body).entries[0].content == "One\n\ttwo"


WHOLE = msgspec.json.encode(
    {
        "version": VERSION,
        "title": "T",
        "items": [{"id": str(n), "content_text": "Text, [not] {cut}"} for n in range(3)],
    }
)


@pytest.mark.parametrize("whole", [1, 2])
def test_of_a_document_that_is_cut_the_whole_items_are_read_and_the_cut_is_named(whole: int) -> None:
    cut = WHOLE.index(b'"%d"' % whole)
    found = parse(WHOLE[:cut])
    assert (found.title, [entry.guid for entry in found.entries]) == (
        "T",
        [str(n) for n in reversed(range(whole))],
    )
    assert [problem.kind for problem in found.problems] == ["not-well-formed"]
    assert f"items: {whole}" in found.problems[0].message


def test_a_document_that_is_cut_before_the_end_of_its_first_item_is_no_feed() -> None:
    with pytest.raises(NotAFeedError, match="broken JSON"):
        parse(WHOLE[: WHOLE.index(b"cut")])


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 7))
def test_wherever_a_document_is_cut_it_is_read_or_refused(cut: int) -> None:
    try:
        found = parse(WHOLE[:cut])
    except NotAFeedError:
        return
    assert found.problems


def test_an_author_may_be_a_name_without_an_object_around_it() -> None:
    found = read_items({"id": "1", "authors": ["Ann", None, {"name": "Bo"}]}, {"id": "2", "author": "Cy"})
    assert [entry.authors for entry in found.entries] == [["Cy"], ["Ann", "Bo"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("show(", ");"),
        ("/**/ typeof news.show === 'function' && news.show(", ");\n"),
        ("// made by hand\n", ""),
        ("\ufeff/* daily */ ", "\n"),
        (")]}',\n", ""),
        ("while(1);", ""),
    ],
)
def test_a_feed_may_be_wrapped_for_scripts_or_follow_a_comment(before: str, after: str) -> None:
    feed = f'{{"version": "{VERSION}", "items": [{{"id": "1", "title": "(a)"}}]}}'
    found = parse(f"{before}{feed}{after}".encode())
    assert ([entry.title for entry in found.entries], found.problems) == (["(a)"], [])


def test_a_feed_without_its_version_is_known_by_its_items_texts() -> None:
    assert parse(b'{"title": "T", "items": [{"id": 1, "content_text": "x"}]}').entries[0].guid == "1"


def test_tags_may_be_one_text_and_sizes_written_with_a_point() -> None:
    entry = read_items(
        {"id": "1", "tags": "a, b", "attachments": [{"url": "https://a.example/1", "size_in_bytes": 1e6}]}
    )
    assert entry.entries[0].categories == ["a", "b"]
    assert entry.entries[0].enclosures[0].size_bytes == 1_000_000
