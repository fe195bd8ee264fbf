"""A process that prepares items, for `streams.identify.pool`: run as a module, it imports nothing else."""

from __future__ import annotations

import msgspec

from streams import codec, isolation
from streams.identify.prepare import Prepared, prepare
from streams.records import RawItem


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """Items to be prepared."""

    items: list[RawItem]
    max_text_chars: int


def answered(request: bytes) -> bytes:
    """The items prepared; empty where one of them cannot be, which is found out where they are tried alone."""
    asked = codec.decode_as(request, Portion)
    try:
        return codec.encode([prepare(item, asked.max_text_chars) for item in asked.items])
    except Exception:  # whatever it is that nobody has thought of
        return b""


def read_answer(answer: bytes) -> list[Prepared]:
    """The parent's side. Raises msgspec.DecodeError for what is no answer."""
    return codec.decode_as(answer, list[Prepared])


if __name__ == "__main__":
    isolation.work(answered)
