"""TAG: articles get their entities and headlines' vectors. Without memory: scales by partitions and processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from streams.codec import content_id
from streams.errors import RecordError
from streams.records import Article, Decision, Entity, Record, Span, TaggedArticle, Tick, Topic, extend
from streams.stage import STORY_GROUP, Output
from streams.tag.encoder import Encoder, EncodesHeadlines, headline_of
from streams.tag.mentions import KINDS
from streams.tag.names import key_of
from streams.tag.tagger import FindsMentions, Mention

NO_ENCODER = Encoder("")


class Tag:
    """Adds entities and headlines' vectors to articles and forwards ticks, all under the story group's key.

    `untagged` counts the articles passed on without a search for entities, by language.
    """

    def __init__(self, tagger: FindsMentions, encoder: EncodesHeadlines = NO_ENCODER) -> None:
        self._tagger, self._encoder = tagger, encoder
        self.untagged: Counter[str] = Counter()

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Tag the batch's articles together. Raises RecordError for a record of another type."""
        found = zip(self._tagger.tag(texts_of(batch)), self._encoder.encode(headlines_of(batch)), strict=True)
        return [Output(Topic.TAGGED, STORY_GROUP, self._forward(record, found)) for record in batch]

    def _forward(self, record: Record, found: Iterator[tuple[Sequence[Mention], bytes]]) -> Record:
        if isinstance(record, Article):
            return self._tagged(record, *next(found))
        if isinstance(record, Tick):
            return record
        raise RecordError(f"tag reads articles and ticks, not {type(record).__name__}")

    def _tagged(self, article: Article, mentions: Sequence[Mention], vector: bytes) -> TaggedArticle:
        entities = entities_of(mentions, len(article.title))
        decision = self._decision(article, len(mentions), len(entities))
        trace = [*article.trace, decision]
        return extend(article, TaggedArticle, entities=entities, headline_vector=vector, trace=trace)

    def _decision(self, article: Article, mentions: int, entities: int) -> Decision:
        package = self._tagger.packages.get(article.language)
        if package is None:
            self.untagged[article.language] += 1
            return Decision(stage="tag", what="not searched for entities", why=f"no model for {article.language}")
        chars = min(len(article.title) + 1 + len(article.text), self._tagger.max_chars)
        numbers: dict[str, float | int | str] = {"mentions": mentions, "entities": entities, "chars": chars}
        return Decision(stage="tag", what="searched for entities", why=f"with {package}", numbers=numbers)


def texts_of(batch: Sequence[Record]) -> tuple[tuple[str, str], ...]:
    """The text that is searched and its language code, of each article of a batch."""
    articles = (record for record in batch if isinstance(record, Article))
    return tuple((f"{article.title}\n{article.text}", article.language) for article in articles)


def headlines_of(batch: Sequence[Record]) -> tuple[str, ...]:
    """The headline of each article of a batch."""
    return tuple(headline_of(record.title, record.text) for record in batch if isinstance(record, Article))


def entities_of(mentions: Sequence[Mention], title_chars: int) -> list[Entity]:
    """The entities that mentions in `title + newline + text` stand for, most mentioned first, then in order."""
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault(entity_id(mention.label, mention.name), []).append(mention)
    entities = [
        Entity(
            id=group_id,
            name=group[0].name,
            label=group[0].label,
            count=len(group),
            spans=[_span(mention, title_chars) for mention in group],
        )
        for group_id, group in groups.items()
    ]
    return sorted(entities, key=lambda entity: -entity.count)


def entity_id(label: str, name: str) -> str:
    """The id of an entity: of its kind and its folded name."""
    return content_id(KINDS[label], " ".join(key_of(name)))


def _span(mention: Mention, title_chars: int) -> Span:
    if mention.start < title_chars:
        return Span(field="title", start=mention.start, end=mention.end)
    text_start = title_chars + 1
    return Span(field="text", start=mention.start - text_start, end=mention.end - text_start)
