"""Records survive the codec, and what is no record of ours is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import codec
from streams.errors import DecodeError, SchemaVersionError
from streams.records import Record, Tick
from tests.factories import NOON, article, document, raw_item, rule, tagged


@pytest.mark.parametrize("record", [Tick(at=NOON), raw_item(), article(), tagged(), document(), rule()])
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    assert codec.decode(codec.encode(record)) == record
    assert codec.from_builtins(codec.to_builtins(record) | {"added": 1}, type(record)) == record


TOO_DEEP = b'{"type":"tick","at":' + b"[" * 100_000


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"type":"nothing"}', b'{"type":"tick"}', TOO_DEEP]
)
def test_bytes_that_are_no_record_are_refused_with_what_they_begin_with(data: bytes) -> None:
    with pytest.raises(DecodeError, match="not a record"):
        codec.decode(data)


@pytest.mark.parametrize(
    "data", [b'{"type":"tick","schema":2,"at":"2026-03-02T12:00:00Z"}', b'{"type":"x","schema":7}']
)
def test_an_unknown_schema_version_is_named_even_when_the_fields_have_changed(data: bytes) -> None:
    with pytest.raises(SchemaVersionError, match="this program reads 1"):
        codec.decode(data)


def test_an_unknown_field_is_ignored_so_that_a_newer_writer_may_add_some() -> None:
    data = b'{"type":"tick","schema":1,"at":"2026-03-02T12:00:00Z","added":{"later":true}}'
    assert codec.decode(data) == Tick(at=NOON)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_ids_depend_on_where_parts_end(parts: list[str]) -> None:
    assert codec.content_id(*parts) == codec.content_id(*parts)
    assert codec.content_id(*parts) != codec.content_id(*parts, "")
    assert len(codec.content_id(*parts)) == 2 * codec.ID_BYTES


def test_an_id_can_be_made_of_text_with_a_lone_surrogate() -> None:
    assert codec.content_id("broken \ud800 text") != codec.content_id("broken  text")


@pytest.mark.parametrize("value", [raw_item(), article(), document(), rule()])
def test_what_a_table_holds_comes_back_as_it_was(value: Record) -> None:
    assert codec.unpack_as(codec.pack(value), type(value)) == value
