"""What the stage holds in memory: a fold over its table, kept in step with every change.

Nothing in it depends on more than the table, so a memory made anew from that is equal to the one that wrote it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta

import msgspec

from streams.corrections import Corrections
from streams.records import Correction, TaggedArticle
from streams.relate.across import Recent
from streams.relate.closed_stories import ClosedStories
from streams.relate.copies import Arriving, Copy, Worded
from streams.relate.lexicon import Lexicon
from streams.relate.naming import Naming
from streams.relate.open_stories import OpenStories
from streams.relate.owners import owner_of
from streams.relate.related import (
    CLOCK_KEY,
    EARLIEST,
    Clock,
    Member,
    Merge,
    Past,
    Related,
    Wording,
    correction_key,
    story_key,
)
from streams.relate.terms import Counted, Vector, weigh
from streams.relate.texts import Reach, Texts

ENDED = 2
"""So many stories that have ended say as much about how rare a word is now as one that is open."""


class Memory:
    """The remembered articles and stories.

    `open` and `closed` are the stories, `recent` what the headlines of the last articles say, `naming` what
    remembered articles call whom, `corrections` what people decided about that. `clock` is the latest time seen.
    `arrivals` holds the decided articles in order of arrival. `grown` counts the articles by story that came after
    the last comparison of stories, at `compared_at`.
    """

    def __init__(
        self, table: MutableMapping[str, Related], copies_for: timedelta, frequencies: Mapping[str, float]
    ) -> None:
        self.clock = EARLIEST
        self.corrections = Corrections()
        self.lexicon = Lexicon(frequencies)
        self.open = OpenStories(self.corrections, self.lexicon, self.past)
        self.closed = ClosedStories(self.lexicon)
        self.recent = Recent()
        self.arrivals: deque[tuple[str, datetime]] = deque()
        self.naming = Naming()
        self.next_seq = 1
        self.grown: Counter[str] = Counter()
        self.compared_at = EARLIEST
        self._compared = 0
        self._undone: list[Merge] = []
        self._wholes: dict[str, str] = {}
        self._table = table
        self._texts = Texts(table, copies_for)
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
        return self._texts.version_of(article_id, self._reach)

    def read(self, articles: Iterable[TaggedArticle]) -> list[Worded]:
        """The wording of articles in the order in which they will be decided, before the first is."""
        return self._texts.read((article.title, article.text) for article in articles)

    def find_copy(self, article: TaggedArticle, worded: Worded) -> Copy | None:
        """What an article repeats."""
        domain = owner_of(article.source.domain)
        arriving = Arriving(article.id, article.title, domain, article.published)
        return self._texts.find_copy(arriving, worded, self._reach)

    def weigh(self, counted: Counted) -> Vector:
        """The vector of an article to decide about."""
        terms = self.lexicon.numbers(counted.counts)
        stories = len(self.open.live) + len(self.closed.ended) // ENDED
        having = self.open.sums.having(terms) + self.closed.echoes.having(terms) // ENDED
        weights = weigh(counted, stories, having, self.lexicon.shares(terms))
        return self.lexicon.weighed(counted.counts, terms, weights)

    def decide(self, article_id: str, member: Member) -> None:
        """Keep a decision: the one value that a record writes."""
        known = self._get(article_id)
        self._table[article_id] = Related(member)
        if isinstance(known, Member):
            self._exchange(article_id, known, member)
        else:
            if isinstance(known, Wording):
                self._texts.remove(article_id, known)
            self._add(article_id, member)
        self.lexicon.tidy()
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
        self.open.live[story_id].take_over(past)

    def end(self, story_id: str, past: Past) -> None:
        """Close a story: from here on only its past counts."""
        self._table[story_key(story_id)] = Related(past)
        self._close(story_id)
        self.closed.add(story_id, past)

    def remembered(self, story_id: str) -> int:
        """How many of a story's articles are remembered."""
        return len(self._articles_of.get(story_id, ()))

    def forget_article(self, article_id: str, member: Member) -> None:
        """Delete a decision but for the wording; its story, if open, has it in its past already."""
        wording = self._texts.wording(member, self._reach)
        if wording:
            self._table[article_id] = Related(wording)
        else:
            del self._table[article_id]
            self._texts.remove(article_id, member)
        self.recent.remove(article_id, member.seq)
        self.naming.add(member.entities, member.aliases, times=-1)
        articles = self._articles_of[member.story_id]
        articles.remove(article_id)
        if not articles:
            del self._articles_of[member.story_id]

    def forget_texts(self) -> None:
        """Forget the wording of the first to arrive while they are too old or too many."""
        self._texts.forget(self._reach)

    def forget_closed(self, story_id: str) -> None:
        """Delete what remains of a closed story, its articles' decisions first."""
        for article_id in list(self._articles_of.get(story_id, ())):
            member = self.article(article_id)
            if member:
                self.forget_article(article_id, member)
                self.arrivals.remove((article_id, member.fetched_at))
        past = self.past(story_id)
        for part in past.parts if past else ():
            self._wholes.pop(part, None)
        del self._table[story_key(story_id)]
        self.closed.drop(story_id)

    def reload(self, story_id: str, past: Past, forgotten: Container[str]) -> None:
        """Make an open story anew, after the articles that are to be forgotten went into its past."""
        self._table[story_key(story_id)] = Related(past)
        self.open.remake(story_id, past, self._members(story_id, forgotten))

    def absorb(self, story_id: str, parts: Sequence[str], past: Past) -> None:
        """Make open stories part of another one, whose past names them; decisions about articles stay as taken."""
        self._table[story_key(story_id)] = Related(past)
        for part in parts:
            self._wholes[part] = story_id
            self._articles_of.setdefault(story_id, []).extend(self._articles_of.pop(part, ()))
            self.grown.update({story_id: self.grown[part]} if part in self.grown else {})
            self._close(part)
            self._table.pop(story_key(part), None)
        self.open.remake(story_id, past, self._members(story_id))
        self.open.look_at(story_id, EARLIEST)

    def note_comparison(self, merges: list[Merge]) -> None:
        """Remember that stories were compared now, and what came of it."""
        self.compared_at, self._compared = self.clock, self.next_seq - 1
        self.grown.clear()
        self._keep_clock(merges)

    def undone(self) -> list[Merge]:
        """What came of the last comparison and was not carried out when this memory was made; asked for once."""
        undone, self._undone = self._undone, []
        return [merge for merge in undone if self.open.live.keys() >= {merge.into, *merge.parts}]

    def set_clock(self, at: datetime) -> None:
        """Remember a tick."""
        self.clock = max(self.clock, at)
        self._keep_clock([])

    def _keep_clock(self, merges: list[Merge]) -> None:
        clock = Clock(at=self.clock, compared_at=self.compared_at, compared=self._compared, merges=merges)
        self._table[CLOCK_KEY] = Related(clock)

    @property
    def _reach(self) -> Reach:
        return Reach(self.clock, self.next_seq)

    def _get(self, key: str) -> Member | Wording | Past | Clock | Correction | None:
        related = self._table.get(key)
        return related.value if related else None

    def _at_whole(self, member: Member) -> Member:
        story_id = self.whole(member.story_id)
        return member if story_id == member.story_id else msgspec.structs.replace(member, story_id=story_id)

    def _members(self, story_id: str, but: Container[str] = ()) -> Iterator[tuple[str, Member]]:
        """The remembered articles of a story but for these, in order of arrival."""
        remembered = [one for one in self._articles_of.get(story_id, ()) if one not in but]
        found = ((article_id, self.article(article_id)) for article_id in remembered)
        members = [(member.seq, article_id, member) for article_id, member in found if member]
        for _, article_id, member in sorted(members, key=lambda item: item[0]):
            yield article_id, member

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
                self._texts.add(key, value)
                continue
            self.clock = max(self.clock, value.at)
            if isinstance(value, Member):
                members.append((value.seq, key, value))
            elif isinstance(value, Past):
                pasts[key.removeprefix(story_key(""))] = value
            else:
                self.compared_at, self._compared, self._undone = value.compared_at, value.compared, value.merges
        self._start(pasts)
        with self.open.adding_many(), self.naming.adding_many():
            for _, article_id, member in sorted(members, key=lambda item: item[0]):
                self._add(article_id, self._at_whole(member))
        self._texts.tidy()
        self.lexicon.tidy()

    def _start(self, pasts: Mapping[str, Past]) -> None:
        self._wholes = {part: story_id for story_id, past in pasts.items() for part in past.parts}
        for story_id, past in pasts.items():
            self.next_seq = max(self.next_seq, past.through + 1)
            if story_id in self._wholes:
                continue  # What is left of it was to be deleted.
            if past.state == "closed":
                self.closed.add(story_id, past)
            else:
                self.open.open(story_id, past)

    def _close(self, story_id: str) -> None:
        self.open.close(story_id)
        self.grown.pop(story_id, None)

    def _add(self, article_id: str, member: Member) -> None:
        self.next_seq = max(self.next_seq, member.seq + 1)
        self.arrivals.append((article_id, member.fetched_at))
        self._articles_of.setdefault(member.story_id, []).append(article_id)
        self._texts.add(article_id, member)
        self.recent.add(article_id, member.seq, member.language, member.headline_vector)
        self.naming.add(member.entities, member.aliases)
        if member.story_id in self.closed.ended:
            return
        if member.story_id not in self.open.live:
            self.open.open(member.story_id)
        if member.seq > self._compared:
            self.grown[member.story_id] += 1
        self.open.add(article_id, member)

    def _exchange(self, article_id: str, old: Member, new: Member) -> None:
        self._texts.remove(article_id, old)
        self._texts.add(article_id, new)
        self.recent.add(article_id, new.seq, new.language, new.headline_vector)
        self.naming.add(old.entities, old.aliases, times=-1)
        self.naming.add(new.entities, new.aliases)
        if new.story_id in self.open.live:
            self.open.revise(article_id, old, new)
