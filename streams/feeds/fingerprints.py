"""Which items of a feed were sent, with which content, in 12 bytes for each.

A reader remembers that of every feed it polls, so size counts: 8 bytes are the item's key and 4 its content.
Two keys of one feed meet by chance once in 10^13 feeds; an edit is missed by chance once in 4 billion.
"""

from __future__ import annotations

from collections.abc import Mapping

from streams.codec import content_digest

KEY_BYTES, CONTENT_BYTES = 8, 4
_ROW_BYTES = KEY_BYTES + CONTENT_BYTES

Fingerprints = dict[bytes, bytes]


def key(*parts: str) -> bytes:
    """What makes two items of a feed the same one."""
    return content_digest(*parts)[:KEY_BYTES]


def content(*parts: str) -> bytes:
    """What is read of an item, told from what else it could say."""
    return content_digest(*parts)[:CONTENT_BYTES]


def unpacked(packed: bytes) -> Fingerprints:
    """Content by key, the longest known first."""
    return {
        packed[start : start + KEY_BYTES]: packed[start + KEY_BYTES : start + _ROW_BYTES]
        for start in range(0, len(packed), _ROW_BYTES)
    }


def packed(found: Mapping[bytes, bytes]) -> bytes:
    """The same in one string of bytes."""
    return b"".join(one + other for one, other in found.items())
