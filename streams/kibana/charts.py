"""The charts of the dashboards: what is counted and shown of articles, stories and alerts."""

from __future__ import annotations

from collections.abc import Sequence

from streams.kibana.lens import Chart, count, distinct, largest, latest, over_time, percentile, top
from streams.kibana.saved import Json

_STANDING: dict[str, Json] = {"not merged": {"bool": {"must_not": [{"exists": {"field": "merged_into"}}]}}}
_LIVE: dict[str, Json] = {"not loaded later": {"term": {"backfill": False}}}
_UNTAGGED = [{"exists": {"field": kind}} for kind in ("people", "organisations", "places", "passing")]


def _number(name: str, title: str, view: str, column: Json, filters: dict[str, Json] | None = None) -> Chart:
    return Chart(name, title, view, "number", {"number": column}, filters or {})


def _leading(field: str, title: str) -> Chart:
    """The names that most articles have."""
    columns = {"name": top(field, title, 15, "articles"), "articles": count("Articles")}
    return Chart(f"top-{field}", title, "documents", "table", columns)


def _over_time(name: str, title: str, view: str, time: str, field: str, label: str) -> Chart:
    """Bars of how many records, divided by the most frequent values."""
    columns = {
        "time": over_time(time),
        "value": top(field, label, 10, "records", rest=True),
        "records": count("Number"),
    }
    return Chart(name, title, view, "bars", columns)


def _stories(name: str, title: str, by: Json, filters: dict[str, Json]) -> Chart:
    """A table of stories; `by` is what puts them in order."""
    columns = {
        "story": top("title.raw", "Story", 20, "by"),
        "by": by,
        "articles": largest("articles", "Articles"),
        "copies": largest("copies", "Copies"),
        "last": latest("last_seen", "Last article"),
    }
    return Chart(name, title, "stories", "table", columns, _STANDING | filters)


TODAY: Sequence[Chart] = [
    _number("articles", "Articles", "documents", count("Articles")),
    _number("stories", "Stories", "documents", distinct("story_id", "Stories")),
    _number("sources", "Sources", "documents", distinct("source.domain", "Sources")),
    _number("copies", "Copies", "documents", count("Copies"), {"copies": {"exists": {"field": "copy_of"}}}),
    _over_time("by-source", "Articles by source", "documents", "published", "source.domain", "Source"),
    _over_time("by-language", "Articles by language", "documents", "published", "language", "Language"),
    _leading("people", "People"),
    _leading("organisations", "Organisations"),
    _leading("places", "Places"),
    _stories("biggest-stories", "Biggest stories", largest("publishers", "Publishers"), {}),
]

STORIES: Sequence[Chart] = [
    _over_time("story-states", "Stories by state", "stories", "last_seen", "state", "State"),
    _over_time("story-languages", "Stories by language", "stories", "last_seen", "languages", "Language"),
    _stories("fastest-stories", "Fastest stories", largest("velocity", "Articles an hour"), {}),
    _stories(
        "back-again",
        "Stories that are back",
        largest("publishers", "Publishers"),
        {"back again": {"exists": {"field": "recurs"}}},
    ),
    Chart(
        "keywords",
        "Keywords of stories",
        "stories",
        "table",
        {"word": top("keywords", "Keyword", 20, "stories"), "stories": count("Stories")},
        _STANDING,
    ),
    _over_time("alert-rules", "Alerts by rule", "alerts", "updated_at", "rule_name", "Rule"),
]

HEALTH: Sequence[Chart] = [
    _number("fetched", "Articles fetched", "intake", count("Articles"), _LIVE),
    _number("feeds", "Feeds that brought some", "intake", distinct("feed_id", "Feeds"), _LIVE),
    _number(
        "untagged", "Without any name", "intake", count("Articles"), {"no name": {"bool": {"must_not": _UNTAGGED}}}
    ),
    _over_time("fetched-by-source", "Fetched by source", "intake", "fetched_at", "source.domain", "Source"),
    Chart(
        "delay",
        "Seconds from publication to fetching",
        "intake",
        "lines",
        {
            "time": over_time("fetched_at"),
            "half": percentile("delay_s", 50, "Half of them"),
            "most": percentile("delay_s", 95, "95 of 100"),
        },
        _LIVE,
    ),
    Chart(
        "silent-sources",
        "Sources and when they last brought something",
        "intake",
        "table",
        {
            "source": top("source.domain", "Source", 50, "articles"),
            "articles": count("Articles"),
            "last": latest("fetched_at", "Last fetched"),
            "revision": largest("revision", "Most revisions of an article"),
        },
    ),
    _over_time("deliveries", "Alerts by delivery", "alerts", "updated_at", "delivery", "Delivery"),
    Chart(
        "undelivered",
        "Why alerts were not delivered",
        "alerts",
        "table",
        {"reason": top("delivery_reason", "Reason", 15, "alerts"), "alerts": count("Alerts")},
        {"not delivered": {"bool": {"must_not": [{"term": {"delivery": "delivered"}}]}}},
    ),
]
