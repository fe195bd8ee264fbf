"""Fingerprints in few bytes."""

from __future__ import annotations

from streams.feeds import fingerprints


def test_they_come_back_in_their_order_and_take_twelve_bytes_each() -> None:
    found = {fingerprints.key("guid", str(n)): fingerprints.content("text", str(n)) for n in range(5)}
    packed = fingerprints.packed(found)
    assert len(packed) == 60
    assert list(fingerprints.unpacked(packed).items()) == list(found.items())
    assert fingerprints.unpacked(b"") == {}
