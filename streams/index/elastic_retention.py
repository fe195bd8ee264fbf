"""How long Elasticsearch keeps records: whole monthly indices go, by the age of the index.

The age counts from when the index was made, not from the month in its name: a loaded archive is kept as long as
news. An index lives for `index_months` and one more, as its last records come a month after its first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from streams.errors import SettingsError
from streams.index.elastic_mapping import Json
from streams.settings import Settings

DAYS_A_MONTH = 31


def keep_days(settings: Settings) -> int:
    """How many days an index is kept.

    Raises SettingsError when articles are forgotten sooner: one that came back would be indexed a second time,
    in the month of its return.
    """
    days = (settings.index_months + 1) * DAYS_A_MONTH
    if settings.identity_days < days:
        raise SettingsError(
            f"STREAMS_IDENTITY_DAYS is {settings.identity_days}, but STREAMS_INDEX_MONTHS "
            f"({settings.index_months}) keeps articles for {days} days: remember them at least as long"
        )
    return days


def lifecycle(days: int, owner: Mapping[str, str]) -> Json:
    """The lifecycle policy (ILM) that deletes an index of that age."""
    return {"_meta": dict(owner), "phases": {"delete": {"min_age": f"{days}d", "actions": {"delete": {}}}}}


def is_lifecycle(policy: Json, days: int) -> bool:
    """Whether the policy, as Elasticsearch tells it, deletes at that age."""
    told: Json = policy["phases"]
    return list(told) == ["delete"] and told["delete"]["min_age"] == f"{days}d"


def due(indices: Mapping[str, Json], days: int, now: datetime) -> list[str]:
    """The names of the indices that are older than that, sorted."""
    oldest = now - timedelta(days=days)
    return sorted(
        name for name, index in indices.items() if datetime.fromtimestamp(made_at(index) / 1000, UTC) < oldest
    )


def refuse_shorter(due_names: Iterable[str], days: int, days_before: int | None) -> None:
    """Raise SettingsError when a retention that is new or was made shorter would delete something at once."""
    names = ", ".join(due_names)
    if names and (days_before is None or days < days_before):
        kept = f"{days_before} days" if days_before else "ever"
        raise SettingsError(
            f"STREAMS_INDEX_MONTHS would delete {names}, kept for {kept} so far: set it higher, or delete these "
            "indices yourself and run `streams setup` again"
        )


def made_at(index: Json) -> int:
    """When an index was made, or the one whose place it took, in milliseconds since 1970."""
    before: int | None = index["mappings"].get("_meta", {}).get("made_at")
    return int(index["settings"]["index"]["creation_date"]) if before is None else before
