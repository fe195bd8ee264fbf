"""What is known about an item, in words: every decision in the order in which it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from streams import codec
from streams.engines.engine import Explanation
from streams.identify.identity import Seen
from streams.records import Alert, Decision, Document, Story
from streams.wording import many


def to_text(found: Explanation) -> str:
    """The explanation as plain lines."""
    return "\n".join(_lines(found))


def _lines(found: Explanation) -> Iterator[str]:
    if found.document:
        yield from _document(found.document)
    if found.identity:
        yield from _sightings(codec.from_builtins(found.identity, Seen))
    if found.story:
        yield from _story(found.story)
    if found.became:
        yield from _story(found.became)
    for alert in found.alerts:
        yield from _alert(alert)
    for delivery in found.deliveries:
        problem = f" ({delivery.error})" if delivery.error else ""
        if delivery.next_at is not None:
            problem += f"; tried {many(delivery.tries, 'time')}, next at {_minute(delivery.next_at)}"
        yield f"delivery to {delivery.channel}: {delivery.state}{problem}"


def _document(document: Document) -> Iterator[str]:
    yield f"article {document.id}: {document.title}"
    yield f"  {document.source.name} ({document.source.domain}), published {_minute(document.published)}"
    yield f"  revision {document.revision}, version {document.version}, story {document.story_id}"
    if document.copy_of:
        yield f"  copy of {document.copy_of}"
    yield from map(_decision, document.trace)
    for removed in document.removed:
        yield f"  removed [{removed.kind}] {removed.text!r}: {removed.why}"


def _sightings(seen: Seen) -> Iterator[str]:
    yield f"seen first {_minute(seen.created_at)}, last {_minute(seen.last_seen)}"
    for feed_id, sighting in seen.feeds.items():
        yield f"  in feed {feed_id}, last {_minute(sighting.at)}"


def _story(story: Story) -> Iterator[str]:
    yield f"story {story.id}: {story.title}"
    yield (
        f"  {story.state}, {many(story.articles, 'article')}, {many(story.copies, 'copy', 'copies')}, "
        f"{many(story.publishers, 'publisher')}, {_minute(story.first_seen)} to {_minute(story.last_seen)}"
    )
    if story.recurs:
        yield f"  brings back story {story.recurs}"
    if story.merged_into:
        yield f"  is part of story {story.merged_into}"
    yield from map(_decision, story.trace)


def _alert(alert: Alert) -> Iterator[str]:
    yield f"alert {alert.id}: {alert.rule_name}"
    until = f" until {_minute(alert.held_until)}" if alert.held_until else ""
    articles = many(alert.article_count, "article")
    yield f"  {alert.state}, {alert.delivery}{until}: {alert.delivery_reason}; {articles}"
    for event in alert.events:
        yield f"  {_minute(event.at)}: {event.what}: {event.why}"
    for article in alert.articles:
        matched = "does not match any more" if article.withdrawn else "matched"
        yield f"  {article.document_id} {matched} {', '.join(article.matches) or 'the whole query'}"


def _decision(decision: Decision) -> str:
    numbers = ", ".join(f"{name} {_number(value)}" for name, value in decision.numbers.items() if value != "")
    return f"  {decision.stage}: {decision.what}: {decision.why}" + (f" ({numbers})" if numbers else "")


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _number(value: float | int | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
