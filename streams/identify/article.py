"""The article that an item makes, with the decisions that led to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from streams.identify.canonical import safe_link
from streams.identify.clean import MAX_NAME_CHARS, MAX_TITLE_CHARS, Clean, names
from streams.identify.identity import Identity, Seen, Verdict
from streams.identify.language import Language
from streams.identify.plain import one_line, shortened
from streams.identify.times import sane_published
from streams.records import Article, Decision, Enclosure, RawItem, Removed, Source


class About(NamedTuple):
    """What an article takes over from its item, made clean: links that people can follow, and names."""

    url: str | None
    source: Source
    authors: list[str]
    categories: list[str]
    image: str | None
    comments: str | None
    enclosures: list[Enclosure]


def about(item: RawItem) -> About:
    """A pure function of the item."""
    return About(
        url=safe_link(item.url or ""),
        source=_source(item.source),
        authors=names(item.authors),
        categories=names(item.categories),
        image=safe_link(item.image or ""),
        comments=safe_link(item.comments or ""),
        enclosures=[one for one in item.enclosures if safe_link(one.url)],
    )


def article_of(
    item: RawItem,
    taken: About,
    words: Clean,
    identity: Identity,
    verdict: Verdict,
    seen: Seen,
    language: Language | None,
) -> Article:
    """A new article or its revision. `seen` is the state after the verdict, `language` what was found if new.

    An article that came as backfill stays it in all its revisions: feeds whose texts change at every poll
    would otherwise tell all their old articles as news.
    """
    published, published_how = sane_published(item.published, item.updated, seen.created_at)
    if seen.published is not None and seen.published < published:
        published, published_how = seen.published, "an earlier revision"
    return Article(
        id=identity.id,
        revision=seen.revision,
        url=taken.url,
        title=words.title or shortened(taken.url or identity.basis, MAX_TITLE_CHARS),
        text=words.text,
        summary=words.summary,
        language=seen.language,
        source=taken.source,
        feed_id=item.feed_id,
        published=published,
        fetched_at=item.fetched_at,
        created_at=seen.created_at,
        authors=taken.authors,
        categories=taken.categories,
        image=taken.image,
        comments=taken.comments,
        enclosures=taken.enclosures,
        quotes=words.quotes,
        removed=words.removed,
        changed=list(verdict.changed),
        backfill=item.backfill or seen.backfill,
        full_text=item.full_text,
        trace=[
            _identified(identity, verdict, seen),
            _language(seen, language),
            Decision(stage="identify", what=f"published {published:%Y-%m-%d %H:%M} UTC", why=published_how),
            *_removed(words.removed),
        ],
    )


def _identified(identity: Identity, verdict: Verdict, seen: Seen) -> Decision:
    return Decision(
        stage="identify",
        what="new article" if verdict.kind == "new" else "revision",
        why=verdict.why,
        numbers={"identity": identity.how, "made_from": identity.basis, "revision": seen.revision},
    )


def _language(seen: Seen, found: Language | None) -> Decision:
    if found is None:
        return Decision(stage="identify", what=f"language {seen.language}", why="that of the first revision")
    why = "its words and what the feed declares" if found.confidence else "no words: what the feed declares"
    numbers: dict[str, float | int | str] = {"confidence": round(found.confidence, 3)}
    return Decision(stage="identify", what=f"language {found.code}", why=why, numbers=numbers)


def _removed(removed: Sequence[Removed]) -> list[Decision]:
    if not removed:
        return []
    kinds: dict[str, float | int | str] = dict(Counter(line.kind for line in removed))
    return [Decision(stage="identify", what="lines removed", why="boilerplate", numbers=kinds)]


def _source(source: Source) -> Source:
    domain = one_line(source.domain, MAX_NAME_CHARS)
    return Source(name=one_line(source.name, MAX_NAME_CHARS) or domain, domain=domain, country=source.country)
