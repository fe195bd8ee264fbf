"""Tables keep values by type, and buffered writes stay out of the base until the engine takes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records import Source
from streams.state import Buffered, Table

KEYS = st.sampled_from([b"a", b"b", b"c", b"d"])


def test_a_table_gives_back_structs_by_text_key() -> None:
    table = Table({}, Source)
    table["é"] = Source(name="The Herald", domain="herald.example")
    assert table["é"].name == "The Herald"
    assert list(table) == ["é"]
    assert list(table.items()) == [("é", table["é"])]
    assert "é" in table
    del table["é"]
    assert not table


def test_a_buffered_delete_of_a_missing_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        del Buffered({})[b"a"]


@given(
    st.dictionaries(KEYS, st.binary(max_size=3)),
    st.lists(st.tuples(KEYS, st.none() | st.binary(max_size=3)), max_size=8),
)
def test_a_buffered_mapping_reads_as_if_written_and_leaves_its_base_alone(
    base: dict[bytes, bytes], writes: list[tuple[bytes, bytes | None]]
) -> None:
    before, plain, buffered = dict(base), dict(base), Buffered(base)
    for key, value in writes:
        if value is not None:
            plain[key] = buffered[key] = value
        elif key in plain:
            del plain[key], buffered[key]
        assert (key in buffered) == (key in plain)
    assert dict(buffered) == dict(buffered.items()) == plain
    assert len(buffered) == len(plain)
    assert base == before
    for key, value in buffered.changes.items():
        base.pop(key, None) if value is None else base.__setitem__(key, value)
    assert base == plain


def test_writes_are_kept_one_by_one_and_in_order_beside_what_they_come_to() -> None:
    buffered = Buffered({b"old": b"0"})
    buffered[b"a"] = b"1"
    del buffered[b"old"]
    buffered[b"a"] = b"2"
    assert buffered.writes == [(b"a", b"1"), (b"old", None), (b"a", b"2")]
    assert buffered.changes == {b"a": b"2", b"old": None}
    buffered.clear()
    assert (buffered.writes, buffered.changes) == ([], {})
