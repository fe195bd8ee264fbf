"""How numbers and spans of time are told to people."""

from __future__ import annotations

_UNITS_S = ((86400, "day"), (3600, "h"), (60, "min"))


def many(number: int, one: str, more: str = "") -> str:
    """So many of something: `1 article`, `2 articles`; `more` is a plural that is not made by an s."""
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def lasting(seconds: float) -> str:
    """`90 min`, `36 h`, `7 days`: in the largest unit that tells it exactly enough."""
    for size, unit in _UNITS_S:
        if seconds == size or seconds >= 2 * size:
            number = f"{round(seconds / size, 1):g}"
            return f"{number} days" if unit == "day" and number != "1" else f"{number} {unit}"
    return f"{round(seconds, 1):g} s"
