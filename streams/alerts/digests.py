"""Sets of texts kept short: six bytes of a hash each, in one row of bytes, the oldest first."""

from __future__ import annotations

from hashlib import blake2b

MOST = 2000
"""Digests kept in one row; a text whose digest fell off is not known any more."""
DIGEST_BYTES = 6


def with_text(digests: bytes, text: str) -> bytes:
    """The digests and that of a text, once; the oldest gives way."""
    return digests if holds(digests, text) else (digests + _digest(text))[-MOST * DIGEST_BYTES :]


def joined(digests: bytes, others: bytes) -> bytes:
    """Both rows as one, each digest once; the oldest of the first give way."""
    for start in range(0, len(others), DIGEST_BYTES):
        one = others[start : start + DIGEST_BYTES]
        digests = digests if _has(digests, one) else digests + one
    return digests[-MOST * DIGEST_BYTES :]


def holds(digests: bytes, text: str) -> bool:
    """Whether the text is among them (or, once in 10^11, another one that looks like it)."""
    return _has(digests, _digest(text))


def count_of(digests: bytes) -> int:
    """How many there are."""
    return len(digests) // DIGEST_BYTES


def _has(digests: bytes, digest: bytes) -> bool:
    place = -1
    while (place := digests.find(digest, place + 1)) >= 0:
        if place % DIGEST_BYTES == 0:
            return True
    return False


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
