"""One article's decision: what it repeats, which story it belongs to, and what that story brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec

from streams.corrections import Decided
from streams.records import Decision, Entity, StoryEntity, TaggedArticle
from streams.relate.across import ENOUGH, cosine
from streams.relate.canonical import Names, Renamed, aliases, canonical, resolve
from streams.relate.copies import Copy, Worded
from streams.relate.leads import lead_sentence
from streams.relate.memory import Memory
from streams.relate.owners import owner_of
from streams.relate.reasons import (
    about_choice,
    about_copy,
    about_following,
    about_other_language,
    about_own_story,
    about_return,
)
from streams.relate.related import CopyOf, Member
from streams.relate.returns import ASKED_UP_TO, Return, find_earlier, find_later
from streams.relate.sparse import Numbers
from streams.relate.stories import DAY, LEAST_COSINE, choose, gap_days, nearness
from streams.relate.story import LiveStory
from streams.relate.terms import count_terms

TITLE_CHARS = 300
ENTITIES = 30
"""Entities of an article that count for its story."""


STORY_ENTITIES = 60
"""Entities of a story that an article's names are compared with."""


class _Named(NamedTuple):
    found: list[Entity]
    entities: list[StoryEntity]
    renamed: Renamed
    corrected: Decided
    aliases: dict[str, str]


class Placed(NamedTuple):
    """An article's decision, its entities under the names that they go by, and the stories that turn out to bring
    back the one that begins with it.
    """

    member: Member
    found: list[Entity]
    returning: Sequence[str] = ()


def place(
    article: TaggedArticle,
    worded: Worded,
    memory: Memory,
    names: Names,
    apart: timedelta,
) -> Placed:
    """Decide about an article that is not remembered. What lies more than `apart` from a story's articles, by
    published time, belongs to another episode.
    """
    terms = memory.weigh(count_terms(article.title, article.text))
    row = memory.lexicon.row(terms)
    copy = memory.find_copy(article, worded)
    cosines = memory.open.sums.near(row, LEAST_COSINE)
    story_id, why = _choose_story(article, len(terms), cosines, copy, memory, apart)
    earlier = _earlier_story(article, story_id, row, cosines, memory, apart)
    begins = story_id not in memory.open.live and story_id not in memory.closed.ended
    live = memory.open.live.get(story_id)
    named = _named(article, live, memory, names, {})
    is_candidate = live is None or (copy is None and live.wants_headline)
    member = Member(
        seq=memory.next_seq,
        at=max(memory.clock, article.fetched_at),
        revision=article.revision,
        version=max(article.revision, memory.version_of(article.id) + 1),
        story_id=story_id,
        story_version=live.version + 1 if live else _first_version(article),
        title=article.title[:TITLE_CHARS],
        domain=owner_of(article.source.domain),
        publisher=article.source.name,
        language=article.language,
        published=article.published,
        fetched_at=article.fetched_at,
        created_at=article.created_at,
        terms=terms,
        sketch=worded.shingles.sketch,
        headline_vector=article.headline_vector,
        entities=named.entities,
        renamed=named.renamed,
        corrected=dict(named.corrected),
        aliases=named.aliases,
        copy_of=CopyOf(copy.original, copy.seq, copy.overlap.jaccard) if copy else None,
        copies=(live.copies if live else 0) + (copy is not None),
        headline=is_candidate,
        lead=lead_sentence(article.text) if is_candidate else "",
        recurs=earlier.story_id if earlier and earlier.comes_back else None,
        trace=[about_copy(len(worded.shingles.whole), copy), why, *([about_return(earlier)] if earlier else [])],
    )
    returning = find_later(memory, cosines, article.published, apart) if begins else ()
    return Placed(member, named.found, returning)


