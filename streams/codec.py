"""The codecs: records to JSON and back, what tables hold to MessagePack and back; and the content ids."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

import msgspec

from streams.errors import DecodeError, SchemaVersionError
from streams.records import SCHEMA, AnyRecord, Record

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_packer = msgspec.msgpack.Encoder()
ID_BYTES = 10
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes; the last for brackets within brackets without end."""


class _Header(msgspec.Struct):
    type: str = ""
    schema: int = 0


_header = msgspec.json.Decoder(_Header)


def encode(value: object) -> bytes:
    """Any record, struct or plain value as JSON."""
    return _encoder.encode(value)


def decode(data: bytes) -> AnyRecord:
    """Read one record.

    Raises DecodeError for bytes that are none, SchemaVersionError for a version that we do not know.
    """
    try:
        record = _decoder.decode(data)
    except _UNREADABLE as error:
        _refuse_unknown_schema(data)
        raise DecodeError(f"not a record: {error} (begins {data[:60]!r})") from error
    if record.schema != SCHEMA:
        raise _unknown(type(record).__name__.lower(), record.schema)
    return record


def decode_as(data: bytes, cls: type[T]) -> T:
    """Read a value of a known type from JSON."""
    return msgspec.json.decode(data, type=cls)


def read_as(data: bytes, cls: type[T]) -> T | None:
    """Read a value of a known type that others may have written, too; None for bytes that are none."""
    try:
        return decode_as(data, cls)
    except _UNREADABLE:
        return None


def pack(value: object) -> bytes:
    """Any struct or plain value as state tables hold it: much of it is bytes, which JSON makes a third larger."""
    return _packer.encode(value)


def unpack_as(data: bytes, cls: type[T]) -> T:
    """Read a value of a known type as state tables hold it."""
    return msgspec.msgpack.decode(data, type=cls)


def to_builtins(record: Record | msgspec.Struct) -> dict[str, Any]:
    """The record as plain JSON types, for templates and responses."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain


def from_builtins(value: object, cls: type[T]) -> T:
    """The record or struct whose plain JSON types these are; unknown fields are ignored."""
    return msgspec.convert(value, cls)


def content_id(*parts: str) -> str:
    """A short id made of content, as 20 hex digits."""
    return content_digest(*parts).hex()


def content_digest(*parts: str) -> bytes:
    """80 bits of BLAKE2b over the parts, each after its length."""
    whole = hashlib.blake2b(digest_size=ID_BYTES)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(4, "big"))
        whole.update(data)
    return whole.digest()


def _refuse_unknown_schema(data: bytes) -> None:
    try:
        header = _header.decode(data)
    except _UNREADABLE:
        return
    if header.schema not in (0, SCHEMA):
        raise _unknown(header.type, header.schema)


def _unknown(kind: str, schema: int) -> SchemaVersionError:
    return SchemaVersionError(
        f"{kind or 'record'} has schema version {schema}, this program reads {SCHEMA}: "
        "run the version that wrote it, then replay the dead letter"
    )
