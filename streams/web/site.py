"""What every request needs: the engine, the clock and the templates."""

from __future__ import annotations

from collections.abc import Collection
from threading import BoundedSemaphore
from typing import Annotated, NamedTuple, TypeVar, cast

from fastapi import Depends, Request

from streams.alerts.channels import FILE, LOG
from streams.clock import Clock
from streams.condition import Condition
from streams.engines.engine import Engine
from streams.errors import NotFoundError
from streams.index.merged import standing
from streams.index.search import Search
from streams.records import Alert, Document, Story
from streams.web.rendering import Templates
from streams.web.visitors import LOCAL, Visitor

T = TypeVar("T")
TYPED_AT_ONCE = 2
STRANGER = Visitor("", None, "nothing")


class Site(NamedTuple):
    """One running application's parts, and who looks at it. `typed` counts rules tried while they are typed."""

    engine: Engine
    clock: Clock
    templates: Templates
    condition: Condition
    session_hours: float = 12.0
    channels: Collection[str] = (LOG, FILE)
    typed: BoundedSemaphore = BoundedSemaphore(TYPED_AT_ONCE)
    visitor: Visitor = LOCAL

    @property
    def search(self) -> Search:
        """The engine's index."""
        return self.engine.search

    def document(self, document_id: str) -> Document:
        """The article. Raises NotFoundError."""
        return found(self.search.document(document_id), "article", document_id)

    def story(self, story_id: str) -> Story:
        """The story, or the one that it became part of. Raises NotFoundError."""
        return found(standing(self.search, story_id), "story", story_id)

    def alert(self, alert_id: str) -> Alert:
        """The alert. Raises NotFoundError."""
        return found(self.search.alert(alert_id), "alert", alert_id)


def found(record: T | None, kind: str, given_id: str) -> T:
    """The record, if there is one. Raises NotFoundError."""
    if record is None:
        raise NotFoundError(f"no {kind} is stored under {given_id!r}")
    return record


def site_of(request: Request) -> Site:
    """The site that this request came to, as its visitor sees it."""
    site, visitor = cast(Site, request.app.state.site), visitor_of(request)
    return site._replace(templates=site.templates.seen_by(visitor), visitor=visitor)


def visitor_of(request: Request) -> Visitor:
    """Who made this request; nobody in particular where it was refused before that was found out."""
    return cast(Visitor, request.scope.get("visitor", STRANGER))


OurSite = Annotated[Site, Depends(site_of)]
