"""Tables: what stages remember, typed, over mappings of bytes that the engine provides."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import ItemsView, Iterator, Mapping, MutableMapping
from itertools import islice
from typing import Generic, TypeVar

import msgspec

from streams import codec

K = TypeVar("K")
T = TypeVar("T")
Bytes = MutableMapping[bytes, bytes]
Write = tuple[bytes, bytes | None]
"""A key and its new value (None: deleted)."""


class Paired(Mapping[K, T]):
    """A mapping that reads each key together with its value, as asking for one after the other takes long."""

    @abstractmethod
    def pairs(self) -> Iterator[tuple[K, T]]:
        """All keys and values."""

    def items(self) -> ItemsView[K, T]:
        """The same as a view."""
        return _Pairs(self)


class _Pairs(ItemsView[K, T]):
    def __init__(self, mapping: Paired[K, T]) -> None:
        super().__init__(mapping)
        self._paired = mapping

    def __iter__(self) -> Iterator[tuple[K, T]]:
        return self._paired.pairs()


class Table(Paired[str, T], MutableMapping[str, T], Generic[T]):
    """A typed view of a mapping of bytes: keys are UTF-8, values MessagePack of one type."""

    def __init__(self, raw: Bytes, value_type: type[T]) -> None:
        self._raw = raw
        self._decoder = msgspec.msgpack.Decoder(value_type)

    def __getitem__(self, key: str) -> T:
        return self._decoder.decode(self._raw[key.encode()])

    def __setitem__(self, key: str, value: T) -> None:
        self._raw[key.encode()] = codec.pack(value)

    def __delitem__(self, key: str) -> None:
        del self._raw[key.encode()]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.encode() in self._raw

    def __iter__(self) -> Iterator[str]:
        return (key.decode() for key in self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def pairs(self) -> Iterator[tuple[str, T]]:
        """All keys and values."""
        decode = self._decoder.decode
        return ((key.decode(), decode(value)) for key, value in self._raw.items())


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


class Buffered(Paired[bytes, bytes], MutableMapping[bytes, bytes]):
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

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and values."""
        yield from ((key, value) for key, value in self._base.items() if key not in self.changes)
        yield from ((key, value) for key, value in self.changes.items() if value is not None)

    def clear(self) -> None:
        """Forget the writes: the base has them now."""
        self.changes.clear()
        self.writes.clear()

    def _write(self, key: bytes, value: bytes | None) -> None:
        self.changes[key] = value
        self.writes.append((key, value))
