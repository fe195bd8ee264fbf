"""Time zones as dates in feeds name them: by letters, or by a place (IANA)."""

from __future__ import annotations

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import tz

_HOURS = (
    {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
    | {"AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3}
    | {"WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "SAST": 2, "EET": 2, "EEST": 3, "MSK": 3}
    | {"EAT": 3, "IST": 5.5, "WIB": 7, "HKT": 8, "SGT": 8, "AWST": 8, "KST": 9, "JST": 9}
    | {"ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13}
)
"""Letters mean several zones as a rule; this is the one that news is dated by."""
_PLACE = re.compile(r"\s?\[?\b([A-Z][A-Za-z]{1,20}(?:/[A-Z][A-Za-z_]{1,20}){1,2})\b\]?$")


def by_letters(name: str | None, offset_s: int | None) -> tzinfo | None:
    """The zone of so many seconds from UTC, else of these letters; UTC where they are not known."""
    if name is None and offset_s is None:
        return None
    return tz.tzoffset(name, offset_s if offset_s is not None else _HOURS.get(name or "", 0) * 3600)


def without_place(text: str) -> tuple[str, tzinfo | None]:
    """A date without the place behind it, and the zone there; None where there is none that is known."""
    found = _PLACE.search(text)
    if found is None:
        return text, None
    try:
        return text[: found.start()], ZoneInfo(found[1])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return text, None
