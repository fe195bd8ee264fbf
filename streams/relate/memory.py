"""What the stage holds in memory: a fold over its table, kept in step with every change.

Copies, open stories and ended ones are each findable by likeness. All sums are of whole numbers and nothing
depends on the order of addition, so a memory made anew from the table is equal to the one that wrote it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappush
from typing import NamedTuple

import msgspec

from streams.corrections import Corrections
from streams.records import Correction
from streams.relate.across import Recent
from streams.relate.anchors import AnchorIndex
from streams.relate.copies import NEAR_EQUAL, SHORT, Copy, find_copy
from streams.relate.naming import Naming
from streams.relate.related import (
    CLOCK_KEY,
    Clock,
    Member,
    Merge,
    Past,
    Related,
    Wording,
    correction_key,
    story_key,
)
from streams.relate.remains import NO_REMAINS
from streams.relate.shingles import Shingles
from streams.relate.story import LiveStory
from streams.relate.titles import TitleSums
from streams.relate.vectors import VectorIndex

MAX_TEXTS = 4_000_000
"""Texts remembered to find copies: those of the last so many articles, even if they are not too old yet."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Ended(NamedTuple):
    """The time of a closed story."""

    first_seen: datetime
    last_seen: datetime


class Memory:
    """The remembered articles and stories.

    `live` and `ended` are the open and closed stories by id, `sums` and `echoes` what they are about, `titles`
    what the open ones' headlines say and `recent` what those of the last articles say, `naming` what remembered
    articles call whom, `corrections` what people decided about that. `copies` leads to articles by their wording,
    for as long as `copies_for`; their decisions may be gone before. `clock` is the latest time seen. `arrivals`
    holds the decided articles in order of arrival, `dues` the open stories by the time at which to look at them
    again (only the entry that `due` names counts), `endings` the closed ones by the time at which they ended.
    `grown` counts the articles by story that came after the last comparison of stories, at `compared_at`.
    """

    def __init__(self, table: MutableMapping[str, Related], copies_for: timedelta) -> None:
        self.clock = _EARLIEST
        self.live: dict[str, LiveStory] = {}
        self.sums = VectorIndex()
        self.titles = TitleSums()
        self.recent = Recent()
        self.ended: dict[str, Ended] = {}
        self.echoes = VectorIndex()
        self.copies = AnchorIndex()
        self.arrivals: deque[tuple[str, datetime]] = deque()
        self.dues: list[tuple[datetime, str]] = []
        self.due: dict[str, datetime] = {}
        self.endings: list[tuple[datetime, str]] = []
        self.naming = Naming()
        self.corrections = Corrections()
        self.next_seq = 1
        self.grown: Counter[str] = Counter()
        self.compared_at = _EARLIEST
        self._compared = 0
        self._undone: list[Merge] = []
        self._wholes: dict[str, str] = {}
        self._table = table
        self._copies_for = copies_for
        self._texts_kept_until = _EARLIEST
        self._articles_of: dict[str, list[str]] = {}
        self._rebuild()

    def article(self, article_id: str) -> Member | None:
        """The decision about an article, while it is remembered, with the story that it belongs to by now."""
        member = self.decision(article_id)
        return self._at_whole(member) if member else None

    def decision(self, article_id: str) -> Member | None:
        """The same, with the story that was chosen."""
        value = self._get(article_id)
        return value if isinstance(value, Member) else None

    def whole(self, story_id: str) -> str:
        """The story that a story became part of; most are their own."""
        while story_id in self._wholes:
            story_id = self._wholes[story_id]
        return story_id

    def past(self, story_id: str) -> Past | None:
        """What the articles' decisions do not tell of a story; None: nothing."""
        value = self._get(story_key(story_id))
        return value if isinstance(value, Past) else None

    def version_of(self, article_id: str) -> int:
        """The version of the document that an article became, as far as is remembered; 0: it is not."""
        known = self._remembered(article_id)
        return known.version if known else 0

    def find_copy(self, article_id: str, shingles: Shingles, published: datetime) -> Copy | None:
        """What an article repeats."""
        return find_copy(article_id, shingles, published, self.copies, self._remembered)

    def stories_with(self, terms: Iterable[str]) -> Mapping[str, int]:
        """How many remembered stories have each term."""
        of_open = self.sums.having(terms)
        return {term: of_open[term] + count for term, count in self.echoes.having(of_open).items()}

    def decide(self, article_id: str, member: Member) -> None:
        """Keep a decision: the one value that a record writes."""
        known = self._get(article_id)
        self._table[article_id] = Related(member)
        if isinstance(known, Member):
            self._exchange(article_id, known, member)
        else:
            if isinstance(known, Wording):
                self.copies.remove(article_id, known.sketch.anchors)
            self._add(article_id, member)
        self.clock = max(self.clock, member.at)

    def correct(self, correction: Correction) -> list[Correction]:
        """Keep what a person decided about a name: open stories and later articles go by it.

        Returns what follows for each name that goes otherwise now.
        """
        follows = self.corrections.decide(correction)
        if correction.undone:
            self._table.pop(correction_key(correction.id), None)
        else:
            self._table[correction_key(correction.id)] = Related(correction)
        return follows

    def keep_past(self, story_id: str, past: Past) -> None:
        """Keep what the articles' decisions do not tell of an open story."""
        self._table[story_key(story_id)] = Related(past)
        self.live[story_id].take_over(past)

    def end(self, story_id: str, past: Past) -> None:
        """Close a story: from here on only its past counts."""
        self._table[story_key(story_id)] = Related(past)
        self._close(story_id)
        self._add_ended(story_id, past)

    def forget_article(self, article_id: str) -> Member | None:
        """Delete a decision but for the wording, and return it; its story, if open, has it in its past already."""
        member = self.article(article_id)
        if member is None:
            return None
        wording = self._wording(member)
        if wording:
            self._table[article_id] = Related(wording)
        else:
            del self._table[article_id]
            self.copies.remove(article_id, member.sketch.anchors)
        self.recent.remove(article_id, member.seq)
        self.naming.add(member.entities, member.aliases, times=-1)
        articles = self._articles_of[member.story_id]
        articles.remove(article_id)
        if not articles:
            del self._articles_of[member.story_id]
        return member

    def forget_texts(self) -> None:
        """Forget the wording of the first to arrive while they are too old or too many."""
        while self._texts_kept_until <= self.clock or len(self.copies) > MAX_TEXTS:
            oldest = self.copies.oldest()
            value = self._get(oldest) if oldest else None
            if oldest is None or not isinstance(value, Member | Wording):
                return
            self._texts_kept_until = value.fetched_at + self._copies_for
            if not self._is_remembered(value):
                self.copies.remove(oldest, value.sketch.anchors)
                if isinstance(value, Wording):
                    del self._table[oldest]

    def forget_ended(self, story_id: str) -> None:
        """Delete what remains of a closed story, its articles' decisions first."""
        for article_id in list(self._articles_of.get(story_id, ())):
            member = self.forget_article(article_id)
            if member:
                self.arrivals.remove((article_id, member.fetched_at))
        past = self.past(story_id)
        for part in past.parts if past else ():
            self._wholes.pop(part, None)
        del self._table[story_key(story_id)]
        del self.ended[story_id]
        self.echoes.drop(story_id)

    def reload(self, story_id: str, past: Past) -> None:
        """Make an open story anew, after some of its articles went into its past or others came to it."""
        self._table[story_key(story_id)] = Related(past)
        self._make(story_id, past)

    def absorb(self, story_id: str, parts: Sequence[str], past: Past) -> None:
        """Make open stories part of another one, whose past names them; decisions about articles stay as taken."""
        self._table[story_key(story_id)] = Related(past)
        for part in parts:
            self._wholes[part] = story_id
            self._articles_of.setdefault(story_id, []).extend(self._articles_of.pop(part, ()))
            self.grown.update({story_id: self.grown[part]} if part in self.grown else {})
            self._close(part)
            self._table.pop(story_key(part), None)
        self._make(story_id, past)
        self.look_at(story_id, _EARLIEST)

    def note_comparison(self, merges: list[Merge]) -> None:
        """Remember that stories were compared now, and what came of it."""
        self.compared_at, self._compared = self.clock, self.next_seq - 1
        self.grown.clear()
        self._keep_clock(merges)

    def undone(self) -> list[Merge]:
        """What came of the last comparison and was not carried out when this memory was made; asked for once."""
        undone, self._undone = self._undone, []
        return [merge for merge in undone if self.live.keys() >= {merge.into, *merge.parts}]

    def look_at(self, story_id: str, due: datetime) -> None:
        """Have time look at an open story then, and not before."""
        self.due[story_id] = due
        heappush(self.dues, (due, story_id))

    def set_clock(self, at: datetime) -> None:
        """Remember a tick."""
        self.clock = max(self.clock, at)
        self._keep_clock([])

    def _keep_clock(self, merges: list[Merge]) -> None:
        clock = Clock(at=self.clock, compared_at=self.compared_at, compared=self._compared, merges=merges)
        self._table[CLOCK_KEY] = Related(clock)

    def _at_whole(self, member: Member) -> Member:
        story_id = self.whole(member.story_id)
        return member if story_id == member.story_id else msgspec.structs.replace(member, story_id=story_id)

    def _get(self, key: str) -> Member | Wording | Past | Clock | Correction | None:
        related = self._table.get(key)
        return related.value if related else None

    def _remembered(self, article_id: str) -> Member | Wording | None:
        value = self._get(article_id)
        return value if isinstance(value, Member | Wording) and self._is_remembered(value) else None

    def _is_remembered(self, text: Member | Wording) -> bool:
        return text.fetched_at + self._copies_for > self.clock and text.seq + MAX_TEXTS >= self.next_seq

    def _wording(self, member: Member) -> Wording | None:
        """What is worth remembering; what is forgotten when headlines alone can be no copies any more is not."""
        if not _is_indexed(member) or member.sketch.whole.of < SHORT or not self._is_remembered(member):
            return None
        at = int(member.fetched_at.timestamp())
        return Wording(seq=member.seq, at=at, sketch=member.sketch, version=member.version, copy_of=member.copy_of)

    def _rebuild(self) -> None:
        members: list[tuple[int, str, Member]] = []
        pasts: dict[str, Past] = {}
        for key, related in self._table.items():
            value = related.value
            if isinstance(value, Correction):
                self.corrections.put(value)
                continue
            if isinstance(value, Wording):
                self.next_seq = max(self.next_seq, value.seq + 1)
                self.copies.add(key, value.seq, value.sketch.anchors)
                continue
            self.clock = max(self.clock, value.at)
            if isinstance(value, Member):
                members.append((value.seq, key, value))
            elif isinstance(value, Past):
                pasts[key.removeprefix(story_key(""))] = value
            else:
                self.compared_at, self._compared, self._undone = value.compared_at, value.compared, value.merges
        self._start(pasts)
        for _, article_id, member in sorted(members, key=lambda item: item[0]):
            self._add(article_id, self._at_whole(member))
        self.copies.tidy()

    def _start(self, pasts: Mapping[str, Past]) -> None:
        self._wholes = {part: story_id for story_id, past in pasts.items() for part in past.parts}
        for story_id, past in pasts.items():
            self.next_seq = max(self.next_seq, past.through + 1)
            if story_id in self._wholes:
                continue  # What is left of it was to be deleted.
            if past.state == "closed":
                self._add_ended(story_id, past)
            else:
                self._open(story_id, past)

    def _close(self, story_id: str) -> None:
        del self.live[story_id], self.due[story_id]
        self.grown.pop(story_id, None)
        self.sums.drop(story_id)
        self.titles.drop(story_id)

    def _make(self, story_id: str, past: Past) -> None:
        """Anew; of the sum of terms only what differs is changed, which is little when articles were forgotten."""
        self.titles.drop(story_id)
        self._begin(story_id, past)
        total = Counter(past.remains.terms)
        found = ((article_id, self.article(article_id)) for article_id in self._articles_of.get(story_id, ()))
        members = [(member.seq, article_id, member) for article_id, member in found if member]
        members.sort(key=lambda item: item[0])
        for _, article_id, member in members:
            if self._told(article_id, member):
                total.update(member.terms)
        total.subtract(self.sums[story_id].vector())
        self.sums.add(story_id, {term: change for term, change in total.items() if change})

    def _open(self, story_id: str, past: Past | None) -> None:
        self._begin(story_id, past)
        self.sums.add(story_id, past.remains.terms if past else {})
        self.look_at(story_id, _EARLIEST)

    def _begin(self, story_id: str, past: Past | None) -> None:
        """With nothing but what remains of articles that are forgotten, and without the sum of terms."""
        self.live[story_id] = LiveStory(story_id, past, self.corrections)
        remains = past.remains if past else NO_REMAINS
        self.titles.add(story_id, remains.headline, remains.headlines)

    def _add(self, article_id: str, member: Member) -> None:
        self.next_seq = max(self.next_seq, member.seq + 1)
        self.arrivals.append((article_id, member.fetched_at))
        self._articles_of.setdefault(member.story_id, []).append(article_id)
        self._index(article_id, member)
        self.recent.add(article_id, member.seq, member.language, member.headline_vector)
        self.naming.add(member.entities, member.aliases)
        if member.story_id in self.ended:
            return
        if member.story_id not in self.live:
            self._open(member.story_id, None)
        if member.seq > self._compared:
            self.grown[member.story_id] += 1
        self._count(article_id, member)

    def _count(self, article_id: str, member: Member) -> None:
        if self._told(article_id, member):
            self.sums.add(member.story_id, member.terms)

    def _told(self, article_id: str, member: Member) -> bool:
        """Tell an open story of an article; returns whether it counts for more than its decision."""
        story = self.live[member.story_id]
        if member.seq <= story.through:
            story.noted(member)
            return False
        asleep = story.state != "active"
        story.add(article_id, member)
        if asleep:
            self.look_at(member.story_id, _EARLIEST)
        self.titles.add(member.story_id, member.headline_vector)
        return True

    def _exchange(self, article_id: str, old: Member, new: Member) -> None:
        self.copies.remove(article_id, old.sketch.anchors)
        self._index(article_id, new)
        self.recent.add(article_id, new.seq, new.language, new.headline_vector)
        self.naming.add(old.entities, old.aliases, times=-1)
        self.naming.add(new.entities, new.aliases)
        story = self.live.get(new.story_id)
        if story is None:
            return
        if new.seq > story.through:
            story.revise(article_id, old, new)
            self.sums.add(new.story_id, old.terms, times=-1)
            self.sums.add(new.story_id, new.terms)
            self.titles.add(new.story_id, old.headline_vector, times=-1)
            self.titles.add(new.story_id, new.headline_vector)
        else:
            story.noted(new)

    def _index(self, article_id: str, member: Member) -> None:
        if _is_indexed(member):
            self.copies.add(article_id, member.seq, member.sketch.anchors)

    def _add_ended(self, story_id: str, past: Past) -> None:
        if past.totals is None:
            raise ValueError(f"story {story_id} is closed without totals")
        self.ended[story_id] = Ended(past.totals.first_seen, past.totals.last_seen)
        self.echoes.add(story_id, past.terms)
        heappush(self.endings, (past.at, story_id))


def _is_indexed(member: Member) -> bool:
    return member.copy_of is None or member.copy_of.jaccard < NEAR_EQUAL
