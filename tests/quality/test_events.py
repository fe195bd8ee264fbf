"""The events told in four languages."""

from __future__ import annotations

from collections import Counter

from tests.quality import events


def test_each_of_at_least_forty_events_is_told_once_in_each_of_four_languages() -> None:
    told = Counter((one.event, one.language) for one in events.read())
    names = {event for event, _ in told}
    assert len(names) >= 40
    assert told == Counter({(name, language): 1 for name in names for language in ("en", "fr", "de", "es")})


def test_no_text_is_told_twice() -> None:
    articles = events.read()
    assert len({one.title for one in articles}) == len({one.lead for one in articles}) == len(articles)
