"""What time does to stories: they fall quiet, close, and are forgotten in the end.

Everything here is a function of the table and the clock, and writes before it deletes: done partially and
again it ends the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from streams.records import Story
from streams.relate.contents import Telling
from streams.relate.memory import Memory
from streams.relate.merging import finish, merge_alike
from streams.relate.related import Member, Past
from streams.relate.remains import NO_REMAINS, TERMS, Remains, faded, united
from streams.relate.sparse import NOTHING, total
from streams.relate.story import LiveStory
from streams.relate.terms import Vector, scale

QUIET_AFTER = timedelta(days=1)

MAX_ARTICLES = 50_000
"""Articles remembered; beyond, the first to arrive are forgotten before their time."""
AT_ONCE = 2000
EVERY = timedelta(hours=1)
"""Articles are forgotten when so many are too many, or the first has been too old for so long: a story that loses
some is made anew each time.
"""
MAX_ENDED = 20_000
"""Closed stories remembered."""

ECHO_TERMS = 24
"""Terms by which a closed story is recognised when it comes back."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How long a story stays open after its last article, an article's decision is kept, and a closed story
    is remembered.
    """

    story: timedelta
    article: timedelta
    ended: timedelta


def advance(memory: Memory, at: datetime, limits: Limits) -> list[Story]:
    """Let time pass; returns the stories that turned out to be one, and those whose state changed, in the order in
    which they were due.
    """
    finish(memory)
    moves = at > memory.clock
    memory.clock = max(memory.clock, at)
    # Comparing comes first, and only as the clock moves on: what one advance leaves undone, the next completes.
    merged = merge_alike(memory, limits.story) if moves else []
    changed = list(_change_states(memory, limits))
    _forget_articles(memory, limits)
    memory.forget_texts()
    _forget_closed(memory, limits)
    return merged + changed


def bring_back(memory: Memory, story_id: str, earlier: str) -> Story:
    """Note that an open story brings back an earlier one, which became known only now."""
    story = memory.open.live[story_id]
    memory.keep_past(story_id, _past(memory, story, version=story.version + 1, recurs=earlier))
    return story.record(memory.open.sums[story_id])


def _change_states(memory: Memory, limits: Limits) -> Iterator[Story]:
    while looked_at := memory.open.next_due(memory.clock):
        story = memory.open.live[looked_at.story_id]
        closing = story.arrived_at + limits.story
        due = story.arrived_at + QUIET_AFTER if story.state == "active" else closing
        if due > looked_at.at:
            memory.open.look_at(story.id, due)
        elif closing <= memory.clock:
            yield _close(memory, story)
        else:
            memory.open.look_at(story.id, closing)
            yield _fall_quiet(memory, story)


def _fall_quiet(memory: Memory, story: LiveStory) -> Story:
    memory.keep_past(story.id, _past(memory, story, version=story.version + 1, state="quiet"))
    return story.record(memory.open.sums[story.id])


def _close(memory: Memory, story: LiveStory) -> Story:
    said = memory.open.sums[story.id]
    story.version, story.state = story.version + 1, "closed"
    record = story.record(said)
    past = _past(
        memory,
        story,
        through=memory.next_seq - 1,
        totals=story.totals(Telling(record.title, record.summary)),
        terms=scale(said.top(ECHO_TERMS)),
    )
    memory.end(story.id, past)
    return record


def _forget_articles(memory: Memory, limits: Limits) -> None:
    """Forget the first to arrive when they are too old or too many."""
    if not _expires(memory, limits.article + EVERY, MAX_ARTICLES + AT_ONCE):
        return
    expired: dict[str, Member] = {}
    while _expires(memory, limits.article, MAX_ARTICLES):
        article_id, _ = memory.arrivals.popleft()
        member = memory.article(article_id)
        if member:
            expired[article_id] = member
    for story_id, members in _of_live_stories(memory, expired).items():
        memory.reload(story_id, _fold(memory, memory.open.live[story_id], members, limits.article), expired)
    for article_id, member in expired.items():
        memory.forget_article(article_id, member)


def _expires(memory: Memory, lasting: timedelta, most: int) -> bool:
    """Whether the first to arrive is too old, or there are too many."""
    if not memory.arrivals:
        return False
    _, fetched_at = memory.arrivals[0]
    return fetched_at + lasting <= memory.clock or len(memory.arrivals) > most


def _of_live_stories(memory: Memory, members: Mapping[str, Member]) -> dict[str, list[tuple[str, Member]]]:
    found: dict[str, list[tuple[str, Member]]] = {}
    for article_id, member in members.items():
        if member.story_id in memory.open.live:
            found.setdefault(member.story_id, []).append((article_id, member))
    return found


def _fold(memory: Memory, story: LiveStory, members: list[tuple[str, Member]], lasting: timedelta) -> Past:
    """The story's past with these articles added, which arrived right after it."""
    past, last = memory.past(story.id), members[-1][1]
    telling = story.telling(memory.open.sums[story.id])
    has_no_others = memory.remembered(story.id) == len(members)
    if has_no_others:
        totals = story.totals(telling)
    else:
        folded = LiveStory(story.id, past)
        for article_id, member in members:
            folded.add(article_id, member, NOTHING)
        totals = folded.totals(telling)
    left = NO_REMAINS
    if past and past.totals:
        left = faded(past.remains, last.fetched_at - past.totals.arrived_at, lasting)
    young = [member for _, member in members if member.fetched_at + lasting > memory.clock]
    said = _said(memory, story, past, left, young, are_all=has_no_others and len(young) == len(members))
    headlines = united([msgspec.structs.replace(left, terms={})], [member.headline_vector for member in young])
    remains = msgspec.structs.replace(headlines, terms=said)
    return _past(memory, story, through=last.seq, totals=totals, remains=remains)


def _said(
    memory: Memory, story: LiveStory, past: Past | None, left: Remains, members: list[Member], *, are_all: bool
) -> Vector:
    """The heaviest terms of these articles and of what is left of those before them. Where they are all that the
    story's past has not, their sum is at hand.
    """
    row = memory.lexicon.row
    before = [row(left.terms)] if left.terms else []
    if are_all:
        taken = [row(past.remains.terms)] if past and past.remains.terms else []
        said = total([memory.open.sums[story.id].row, *before], taken)
    else:
        said = total([*(row(member.terms) for member in members), *before])
    return memory.lexicon.shortened(said, TERMS)


def _forget_closed(memory: Memory, limits: Limits) -> None:
    while (story_id := memory.closed.expired(memory.clock, limits.ended, MAX_ENDED)) is not None:
        memory.forget_closed(story_id)


def _past(memory: Memory, story: LiveStory, **changes: object) -> Past:
    """The story's past as it is now, with changes."""
    base = memory.past(story.id) or Past(at=memory.clock, version=0, state="active", upto=0)
    now = {
        "at": memory.clock,
        "version": story.version,
        "state": story.state,
        "upto": memory.next_seq - 1,
        "recurs": story.recurs,
    }
    return msgspec.structs.replace(base, **(now | changes))
