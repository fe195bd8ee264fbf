"""How numbers are told to people."""

from __future__ import annotations


def many(number: int, one: str, more: str = "") -> str:
    """So many of something: `1 article`, `2 articles`; `more` is a plural that is not made by an s."""
    return f"{number} {one if number == 1 else more or f'{one}s'}"
