"""What `copies:` takes: a number, alone, as a bound or as a range."""

from __future__ import annotations

import re

from streams.query.nodes import Copies

FORMS = "3, >3, >=3, <3, <=3 or 3..5"
MAX = 10**9

_NUMBER = re.compile(r"(>=|<=|>|<|)\s*(\d{1,9})", re.ASCII)
_RANGE = re.compile(r"(\d{0,9})\.\.(\d{0,9})", re.ASCII)


def parse_copies(value: str) -> Copies:
    """The numbers that a value of `copies:` stands for. Raises ValueError with a message for people."""
    value = value.strip()
    if (found := _NUMBER.fullmatch(value)) and (copies := _bounded(found[1], int(found[2]))):
        return copies
    if (found := _RANGE.fullmatch(value)) and (found[1] or found[2]):
        least, most = int(found[1] or 0), int(found[2]) if found[2] else None
        if most is None or least <= most:
            return Copies(least=least, most=most)
    raise ValueError(f"{value[:40]!r} is no number of copies; write {FORMS}")


def format_copies(copies: Copies) -> str:
    """A value of `copies:` that stands for the same numbers."""
    return f"{copies.least}..{'' if copies.most is None else copies.most}"


def _bounded(sign: str, number: int) -> Copies | None:
    match sign:
        case ">=":
            return Copies(least=number)
        case ">":
            return Copies(least=number + 1)
        case "<=":
            return Copies(most=number)
        case "<":
            return Copies(most=number - 1) if number else None
        case _:
            return Copies(least=number, most=number)
