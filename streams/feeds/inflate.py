"""Bodies within a limit: what came over the wire, decompressed piece by piece.

A few hundred bytes of gzip or brotli can stand for gigabytes. So the decompressors are told how much room is
left, and nothing beyond it is ever inflated. (aiohttp would inflate by itself, with no limit on the whole.)
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from streams.errors import FetchError

ACCEPT_ENCODING = "gzip, deflate, br"
_GZIP = zlib.MAX_WBITS | 16
_GZIP_MAGIC = b"\x1f\x8b"


class _Decoder(Protocol):
    """Undoes one content coding; `complete` once the compressed data came to its end."""

    @property
    def complete(self) -> bool: ...

    def decode(self, data: bytes, room: int) -> bytes:
        """At most `room` more bytes; all that `data` stands for where that is less."""
        ...


class Body:
    """Collects one response's body, at most `max_bytes` before and after decompression.

    Raises FetchError: `too-large`, or `bad-encoding` for a coding that we did not ask for or broken data.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self._decoder = _decoder(content_encoding.strip().lower())
        self._max_bytes = max_bytes
        self._received = self._length = 0
        self._parts: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        """Take the next piece as it came."""
        if not self._received:
            self._decoder = _meant(self._decoder, chunk)
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise self._too_large("")
        room = self._max_bytes - self._length
        try:
            part = self._decoder.decode(chunk, room + 1)
        except (zlib.error, brotli.error) as error:
            raise FetchError("bad-encoding", f"the compressed body is broken ({error})") from error
        self._parts.append(part)
        self._length += len(part)
        if self._length > self._max_bytes:
            raise self._too_large(" when decompressed")

    def finish(self) -> bytes:
        """The whole body."""
        if self._received and not self._decoder.complete:
            raise FetchError("bad-encoding", "the compressed body ends too early")
        return b"".join(self._parts)

    def _too_large(self, when: str) -> FetchError:
        return FetchError(
            "too-large", f"the body is larger than {self._max_bytes:,} bytes{when} (STREAMS_MAX_BODY_BYTES)"
        )


def _decoder(coding: str) -> _Decoder:
    match coding:
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip":
            return _Gzip()
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
    raise FetchError("bad-encoding", f"the body is encoded as {coding[:40]!r}, we asked for {ACCEPT_ENCODING}")


def _meant(decoder: _Decoder, begin: bytes) -> _Decoder:
    """The decoder for what the body begins with: some servers compress and do not say so, or say so and do not."""
    if isinstance(decoder, _Identity | _Gzip) and len(begin) >= len(_GZIP_MAGIC):
        return _Gzip() if begin.startswith(_GZIP_MAGIC) else _Identity()
    return decoder


class _Identity:
    complete = True

    def decode(self, data: bytes, room: int) -> bytes:
        return data[:room]


class _Gzip:
    """RFC 1952, one member after the other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)

    @property
    def complete(self) -> bool:
        return self._member.eof

    def decode(self, data: bytes, room: int) -> bytes:
        out = self._member.decompress(data, room)
        while self._member.unused_data.startswith(_GZIP_MAGIC) and len(out) < room:
            rest = self._member.unused_data
            self._member = zlib.decompressobj(_GZIP)
            out += self._member.decompress(rest, room - len(out))
        return out


class _Deflate:
    """The zlib format (RFC 1950); some servers send the raw one (RFC 1951) under the same name."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    @property
    def complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def decode(self, data: bytes, room: int) -> bytes:
        if self._stream is None:
            is_zlib = data[0] & 0x0F == zlib.DEFLATED
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        return self._stream.decompress(data, room)


class _Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def complete(self) -> bool:
        return bool(self._stream.is_finished())

    def decode(self, data: bytes, room: int) -> bytes:
        return bytes(self._stream.process(data, output_buffer_limit=room))
