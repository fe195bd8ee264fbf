"""What the page and the API tell of the last hours and days, the same for both."""

from __future__ import annotations

from datetime import timedelta

from streams.review import Review, reviewed
from streams.volumes import Comparison, compared
from streams.web.parameters import ComparisonAsked, Lookback
from streams.web.site import Site


def review_of(site: Site, asked: Lookback) -> Review:
    """What the last hours brought."""
    now = site.clock()
    return reviewed(site.search, now - timedelta(hours=asked.hours), now, site.engine.searches())


def comparison_of(site: Site, asked: ComparisonAsked) -> Comparison:
    """How many articles two queries found in the last days, step by step. Raises QueryError."""
    now = site.clock()
    return compared(site.search, [asked.a, asked.b], now - timedelta(days=asked.days), now)
