"""How fast one visitor may ask, so that a program that asks in a loop leaves room for the others.

The generic cell rate algorithm: of each visitor only the time is kept at which all that was asked would have been
due at an even pace. So many requests as a minute has may come at once, then as many as the pace allows.
"""

from __future__ import annotations

from streams.clock import Clock

MINUTE_S = 60.0
MOST_KNOWN = 10_000


class Pace:
    """Counts by key, in this process; `a_minute` 0 is without limit. For one thread."""

    def __init__(self, a_minute: int, clock: Clock) -> None:
        self._each_s = MINUTE_S / a_minute if a_minute else 0.0
        self._clock = clock
        self._due: dict[str, float] = {}

    def wait_s(self, key: str) -> float:
        """Seconds until this request may be made; 0 when it may be now, and then it counts."""
        if not self._each_s:
            return 0.0
        now = self._clock().timestamp()
        due = max(self._due.get(key, now), now)
        wait_s = due + self._each_s - now - MINUTE_S
        if wait_s > 0:
            return wait_s
        self._due[key] = due + self._each_s
        if len(self._due) > MOST_KNOWN:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Let go of those who have asked for nothing lately; else of those who have asked for least."""
        kept = {key: due for key, due in self._due.items() if due > now}
        most = sorted(kept, key=kept.__getitem__, reverse=True)[: MOST_KNOWN // 2]
        self._due = kept if len(kept) < MOST_KNOWN else {key: kept[key] for key in most}
