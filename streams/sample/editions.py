"""The sample feeds as a client gets them: templates with their times and their encoding filled in.

A template is a feed as people edit it, always UTF-8, named `<feed>.<edition>.xml` (or `.json`); the editions
are what the feed holds at one poll and the next. In it `{{ -3h20m }}` stands for a time before the anchor, in
the form of dates that the feed's format asks for (RFC 822 for RSS 2.0, RFC 3339 for the others), or in a form
of its own: `{{ -3h20m %B %d, %Y }}`. XML is encoded as its declaration says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from streams.errors import UsageError

_NAME = re.compile(r"(?P<feed>[\w-]+)\.(?P<number>\d+)\.(?P<kind>xml|json)")
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
_TIME = re.compile(r"-(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:\s+(?P<form>%.*))?")
_DECLARED_ENCODING = re.compile(r"<\?xml [^>]*encoding=\"([^\"]+)\"")
_CONTENT_TYPES = {"xml": "application/xml", "json": "application/feed+json"}


class Edition(NamedTuple):
    """One state of one feed, ready to be sent. `modified` is a whole second, as HTTP dates are."""

    number: int
    body: bytes
    content_type: str
    etag: str
    modified: datetime


def read_editions(folder: Path, anchor: datetime) -> dict[str, list[Edition]]:
    """All feeds of a folder by the name they are served under (`<feed>.xml`), their editions in order.

    The same anchor gives the same bytes. Raises UsageError for a template that cannot be filled in.
    """
    found: dict[str, list[tuple[int, bytes, str]]] = {}
    for path in folder.glob("*"):
        if name := _NAME.fullmatch(path.name):
            body = _encode(_fill(path.read_text(encoding="utf-8"), anchor, path), path)
            feed = found.setdefault(f"{name['feed']}.{name['kind']}", [])
            feed.append((int(name["number"]), body, _CONTENT_TYPES[name["kind"]]))
    if not found:
        raise UsageError(f"{folder} holds no sample feeds (files such as agency.1.xml)")
    return {name: _in_order(states, anchor) for name, states in sorted(found.items())}


def following(editions: Sequence[Edition], etags: Sequence[str], since: datetime | None) -> Edition | None:
    """The edition after the newest that the client names, by ETag or else by its date; None: it has the last."""
    if etags:
        known = max((edition.number for edition in editions if edition.etag in etags), default=0)
    else:
        known = max((edition.number for edition in editions if since and edition.modified <= since), default=0)
    return next((edition for edition in editions if edition.number > known), None)


def _in_order(states: Sequence[tuple[int, bytes, str]], anchor: datetime) -> list[Edition]:
    """The last edition was modified at the anchor and each one before it a minute earlier."""
    last = max(number for number, _, _ in states)
    return [
        Edition(
            number=number,
            body=body,
            content_type=content_type,
            etag=hashlib.blake2b(body, digest_size=8).hexdigest(),
            modified=anchor.replace(microsecond=0) - timedelta(minutes=last - number),
        )
        for number, body, content_type in sorted(states)
    ]


def _fill(template: str, anchor: datetime, path: Path) -> str:
    rfc822 = "<rss" in template

    def time_of(placeholder: re.Match[str]) -> str:
        parts = _TIME.fullmatch(placeholder[1].strip())
        if parts is None:
            raise UsageError(f"{path}: {placeholder[0]} is no time: write for example {{{{ -3h20m }}}}")
        time = anchor.replace(microsecond=0) - _offset(parts.groupdict(default="0"))
        if parts["form"]:
            return time.strftime(parts["form"])
        return format_datetime(time) if rfc822 else time.isoformat()

    return _PLACEHOLDER.sub(time_of, template)


def _offset(parts: Mapping[str, str]) -> timedelta:
    return timedelta(days=int(parts["days"]), hours=int(parts["hours"]), minutes=int(parts["minutes"]))


def _encode(text: str, path: Path) -> bytes:
    declared = _DECLARED_ENCODING.match(text)
    try:
        return text.encode(declared[1] if declared else "utf-8", "xmlcharrefreplace")
    except LookupError as error:
        raise UsageError(f"{path}: {error}: name an encoding that Python knows") from error
