"""The stage that relates articles to each other: copies, stories, and stories that come back.

Tagged articles go in, in order of arrival; out come, for each, the document and its story as it then stands.
A decision is taken once and kept: a repeat of an article gets the document that it got before, a revision
stays in its story, and what later articles can be compared with is in the kept decisions alone.

An article's decision is kept until its story could have closed; after that only its wording is, until that is too
old to be copied. One that comes again then is decided anew, with a version that is at least its revision, so that
it does not fall behind the document written before; if it began its story, it goes back there and counts once
more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta

from streams.corrections import corrected_document
from streams.errors import RecordError
from streams.records import Correction, Document, Entity, Record, Story, TaggedArticle, Tick, Topic, extend
from streams.relate.ageing import Limits, advance, bring_back
from streams.relate.attribution import find_attribution
from streams.relate.canonical import UNNAMED, Names, canonical
from streams.relate.copies import Worded
from streams.relate.memory import Memory
from streams.relate.placing import place, revise
from streams.relate.reasons import about_attribution
from streams.relate.related import Member, Related
from streams.stage import STORY_GROUP, Output
from streams.tag.salience import countries, ranked


class Relate:
    """Decides in order of arrival. `decisions` holds all that must outlive the process; `frequencies` says how
    common words are in general, `names` what is known of names beforehand.
    """

    def __init__(
        self,
        decisions: MutableMapping[str, Related],
        *,
        story_days: float,
        recurrence_days: float,
        copy_days: float,
        frequencies: Mapping[str, float],
        names: Names = UNNAMED,
    ) -> None:
        self._memory = Memory(decisions, timedelta(days=copy_days), frequencies)
        self._names = names
        self._limits = Limits(
            story=timedelta(days=story_days),
            article=timedelta(days=story_days),
            ended=timedelta(days=recurrence_days),
        )

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Documents and stories for tagged articles; a tick passes on after the stories that it changes, and so do
        corrections of names.

        Raises RecordError for any other record.
        """
        read = iter(self._memory.read(record for record in batch if isinstance(record, TaggedArticle)))
        return [
            Output(Topic.DOCUMENTS, STORY_GROUP, out) for record in batch for out in self._relate(record, read)
        ]

    def _relate(self, record: Record, read: Iterator[Worded]) -> Iterator[Record]:
        if isinstance(record, Tick):
            yield from self._age(record.at)
            self._memory.set_clock(record.at)
            yield record
        elif isinstance(record, TaggedArticle):
            yield from self._decide(record, next(read))
        elif isinstance(record, Correction):
            yield from self._correct(record)
        else:
            raise RecordError(
                f"relate takes tagged articles, corrections and ticks, not a {type(record).__name__}: replay it"
            )

    def _age(self, at: datetime) -> list[Story]:
        return advance(self._memory, at, self._limits)

    def _correct(self, correction: Correction) -> Iterator[Correction]:
        """Articles from now on go by it; to what is stored goes what follows from all decisions together."""
        yield from self._memory.correct(correction)

    def _decide(self, article: TaggedArticle, worded: Worded) -> Iterator[Record]:
        known = self._memory.decision(article.id)
        if known and article.revision <= known.revision:
            if article.revision == known.revision:
                yield _document(article, known, canonical(article, known.renamed, self._names))
            return
        yield from self._age(article.fetched_at)
        known = self._memory.article(article.id) if known else None
        if known:
            placed = revise(article, worded, known, self._memory, self._names)
        else:
            placed = place(article, worded, self._memory, self._names, self._limits.story)
        member = placed.member
        returning = [bring_back(self._memory, later, member.story_id) for later in placed.returning]
        self._memory.decide(article.id, member)
        yield _document(article, member, placed.found)
        story = self._memory.open.live.get(member.story_id)
        if story:
            yield story.record(self._memory.open.sums[story.id])
        yield from returning


def _document(article: TaggedArticle, member: Member, entities: Sequence[Entity]) -> Document:
    named = find_attribution(article)
    found = ranked(entities)
    document = extend(
        article,
        Document,
        version=member.version,
        story_id=member.story_id,
        story_version=member.story_version,
        copy_of=member.copy_of.article if member.copy_of else None,
        copies=member.copies,
        attributed_to=article.attributed_to or (named.publisher if named else None),
        entities=found,
        countries=countries(found),
        headline_vector=b"",  # It has done its work, and is large.
        trace=[*article.trace, *member.trace, *([about_attribution(named)] if named else [])],
    )
    return corrected_document(document, member.corrected) if member.corrected else document
