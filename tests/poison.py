"""Records that must not stop a stage: what each holds, and what its dead letter says of it."""

from __future__ import annotations

from typing import NamedTuple

from streams import codec
from tests.factories import document, raw_item


class Poison(NamedTuple):
    """Bytes on the topic of raw items, and a pattern of the reason for which they are put aside."""

    value: bytes
    reason: str


POISON = {
    "no JSON": Poison(b"\xff\x00 nonsense", r"not a record: .*\\xff\\x00 nonsense"),
    "nothing": Poison(b"", "not a record"),
    "cut short": Poison(codec.encode(raw_item())[:-9], "not a record"),
    "too deep": Poison(b'{"type":"rawitem","x":' + b"[" * 100_000, "not a record"),
    "no UTF-8": Poison(b'{"type":"rawitem","title":"\xed\xa0\x80"}', "not a record"),
    "half a surrogate pair": Poison(rb'{"type":"rawitem","title":"\ud800"}', "not a record"),
    "a type that nobody knows": Poison(b'{"type":"comet","schema":1}', "not a record: .*comet"),
    "a field of another type": Poison(codec.encode(codec.to_builtins(raw_item()) | {"title": 7}), "title"),
    "a day that no calendar has": Poison(
        codec.encode(codec.to_builtins(raw_item()) | {"fetched_at": "2026-02-30T00:00:00Z"}), "fetched_at"
    ),
    "of a later version": Poison(b'{"type":"rawitem","schema":99}', "rawitem has schema version 99.*then replay"),
    "of a later version and shape": Poison(b'{"type":"comet","schema":2,"tail":[]}', "comet has schema version 2"),
    "of another topic": Poison(codec.encode(document()), "reads raw items and ticks, not Document"),
    "an item with nothing in it": Poison(codec.encode(raw_item(title="", summary="", url=None)), "neither words"),
}

HUGE = raw_item(url="https://herald.example/huge", title="huge", content=f"<p>{'word ' * 420_000}</p>")
"""An article of two megabytes: no poison, its text is cut."""
