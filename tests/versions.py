"""Records and state as the next version of the program might write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from streams import codec
from streams.records import AnyRecord, Record

ADDED = {"of_the_next_version": [1, "two", None]}
T = TypeVar("T", bound=msgspec.Struct)


def more(value: msgspec.Struct) -> bytes:
    """Its bytes when it, and each part of it, has a field that this version does not know."""
    return codec.encode(_more(value, codec.to_builtins(value)))


def more_kept(value: msgspec.Struct) -> bytes:
    """The same as a table holds it."""
    return codec.pack(_more(value, msgspec.to_builtins(value, builtin_types=(bytes, datetime))))


def without(record: Record, field: str) -> bytes:
    """Its bytes when the next version writes that field no more."""
    told = codec.to_builtins(record)
    told.pop(field, None)
    return codec.encode(told)


def read(data: bytes) -> AnyRecord:
    """As this version reads it."""
    return codec.decode(data)


def optional(record: Record) -> list[str]:
    """The fields that the next version may leave out: those with a default."""
    fields = msgspec.structs.fields(record)
    return [field.encode_name for field in fields if not field.required and field.name != "schema"]


def _more(value: object, plain: Any) -> Any:
    """`plain` is the value in JSON's types; structs that are written as arrays get one more element."""
    if isinstance(value, msgspec.Struct):
        if isinstance(plain, list):
            return [*plain, ADDED]
        parts = {
            field.encode_name: _more(getattr(value, field.name), plain[field.encode_name])
            for field in msgspec.structs.fields(value)
            if field.encode_name in plain
        }
        return plain | parts | ADDED
    if isinstance(value, list | tuple):
        return [_more(one, told) for one, told in zip(value, plain, strict=True)]
    if isinstance(value, dict):
        return {name: _more(one, told) for one, (name, told) in zip(value.values(), plain.items(), strict=True)}
    return plain
