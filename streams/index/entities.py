"""What the index tells of the people, organisations and places in the news: who leads, and one of them in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Literal, get_args

import msgspec

from streams.errors import NotFoundError
from streams.index.search import Bucket, DocumentQuery, Search
from streams.query.tokens import fold
from streams.records import Coordinates, Document, Entity, Story

EntityFacet = Literal["people", "organisations", "places", "countries"]
ENTITY_FACETS: tuple[EntityFacet, ...] = get_args(EntityFacet)

MOST_ARTICLES = 1000
"""Articles that are counted by day, the newest ones."""
MOST_STORIES = 20


class Day(msgspec.Struct, frozen=True):
    """How many articles of a day (UTC) name an entity."""

    day: date
    articles: int


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One entity and its company: `stories` are those with most of its articles, `beside` whom and what its
    articles are about as well, `days` count the newest MOST_ARTICLES of them, oldest day first.
    """

    id: str
    name: str
    label: str
    country: str | None
    place: Coordinates | None
    ids: dict[str, str]
    articles: int
    stories: Sequence[Story]
    beside: Mapping[str, Sequence[Bucket]]
    days: Sequence[Day]


def leading(search: Search, since: datetime | None = None) -> Mapping[str, Sequence[Bucket]]:
    """The names that most articles are about, by kind, those of most articles first."""
    return search.documents(DocumentQuery(since=since, limit=1), ENTITY_FACETS).facets


def profile(search: Search, wanted: str, articles: Sequence[Document] | None = None) -> Profile:
    """The entity of this id or name, or what it goes as by now; `articles` are its `newest`, where they are read.

    Raises NotFoundError where no article names it.
    """
    one = standing(search, wanted)
    page = search.documents(DocumentQuery(entity=one.id, limit=1), (*ENTITY_FACETS, "story"))
    stories = (search.story(bucket.value) for bucket in page.facets["story"][:MOST_STORIES])
    return Profile(
        id=one.id,
        name=one.name,
        label=one.label,
        country=one.country,
        place=one.place,
        ids=one.ids,
        articles=page.total,
        stories=[story for story in stories if story is not None],
        beside={facet: _others(page.facets[facet], one) for facet in ENTITY_FACETS},
        days=_days(newest(search, one.id) if articles is None else articles),
    )


def named(search: Search, wanted: str) -> Entity:
    """The entity of this id or name, as the newest article has it. Raises NotFoundError."""
    for document in search.documents(DocumentQuery(entity=wanted, limit=1)).hits:
        if one := _shown(document, wanted):
            return one
    raise _nowhere(wanted)


def standing(search: Search, wanted: str) -> Entity:
    """The same, or the entity as which people said that the one of this id goes. Raises NotFoundError."""
    for document in search.documents(DocumentQuery(entity=wanted, limit=1)).hits:
        goes_as = next((one for old, one in document.corrected.items() if fold(old) == fold(wanted)), None)
        one = _shown(document, goes_as.id if goes_as else wanted)
        if one is not None:
            return one
    raise _nowhere(wanted)


def newest(search: Search, wanted: str) -> list[Document]:
    """The newest articles that name an entity, MOST_ARTICLES at most."""
    return list(islice(search.scan(DocumentQuery(entity=wanted)), MOST_ARTICLES))


def _shown(document: Document, wanted: str) -> Entity | None:
    """The entity of this id or name, compared as the index does, without regard to case and accents.

    None where the document had it only before people corrected it.
    """
    folded = fold(wanted)
    return next((one for one in document.entities if folded in (fold(one.id), fold(one.name))), None)


def _nowhere(wanted: str) -> NotFoundError:
    return NotFoundError(f"no article names {wanted!r}: give an id, or a name as it is shown")


def _others(buckets: Sequence[Bucket], one: Entity) -> list[Bucket]:
    return [bucket for bucket in buckets if bucket.value != one.name]


def _days(documents: Sequence[Document]) -> list[Day]:
    counts = Counter(document.published.date() for document in documents)
    return [Day(day, articles) for day, articles in sorted(counts.items())]
