"""What rules that count over time remember: how many articles came when, and whether that is an alert.

An article counts at its published time, clamped to when it was read, so that one which arrives late counts where
it belongs, as long as that is remembered. Copies do not count: one agency piece in forty papers is one article.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from datetime import UTC, datetime, timedelta

import msgspec

from streams.alerts.digests import holds, with_text
from streams.alerts.evidence import MOST_LISTED, AlertState, article
from streams.records import AlertArticle, Hit, Rule
from streams.wording import lasting, many

WINDOWED = frozenset({"frequency", "spike", "silence"})
MOST_COUNTED = 1000
"""The largest `count` of a rule, and so the most times remembered."""
GRACE_WINDOWS = 2
"""How many windows before its newest article a rule of frequency remembers articles; one of spikes: its past."""
PAST = timedelta(days=7)
MOST_PAST, LEAST_PAST = 336, 4
"""Windows that make up the past of a rule: those of a week, within these bounds. With fewer than LEAST_PAST behind
it, a rule cannot tell a spike.
"""


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered of one rule that counts, or (`removed_at` or a deleted rule) of one taken away.

    `times` are those of articles, oldest first; `counts` their numbers in windows numbered since 1970; `began` the
    number of the first. `ids` holds digests of articles that count and of copies; `recent` the newest that count,
    as an alert lists them. `newest` is the time of the newest one; `ticked` when the clock was last noted. `alert`
    is the last alert, `until` when it closes if nothing more comes about, `told_at` when people were last told of
    an earlier one.
    """

    rule: Rule
    times: list[datetime] = []
    counts: dict[int, int] = {}
    began: int | None = None
    ids: bytes = b""
    recent: list[AlertArticle] = []
    newest: datetime | None = None
    ticked: datetime | None = None
    alert: AlertState | None = None
    until: datetime | None = None
    told_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def window(self) -> timedelta:
        """The rule's window."""
        return timedelta(seconds=self.rule.window_s)

    @property
    def open(self) -> AlertState | None:
        """The alert, while it is open."""
        return self.alert if self.alert is not None and self.alert.alert.state == "open" else None


def counted(watch: Watch, hit: Hit) -> Watch | None:
    """The watch with one more article; None for one that is known already or too old to count.

    A copy is remembered as known and does not count.
    """
    at = min(hit.published, hit.fetched_at)
    newest = max(at, watch.newest or at)
    windows = _past_windows(watch) if watch.rule.kind == "spike" else GRACE_WINDOWS
    horizon = newest - watch.window * windows
    if at < horizon or holds(watch.ids, hit.document_id):
        return None
    ids = with_text(watch.ids, hit.document_id)
    if hit.copy_of is not None:
        return msgspec.structs.replace(watch, ids=ids)
    times = [*watch.times]
    insort(times, at)
    times = times[bisect_left(times, horizon) :][-MOST_COUNTED:]
    number = _number(watch, at)
    first = _number(watch, newest) - _past_windows(watch)
    counts = {known: count for known, count in watch.counts.items() if known >= first}
    counts[number] = counts.get(number, 0) + 1
    recent = [one for one in watch.recent if one.published >= newest - watch.window * GRACE_WINDOWS]
    return msgspec.structs.replace(
        watch,
        rule=hit.rule,
        times=times if watch.rule.kind == "frequency" else [],
        counts=counts if watch.rule.kind == "spike" else {},
        began=number if watch.began is None else min(watch.began, number),
        ids=ids,
        recent=[*recent, article(hit)][-MOST_LISTED:],
        newest=newest,
    )


def renewed(watch: Watch, hit: Hit) -> Watch | None:
    """The watch with a newer revision of an article that an alert may yet list; None when it has none older."""
    for place, known in enumerate(watch.recent):
        if known.document_id == hit.document_id and known.revision < hit.revision:
            recent = [*watch.recent[:place], article(hit), *watch.recent[place + 1 :]]
            return msgspec.structs.replace(watch, recent=recent)
    return None


def reached(watch: Watch, at: datetime) -> datetime | None:
    """Whether an article of that time completes what the rule counts: until when that lasts, else None."""
    return _frequent(watch, at) if watch.rule.kind == "frequency" else _spiking(watch, at)


def silent_since(watch: Watch, tick: datetime) -> datetime | None:
    """When the silence began that is a window long at this tick; None when there is none."""
    since = watch.newest
    return since if since is not None and tick - since >= watch.window else None


def ticked(watch: Watch, tick: datetime) -> Watch | None:
    """The watch with the clock noted, which is done several times a window; None when it is not yet time.

    While the clock stood still nothing could come, so that time is not counted as silence.
    """
    step = max(watch.window / 16, timedelta(minutes=2))
    if watch.ticked is not None and tick - watch.ticked < step:
        return None
    away = watch.ticked is not None and tick - watch.ticked > 2 * step
    newest = tick if away or watch.newest is None else watch.newest
    return msgspec.structs.replace(watch, ticked=tick, newest=newest)


def expected(watch: Watch, number: int) -> float | None:
    """How many articles a window has had before this one, on average; None when too little is known."""
    if watch.began is None:
        return None
    windows = min(number - watch.began, _past_windows(watch))
    if windows < LEAST_PAST:
        return None
    return sum(count for known, count in watch.counts.items() if number - windows <= known < number) / windows


def why(watch: Watch, at: datetime) -> str:
    """What has come about, in words."""
    window = lasting(watch.rule.window_s)
    if watch.rule.kind == "frequency":
        return f"{many(watch.rule.count, 'article')} within {window}"
    number = _number(watch, at)
    before = expected(watch, number) or 0.0
    return f"{many(watch.counts.get(number, 0), 'article')} within {window}, after {before:.1f} on average"


def _frequent(watch: Watch, at: datetime) -> datetime | None:
    """Any window with enough articles that the one at `at` is in."""
    times, count = watch.times, watch.rule.count
    place = bisect_right(times, at) - 1
    for first in range(max(0, place - count + 1), min(place, len(times) - count) + 1):
        if times[first + count - 1] - times[first] <= watch.window:
            return times[first + count - 1] + watch.window
    return None


def _spiking(watch: Watch, at: datetime) -> datetime | None:
    number = _number(watch, at)
    before, count = expected(watch, number), watch.counts.get(number, 0)
    if before is None or count < watch.rule.minimum or count < watch.rule.factor * before:
        return None
    return datetime.fromtimestamp((number + 2) * watch.rule.window_s, UTC)


def _number(watch: Watch, at: datetime) -> int:
    return int(at.timestamp() // watch.rule.window_s)


def _past_windows(watch: Watch) -> int:
    return max(LEAST_PAST, min(MOST_PAST, PAST // watch.window))
