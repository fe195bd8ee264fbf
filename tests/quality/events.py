"""The same events told in English, French, German and Spanish, in our own words: do they become one story each?

`events.txt` has a line `@ name` before the articles of an event, each with its language and, after a bar, its
lead. Many have a look-alike: another earthquake, another strike. They arrive in an order drawn by lot, over two
days.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from streams.codec import content_id
from streams.identify.prepare import Preparing
from streams.identify.stage import Identify
from streams.records import Article, RawItem, Source
from streams.settings import load
from streams.tag.encoder import Encoder
from streams.tag.models import Models
from streams.tag.stage import Tag
from streams.tag.tagger import Tagger
from tests.quality import scores
from tests.quality.data import under_labels
from tests.quality.found import related
from tests.quality.scores import Score

FILE = Path(__file__).with_name("events.txt")
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SPAN = timedelta(days=2)


class Told(NamedTuple):
    """One article about an event."""

    event: str
    language: str
    title: str
    lead: str


def read() -> list[Told]:
    """All articles, in the file's order."""
    found: list[Told] = []
    for event, line in under_labels(FILE):
        language, _, rest = line.partition(" ")
        title, _, lead = rest.partition(" | ")
        found.append(Told(event, language, title, lead))
    return found


def figures(seed: int = 1) -> Mapping[str, Score]:
    """Of all articles in an order drawn by lot."""
    articles = read()
    random.Random(seed).shuffle(articles)
    settings = load()
    identify = Identify({}, {}, Preparing(settings.max_text_chars), identity_days=settings.identity_days)
    items = [_item(one, START + SPAN * number / len(articles)) for number, one in enumerate(articles)]
    identified = [output.record for output in identify.process(items) if isinstance(output.record, Article)]
    tag = Tag(Tagger(Models({}), settings.tag_max_chars), Encoder(settings.title_model))
    documents, _ = related([output.record for output in tag.process(identified)])
    true, found = [one.event for one in articles], [document.story_id for document in documents]
    return {
        "stories across languages, by item": scores.bcubed(true, found),
        "stories across languages, by pair": scores.pairwise(true, found),
    }


def _item(told: Told, at: datetime) -> RawItem:
    domain = f"paper-{told.language}-{content_id(told.event)[:6]}.example"
    return RawItem(
        feed_id=f"feed-{told.language}",
        source=Source(name=domain, domain=domain),
        fetched_at=at,
        url=f"https://{domain}/{content_id(told.title)}",
        title=told.title,
        summary=told.lead,
        published=at,
        feed_language=told.language,
    )
