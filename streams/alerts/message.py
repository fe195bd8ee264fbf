"""What people read of an alert in a mail or a chat: plain text, a line for each of its articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.identify.plain import one_line
from streams.records import Alert, AlertArticle, Delivery
from streams.wording import many

LISTED = 10
TITLE_CHARS, LINE_CHARS = 200, 300


class Message(NamedTuple):
    """A subject of one line, and a text."""

    title: str
    body: str


def message(deliveries: Sequence[Delivery]) -> Message:
    """One alert, or those of a digest, as one message."""
    if len(deliveries) == 1:
        return Message(_title(deliveries[0]), _body(deliveries[0].alert))
    title = f"{len(deliveries)} alerts: {one_line(deliveries[0].alert.rule_name, TITLE_CHARS)}"
    return Message(title, "\n\n".join(f"{_title(one)}\n{_body(one.alert)}" for one in deliveries))


def _title(delivery: Delivery) -> str:
    alert = delivery.alert
    grown = f" (now {many(alert.publishers, 'publisher')})" if delivery.reason == "escalated" else ""
    title = alert.title if alert.title == alert.rule_name else f"{alert.rule_name}: {alert.title}"
    return one_line(title, TITLE_CHARS) + grown


def _body(alert: Alert) -> str:
    why = alert.events[0].why if alert.events and alert.kind != "match" else ""
    lines = [_counts(alert)] if alert.articles else []
    lines += [*([one_line(why, LINE_CHARS)] if why else []), ""]
    listed = [one for one in alert.articles if not one.withdrawn][-LISTED:]
    for article in listed:
        lines += _article(article)
    if alert.article_count > len(listed):
        first = min((one.published for one in alert.articles), default=alert.opened_at)
        lines.append(f"and {alert.article_count - len(listed)} more, from {first:%Y-%m-%d %H:%M} UTC on")
    return "\n".join(lines).strip()


def _counts(alert: Alert) -> str:
    articles, publishers = many(alert.article_count, "article"), many(alert.publishers, "independent publisher")
    copies = f" ({many(alert.copies, 'of them a copy', 'of them copies')})" if alert.copies else ""
    return f"{articles}{copies}, {publishers}"


def _article(article: AlertArticle) -> list[str]:
    copy = ", a copy" if article.copy_of else ""
    head = f"- {one_line(article.title, LINE_CHARS)} ({one_line(article.source.name, TITLE_CHARS)}{copy}, "
    return [f"{head}{article.published:%Y-%m-%d %H:%M} UTC)", *([f"  {article.url}"] if article.url else [])]