def revise(
    article: TaggedArticle,
    worded: Worded,
    known: Member,
    memory: Memory,
    names: Names,
) -> Placed:
    """Decide about a later revision: it stays where it is and says something new."""
    live = memory.open.live.get(known.story_id)
    named = _named(article, live, memory, names, known.renamed)
    member = msgspec.structs.replace(
        known,
        at=max(memory.clock, article.fetched_at),
        revision=article.revision,
        version=max(known.version + 1, article.revision),
        story_version=live.version + 1 if live else known.story_version,
        copies=live.copies if live else known.copies,
        title=article.title[:TITLE_CHARS],
        lead=lead_sentence(article.text) if known.headline else "",
        terms=memory.weigh(count_terms(article.title, article.text)),
        sketch=worded.shingles.sketch,
        headline_vector=article.headline_vector,
        entities=named.entities,
        renamed=named.renamed,
        corrected=dict(named.corrected),
        aliases=named.aliases,
    )
    return Placed(member, named.found)


def _first_version(article: TaggedArticle) -> int:
    """The version in which a story begins.

    One that begins with a revision was begun by the article before, and has been forgotten since: that takes
    weeks, so the seconds since then are more than its versions were.
    """
    return 1 if article.revision == 1 else max(1, int((article.fetched_at - article.created_at).total_seconds()))


def _choose_story(
    article: TaggedArticle,
    terms: int,
    cosines: Mapping[str, float],
    copy: Copy | None,
    memory: Memory,
    apart: timedelta,
) -> tuple[str, Decision]:
    own = memory.whole(article.id)
    if own in memory.open.live or own in memory.closed.ended:
        return own, about_own_story(own)
    original = memory.article(copy.nearest) if copy else None
    story = memory.open.live.get(original.story_id) if original else None
    if copy and story:
        gap = gap_days(article.published, story)
        if gap <= apart / DAY:
            return story.id, about_following(story.id, copy.nearest, gap)
    vector = article.headline_vector
    titles = memory.open.titles.cosines(vector, cosines) if vector else None
    choice = choose(cosines, titles, terms, article.published, memory.open.live, apart / DAY)
    if choice.story_id is not None and choice.joins:
        return choice.story_id, about_choice(choice)
    other = _nearest_in_other_language(article, memory, apart)
    if other and other.score >= ENOUGH:
        return other.story_id, about_other_language(other.story_id, other.nearest, other.score, ENOUGH)
    return article.id, about_choice(choice)


class _Other(NamedTuple):
    """An article of another language, its open story, and how much like it a new one is."""

    score: float
    nearest: str
    story_id: str


def _nearest_in_other_language(article: TaggedArticle, memory: Memory, apart: timedelta) -> _Other | None:
    found: list[_Other] = []
    for article_id in memory.recent.in_other_languages(article.language, article.headline_vector):
        member = memory.article(article_id)
        story = memory.open.live.get(member.story_id) if member else None
        if member and story and gap_days(article.published, story) <= apart / DAY:
            days = abs(article.published - member.published) / DAY
            score = cosine(article.headline_vector, member.headline_vector) * nearness(days)
            found.append(_Other(score, article_id, story.id))
    return max(found, default=None)


def _earlier_story(
    article: TaggedArticle,
    story_id: str,
    row: Numbers,
    cosines: Mapping[str, float],
    memory: Memory,
    apart: timedelta,
) -> Return | None:
    """The earlier story that this article's story may bring back; None when that is not asked (any more)."""
    story = memory.open.live.get(story_id)
    if story is None:
        if story_id in memory.closed.ended:
            return None
        return find_earlier(memory, [row], cosines, article.published, apart)
    if story.recurs or story.articles >= ASKED_UP_TO:
        return None
    together = [memory.open.sums[story_id].row, row]
    return find_earlier(memory, together, cosines, min(story.first_seen, article.published), apart)


def _named(
    article: TaggedArticle, story: LiveStory | None, memory: Memory, names: Names, before: Renamed
) -> _Named:
    """The names of an article that joins this story (None: it begins one)."""
    beside = story.found()[:STORY_ENTITIES] if story else []
    renamed = resolve(article, beside, memory.naming, names, before)
    found = canonical(article, renamed, names)
    decided = memory.corrections.decided(entity.id for entity in found)
    of_story = [
        StoryEntity(id=entity.id, name=entity.name, label=entity.label, articles=1) for entity in found[:ENTITIES]
    ]
    return _Named(found, of_story, renamed, decided, aliases(article, found[:ENTITIES]))
