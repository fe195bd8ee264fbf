"""Articles that are remembered only as added up, of several stories together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce

import msgspec

from streams.relate.related import Totals

REMEMBERED = 200
"""Publishers and entities kept of articles that are forgotten while their story lives on."""


def added(totals: Sequence[Totals]) -> Totals | None:
    """All of them; None where there are none. Beginning, title and summary are those of the first."""
    return reduce(_plus, totals) if totals else None


def _plus(one: Totals, other: Totals) -> Totals:
    articles = one.articles + other.articles
    named = Counter({msgspec.structs.replace(entity, articles=0): entity.articles for entity in one.entities})
    named.update({msgspec.structs.replace(entity, articles=0): entity.articles for entity in other.entities})
    entities = [msgspec.structs.replace(entity, articles=count) for entity, count in named.items()]
    entities.sort(key=lambda entity: (-entity.articles, entity.name, entity.id))
    return Totals(
        first_seen=min(one.first_seen, other.first_seen),
        last_seen=max(one.last_seen, other.last_seen),
        middle=one.middle + (other.middle - one.middle) * (other.articles / articles),
        arrived_at=max(one.arrived_at, other.arrived_at),
        created_at=one.created_at,
        title=one.title,
        summary=one.summary,
        articles=articles,
        copies=one.copies + other.copies,
        publishers=dict(list((one.publishers | _without(other.publishers, one.publishers)).items())[:REMEMBERED]),
        days=dict(Counter(one.days) + Counter(other.days)),
        languages=dict(Counter(one.languages) + Counter(other.languages)),
        entities=entities[:REMEMBERED],
    )


def _without(some: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    return {domain: name for domain, name in some.items() if domain not in known}
