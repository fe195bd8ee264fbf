"""From documents to hits: one for each live rule that a document matches.

With them goes on what alerts must know besides: that a revision went through, and what becomes of stories.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from itertools import islice

import structlog

from streams.alerts.rule_index import RuleIndex
from streams.errors import QueryError, RecordError
from streams.records import Document, Hit, Record, Revised, Rule, Span, Story, StoryChange, Tick, Topic
from streams.stage import Output

MOST_TERMS = 20
MOST_SPANS = 10
"""What a hit shows of its evidence: enough to see why, and an alert of many articles stays small."""

log = structlog.get_logger(__name__)


class Match:
    """The stage after RELATE: rules and documents in, hits out. The table holds the live rules.

    A document that comes again, changed or not, gives its hits again: what is new in them is decided later.
    """

    def __init__(self, rules: MutableMapping[str, Rule]) -> None:
        self._rules = rules
        self._index = RuleIndex()
        self._counting_publishers: set[str] = set()
        for rule in rules.values():
            self._note(rule)
            try:
                self._put(rule)
            except QueryError as error:
                # It was valid when it was stored: the query language has changed since.
                log.error("stored rule left out", rule=rule.id, error=str(error))

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Rules, documents, stories and ticks in order; other records are passed over.

        Raises RecordError for a rule whose query cannot be parsed.
        """
        outputs: list[Output] = []
        for record in batch:
            match record:
                case Rule():
                    self._apply(record)
                case Document():
                    outputs += self._hits(record)
                case Story() if self._matters(record):
                    outputs.append(Output(Topic.HITS, "", _change(record)))
                case Tick():
                    outputs.append(Output(Topic.HITS, "", record))
        return outputs

    def _apply(self, rule: Rule) -> None:
        self._note(rule)
        if rule.deleted:
            self._index.drop(rule.id)
            self._rules.pop(rule.id, None)
            return
        try:
            self._put(rule)
        except QueryError as error:
            raise RecordError(f"rule {rule.id}: {error}; mend its query and apply it again") from error
        self._rules[rule.id] = rule

    def _put(self, rule: Rule) -> None:
        """Look for what a rule's query finds; one of coverage has none, as it is not about articles."""
        if rule.kind == "coverage":
            self._index.drop(rule.id)
        else:
            self._index.put(rule)

    def _note(self, rule: Rule) -> None:
        if rule.kind == "new_story" and not rule.deleted:
            self._counting_publishers.add(rule.id)
        else:
            self._counting_publishers.discard(rule.id)

    def _matters(self, story: Story) -> bool:
        """Whether a change of a story may mean something to an alert."""
        ended = story.state == "closed" or story.recurs is not None or story.merged_into is not None
        return ended or bool(self._counting_publishers)

    def _hits(self, document: Document) -> list[Output]:
        outputs = [
            Output(Topic.HITS, rule.id, hit_of(rule, document, matches))
            for rule, matches in self._index.match(document)
        ]
        if document.revision > 1:
            # After its hits: an alert that has an older revision by then has one that does not match any more.
            outputs.append(Output(Topic.HITS, "", _revised(document)))
        return outputs


def _change(story: Story) -> StoryChange:
    return StoryChange(
        story_id=story.id,
        version=story.version,
        state=story.state,
        at=story.last_seen,
        began_at=story.first_seen,
        publishers=story.publishers,
        recurs=story.recurs,
        merged_into=story.merged_into,
    )


def _revised(document: Document) -> Revised:
    return Revised(
        document_id=document.id,
        revision=document.revision,
        story_id=document.story_id,
        at=document.fetched_at,
    )


def hit_of(rule: Rule, document: Document, matches: dict[str, list[Span]]) -> Hit:
    """What the stage tells of a document that matches."""
    return Hit(
        rule=rule,
        document_id=document.id,
        revision=document.revision,
        story_id=document.story_id,
        title=document.title,
        url=document.url,
        source=document.source,
        language=document.language,
        published=document.published,
        fetched_at=document.fetched_at,
        copy_of=document.copy_of,
        backfill=document.backfill,
        story_version=document.story_version,
        matches=_shortened(matches),
    )


def _shortened(matches: dict[str, list[Span]]) -> dict[str, list[Span]]:
    if len(matches) <= MOST_TERMS and max(map(len, matches.values()), default=0) <= MOST_SPANS:
        return matches
    return {term: spans[:MOST_SPANS] for term, spans in islice(matches.items(), MOST_TERMS)}
