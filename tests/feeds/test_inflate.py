"""Bodies within a limit."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.errors import FetchError
from streams.feeds.inflate import Body

CODINGS = {"": bytes, "identity": bytes, "gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}


def inflate(coding: str, data: bytes, piece: int, max_bytes: int = 10_000) -> bytes:
    body = Body(coding, max_bytes)
    for start in range(0, len(data), piece):
        body.add(data[start : start + piece])
    return body.finish()


@given(st.sampled_from(sorted(CODINGS)), st.binary(max_size=3000), st.integers(1, 4000))
def test_a_body_is_the_same_however_it_comes_in_pieces(coding: str, data: bytes, piece: int) -> None:
    assume(not data.startswith(b"\x1f\x8b"))  # gzip that is not declared
    assert inflate(coding, CODINGS[coding](data), piece) == data


@pytest.mark.parametrize(("coding", "sent"), [("", gzip.compress(b"<rss/>", mtime=0)), ("gzip", b"<rss/>")])
def test_a_body_that_is_compressed_though_it_is_not_said_or_the_other_way_round_is_read(
    coding: str, sent: bytes
) -> None:
    assert inflate(coding, sent, 5) == b"<rss/>"


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.integers(1, 300))
def test_the_members_of_a_gzip_body_are_joined(parts: list[bytes], piece: int) -> None:
    assert inflate("gzip", b"".join(map(gzip.compress, parts)), piece) == b"".join(parts)


def test_what_follows_the_compressed_data_is_not_read() -> None:
    assert inflate("GZIP ", gzip.compress(b"feed") + b"\0\0\0", 7) == b"feed"


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate", "br"])
def test_the_limit_is_inclusive(coding: str) -> None:
    assert len(inflate(coding, CODINGS[coding](b"a" * 500), 100, max_bytes=500)) == 500
    with pytest.raises(FetchError) as raised:
        inflate(coding, CODINGS[coding](b"a" * 501), 100, max_bytes=500)
    assert raised.value.kind == "too-large"
    assert "STREAMS_MAX_BODY_BYTES" in str(raised.value)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_bomb_is_not_inflated_in_memory(coding: str) -> None:
    bomb = CODINGS[coding](b"\0" * 5_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError):
            inflate(coding, bomb, 64 * 1024, max_bytes=100_000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("data", [b"\x1f\x8b<rss/>", b"\x1f\x8b\x08", b"\0"])
def test_broken_data_is_a_named_failure(coding: str, data: bytes) -> None:
    with pytest.raises(FetchError) as raised:
        inflate(coding, data, 100)
    assert raised.value.kind == "bad-encoding"


@pytest.mark.parametrize("coding", ["zstd", "gzip, gzip", "compress", "x" * 9999])
def test_codings_that_were_not_asked_for_are_refused(coding: str) -> None:
    with pytest.raises(FetchError) as raised:
        Body(coding, 100)
    assert raised.value.kind == "bad-encoding"
    assert len(str(raised.value)) < 200


def test_an_empty_body_is_empty_in_any_coding() -> None:
    assert all(Body(coding, 100).finish() == b"" for coding in CODINGS)
