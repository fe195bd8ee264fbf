"""Tables: what stages remember, typed, over mappings of bytes that the engine provides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from itertools import islice
from typing import Generic, TypeVar

import msgspec

from streams import codec

T = TypeVar("T")
Bytes = MutableMapping[bytes, bytes]
Write = tuple[bytes, bytes | None]
"""A key and its new value (None: deleted)."""


class Table(MutableMapping[str, T], Generic[T]):
    """A typed view of a mapping of bytes: keys are UTF-8, values JSON of one struct type."""

    def __init__(self, raw: Bytes, value_type: type[T]) -> None:
        self._raw = raw
        self._decoder = msgspec.json.Decoder(value_type)

    def __getitem__(self, key: str) -> T:
        return self._decoder.decode(self._raw[key.encode()])

    def __setitem__(self, key: str, value: T) -> None:
        self._raw[key.encode()] = codec.encode(value)

    def __delitem__(self, key: str) -> None:
        del self._raw[key.encode()]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.encode() in self._raw

    def __iter__(self) -> Iterator[str]:
        return (key.decode() for key in self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class Sweep:
    """Goes through the keys of a table little by little, while the table changes."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._table = table
        self._keys: Iterator[str] = iter(())

    def begin(self) -> None:
        """Begin with the first key."""
        self._keys = iter(self._table)

    def some(self, most: int) -> list[str]:
        """The next keys, fewer than `most` at the end.

        A plain dict cannot be iterated on once it has changed: that is an end too.
        """
        try:
            return list(islice(self._keys, most))
        except RuntimeError:
            self._keys = iter(())
            return []


class Buffered(MutableMapping[bytes, bytes]):
    """A mapping whose writes wait until the engine makes them durable.

    `writes` holds each of them, in order; `changes` what they come to (None: deleted).
    """

    def __init__(self, base: Mapping[bytes, bytes]) -> None:
        self._base = base
        self.changes: dict[bytes, bytes | None] = {}
        self.writes: list[Write] = []

    def __getitem__(self, key: bytes) -> bytes:
        if key in self.changes:
            value = self.changes[key]
            if value is None:
                raise KeyError(key)
            return value
        return self._base[key]

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._write(key, value)

    def __delitem__(self, key: bytes) -> None:
        if key not in self:
            raise KeyError(key)
        self._write(key, None)

    def __contains__(self, key: object) -> bool:
        if key in self.changes:
            return self.changes[key] is not None
        return key in self._base

    def __iter__(self) -> Iterator[bytes]:
        yield from (key for key in self._base if key not in self.changes)
        yield from (key for key, value in self.changes.items() if value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Forget the writes: the base has them now."""
        self.changes.clear()
        self.writes.clear()

    def _write(self, key: bytes, value: bytes | None) -> None:
        self.changes[key] = value
        self.writes.append((key, value))
