"""Records to pages: the template environment and how it shows times, numbers and addresses.

Everything is escaped by the environment; the one thing escaping cannot make safe, an address from a feed, goes
through `web_url`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from starlette.responses import Response

from streams import codec
from streams.clock import Clock
from streams.web import timeline
from streams.web.marks import entity_kind
from streams.web.parameters import MAX_OFFSET
from streams.web.visitors import LOCAL, Visitor
from streams.wording import lasting

TEMPLATES = Path(__file__).parent / "templates"
WEB_URL = re.compile(r"https?://[^\s\x00-\x20\x7f\"<>\\]+", re.IGNORECASE)
MAX_URL_CHARS = 4000

SINCE = (
    (timedelta(minutes=1), timedelta(seconds=1), "just now"),
    (timedelta(hours=1), timedelta(minutes=1), "{} min ago"),
    (timedelta(days=2), timedelta(hours=1), "{} h ago"),
    (timedelta(days=60), timedelta(days=1), "{} days ago"),
    (timedelta(days=730), timedelta(days=30), "{} months ago"),
    (timedelta.max, timedelta(days=365), "{} years ago"),
)
"""Up to which age (exclusive) a time is told in which unit."""


class Compiled(BytecodeCache):
    """Compiled templates, for the whole process: every application has the same ones."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take over what was compiled, if it was of the same text."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Templates:
    """Renders the templates of this package; `clock` tells what "2 h ago" is counted from."""

    def __init__(self, clock: Clock) -> None:
        self._visitor = LOCAL
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=COMPILED,
        )
        self._environment.filters.update(
            ago=lambda at: ago(at, clock()),
            country=country,
            date=lambda at: iso(at)[:10],
            day=day,
            iso=iso,
            kind=entity_kind,
            lasting=lasting,
            number=number,
            pretty=pretty,
            quoted=quoted,
            web_url=web_url,
        )
        self._environment.globals.update(
            href=href, chart_width=timeline.WIDTH, chart_height=timeline.HEIGHT, max_offset=MAX_OFFSET
        )
        self._environment.globals["parts"] = self._environment.get_template("parts.html").module

    def seen_by(self, visitor: Visitor) -> Templates:
        """The same for one visitor, whom the templates know."""
        own = copy(self)
        own._visitor = visitor
        return own

    def page(self, template: str, status_code: int = 200, **context: object) -> Response:
        """The template as an HTML answer."""
        # A lone surrogate that came through everything else must not cost the whole page.
        html = self.html(template, **context).encode("utf-8", "replace")
        return Response(html, status_code, media_type="text/html; charset=utf-8")

    def html(self, template: str, **context: object) -> str:
        """The template as text."""
        return self._environment.get_template(template).render(context, visitor=self._visitor)


def href(path: str, given: Mapping[str, str], **changes: object) -> str:
    """The address of `path` with the parameters `given`, changed; None takes one out."""
    merged = {**given, **changes}
    kept = {name: str(value) for name, value in merged.items() if value is not None}
    return f"{path}?{urlencode(kept, errors='replace')}" if kept else path


@cache
def country(code: str) -> str:
    """The English name of a country (ISO 3166-1 alpha-2); what is none stays as it is."""
    from babel import Locale

    return str(Locale("en").territories.get(code, code))


def quoted(value: str) -> str:
    """A value as one segment of a path."""
    return quote(value.encode("utf-8", "replace"), safe="")


def web_url(url: str | None) -> str | None:
    """The address if it is a plain http or https one, else None: `javascript:` and the like are never links."""
    return url if url and len(url) <= MAX_URL_CHARS and WEB_URL.fullmatch(url) else None


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in one unit; what lies ahead is `just now` or, from a minute on, `ahead of time`."""
    age = now - at
    if age < timedelta(minutes=-1):
        return "ahead of time"
    unit, words = next((unit, words) for limit, unit, words in SINCE if age < limit)
    return words.format(age // unit)


def day(at: datetime) -> str:
    """`2 Mar 2026, 12:00`, in UTC; the page says so once a line."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b} {at.year}, {at:%H:%M}"


def iso(at: datetime) -> str:
    """As `<time datetime>` and Atom want it (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def number(value: float) -> str:
    """With thin spaces between thousands; at most three decimals."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u202f")


def pretty(value: object) -> str:
    """JSON on several lines."""
    return msgspec.json.format(codec.encode(value), indent=2).decode()
