"""When people may be told: quiet hours and digests, in their own time zone.

Local times come from the zone's rules (PEP 615), so a daily digest stays at its hour when the clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

HOURS = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9]) ?- ?([01]?[0-9]|2[0-3]):([0-5][0-9])")
DIGEST = re.compile(r"hourly|daily(?: ([01]?[0-9]|2[0-3]):([0-5][0-9]))?")
MORNING = time(8)


class Schedule(NamedTuple):
    """What a rule or a channel asks for; empty texts ask for nothing.

    `quiet` is `22:00-07:00`, `digest` is `hourly`, `daily` (at eight) or `daily 17:30`.
    """

    quiet: str = ""
    digest: str = ""
    time_zone: str = "UTC"

    def check(self) -> str:
        """What is wrong with it, and the way out; empty when nothing is."""
        if self.quiet and (not (found := HOURS.fullmatch(self.quiet)) or found.group(1, 2) == found.group(3, 4)):
            return f"{self.quiet[:40]!r} are no quiet hours: write 22:00-07:00"
        if self.digest and not DIGEST.fullmatch(self.digest):
            return f"{self.digest[:40]!r} is no digest: write hourly, daily or daily 17:30"
        try:
            _zone(self.time_zone)
        except (OSError, ValueError, KeyError):
            return f"{self.time_zone[:40]!r} is no time zone: write one like Europe/Paris or UTC"
        return ""

    def earliest(self, at: datetime) -> datetime:
        """When people may be told of what comes about: then, or at the digest, or after the quiet hours."""
        return self._after_quiet(self._next_digest(at))

    def _after_quiet(self, at: datetime) -> datetime:
        found = HOURS.fullmatch(self.quiet)
        if not found:
            return at
        begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        local = at.astimezone(_zone(self.time_zone))
        now = local.time().replace(tzinfo=None)
        inside = begin <= now < end if begin < end else now >= begin or now < end
        return self._next(at, end, folds=(0, 1)) if inside else at

    def _next_digest(self, at: datetime) -> datetime:
        found = DIGEST.fullmatch(self.digest)
        if not found:
            return at
        if self.digest == "hourly":
            # Zones have offsets of half and quarter hours: the full hour is a local one.
            local = at.astimezone(_zone(self.time_zone))
            full = at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            return full if full == at else full + timedelta(hours=1)
        return self._next(at, time(int(found[1]), int(found[2])) if found[1] else MORNING)

    def _next(self, at: datetime, clock: time, folds: Sequence[int] = (0,)) -> datetime:
        """The next time, `at` included, that clocks show this; where they are put back, by these `folds`."""
        zone = _zone(self.time_zone)
        day = at.astimezone(zone).date()
        times = (
            datetime.combine(day + timedelta(days=more), clock.replace(fold=fold), zone)
            for more in (0, 1, 2)
            for fold in folds
        )
        # A time that clocks pass over, when they are put forward, is by its second reading an hour too early.
        shown = (one.astimezone(at.tzinfo) for one in times if not one.fold or _is_shown(one))
        return next(one for one in shown if one >= at)


def _is_shown(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).time() == local.time()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
