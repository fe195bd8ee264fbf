"""Two open stories that turn out to be one: compared from time to time, and joined where there is little doubt.

A story is compared with those that it resembles most whenever it has doubled since it was last compared, so that
happens a few times in its life. The measure is that of an article and a story (`streams.relate.stories`), between
two sums: the cosine of the terms, less of that of the headlines, weakened by the days between their middles. The
bar is high: a wrong merge is worse than two stories about one event, since it cannot be undone.

What was decided is written as one value before it is carried out. Cut short in between, it is carried out first of
all when the stage goes on, without being told again: what comes of a batch was sent before its state is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from streams.records import Story
from streams.relate.memory import Memory
from streams.relate.reasons import about_part, about_taking_in
from streams.relate.related import Likeness, Merge, Past
from streams.relate.remains import united
from streams.relate.stories import DAY, MANY_TERMS, TITLE_WEIGHT, nearness, related
from streams.relate.story import LiveStory
from streams.relate.totals import added

EVERY = timedelta(minutes=10)
"""How often stories are compared, by the stage's clock."""

LEAST_ARTICLES = 2
"""A story of one article was compared with all others when that arrived."""

BAR = 0.5
BAR_WITH_TITLES = 0.6
"""The least likeness of stories that are one, without and with what headlines say."""


TOLD = 10
"""Merges that a story tells of: the newest."""


def merge_alike(memory: Memory, apart: timedelta) -> list[Story]:
    """Compare the stories that have grown, if it is time, and join those that are one.

    Those that lie more than `apart` from each other by published time are different episodes. Returns the stories
    that live on, each before those that became part of it.
    """
    if not memory.grown or memory.clock < memory.compared_at + EVERY:
        return []
    found = list(_find(memory, apart))
    memory.note_comparison(found)
    return [story for merge in found for story in _join(memory, merge)]


def finish(memory: Memory) -> None:
    """Carry out what was decided before the stage was made anew."""
    for merge in memory.undone():
        _join(memory, merge)


def _find(memory: Memory, apart: timedelta) -> Iterator[Merge]:
    """What to join; each story is in one merge at most. The oldest story of a merge survives."""
    taken = set[str]()
    for story_id in sorted(memory.grown):
        story = memory.open.live.get(story_id)
        if story is None or story_id in taken or not _has_doubled(story, memory.grown[story_id]):
            continue
        found = _alike(memory, story, apart, taken)
        if found:
            oldest = min([story_id, *found], key=lambda one: (memory.open.live[one].created_at, one))
            if oldest != story_id:
                found[story_id] = found.pop(oldest)
            taken.update([oldest, *found])
            yield Merge(into=oldest, parts=found)


def _has_doubled(story: LiveStory, grown: int) -> bool:
    before = max(0, story.articles - grown)
    return story.articles >= LEAST_ARTICLES and story.articles.bit_length() > before.bit_length()


def _alike(memory: Memory, story: LiveStory, apart: timedelta, taken: set[str]) -> dict[str, Likeness]:
    """The other open stories that are one with this, the most alike first."""
    cosines = memory.open.sums.near(memory.open.sums[story.id].row, BAR / 2)
    titles = memory.open.titles.between(story.id, cosines)
    found: dict[str, Likeness] = {}
    for other_id in sorted(cosines):
        other = memory.open.live[other_id]
        is_over = other.arrived_at + apart <= memory.clock
        if other is story or other_id in taken or is_over or _gap(story, other) > apart:
            continue
        likeness = cosines[other_id] + TITLE_WEIGHT.at(MANY_TERMS) * related(titles.get(other_id, 0.0))
        score = likeness * nearness(abs(story.middle - other.middle) / DAY)
        threshold = BAR_WITH_TITLES if other_id in titles else BAR
        if score >= threshold:
            found[other_id] = Likeness(score, threshold)
    return _of_one_episode(memory, story, found)


def _gap(one: LiveStory, other: LiveStory) -> timedelta:
    return max(one.first_seen, other.first_seen) - min(one.last_seen, other.last_seen)


def _of_one_episode(memory: Memory, story: LiveStory, found: dict[str, Likeness]) -> dict[str, Likeness]:
    """Those of which none brings back another: a story and its return are told apart on purpose."""
    kept, episodes = {story.id}, {story.recurs}
    for other_id in sorted(found, key=lambda one: (-found[one].score, one)):
        recurs = memory.open.live[other_id].recurs
        if other_id not in episodes and recurs not in kept:
            kept.add(other_id)
            episodes.add(recurs)
    return {other_id: likeness for other_id, likeness in found.items() if other_id in kept}


def _join(memory: Memory, merge: Merge) -> list[Story]:
    """Carry out a merge; returns the surviving story and the others as they end."""
    survivor, parts = memory.open.live[merge.into], [memory.open.live[part] for part in merge.parts]
    ends = [_end(memory, part, merge) for part in parts]
    memory.absorb(survivor.id, [part.id for part in parts], _united(memory, [survivor, *parts], merge))
    return [memory.open.live[survivor.id].record(memory.open.sums[survivor.id]), *ends]


def _end(memory: Memory, part: LiveStory, merge: Merge) -> Story:
    return msgspec.structs.replace(
        part.record(memory.open.sums[part.id]),
        version=part.version + 1,
        state="closed",
        velocity=0.0,
        merged_into=merge.into,
        trace=[*part.trace, about_part(merge.into, merge.parts[part.id])][-TOLD:],
    )


def _united(memory: Memory, stories: list[LiveStory], merge: Merge) -> Past:
    """The past of the surviving story, the first of these, with what the others' articles do not tell.

    Articles are forgotten in order of arrival, those of all stories together, so the remembered ones of each of
    these arrived after all that any of their totals adds up.
    """
    before = [past for past in (memory.past(story.id) for story in stories) if past]
    told = [about_taking_in(part, likeness) for part, likeness in merge.parts.items()]
    return Past(
        at=memory.clock,
        version=max(story.version for story in stories) + 1,
        state="active" if any(story.state == "active" for story in stories) else "quiet",
        upto=memory.next_seq - 1,
        recurs=next((story.recurs for story in stories if story.recurs), None),
        through=max((past.through for past in before), default=0),
        totals=added([past.totals for past in before if past.totals is not None]),
        remains=united([past.remains for past in before]),
        parts=[part for past in before for part in past.parts] + list(merge.parts),
        trace=[*stories[0].trace, *told][-TOLD:],
    )
