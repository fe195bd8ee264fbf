"""From documents to hits: one for each live rule that a document matches."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from itertools import islice

import structlog

from streams.alerts.rule_index import RuleIndex
from streams.errors import QueryError, RecordError
from streams.records import Document, Hit, Record, Rule, Span, Tick, Topic
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
        for rule in rules.values():
            try:
                self._index.put(rule)
            except QueryError as error:
                # It was valid when it was stored: the query language has changed since.
                log.error("stored rule left out", rule=rule.id, error=str(error))

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Rules, documents and ticks in order; other records are passed over.

        Raises RecordError for a rule whose query cannot be parsed.
        """
        outputs: list[Output] = []
        for record in batch:
            match record:
                case Rule():
                    self._apply(record)
                case Document():
                    outputs += self._hits(record)
                case Tick():
                    outputs.append(Output(Topic.HITS, "", record))
        return outputs

    def _apply(self, rule: Rule) -> None:
        if rule.deleted:
            self._index.drop(rule.id)
            self._rules.pop(rule.id, None)
            return
        try:
            self._index.put(rule)
        except QueryError as error:
            raise RecordError(f"rule {rule.id}: {error}; mend its query and apply it again") from error
        self._rules[rule.id] = rule

    def _hits(self, document: Document) -> list[Output]:
        return [
            Output(Topic.HITS, rule.id, _hit(rule, document, matches))
            for rule, matches in self._index.match(document)
        ]


def _hit(rule: Rule, document: Document, matches: Mapping[str, Sequence[Span]]) -> Hit:
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
        matches={term: list(spans[:MOST_SPANS]) for term, spans in islice(matches.items(), MOST_TERMS)},
    )
