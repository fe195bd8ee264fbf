"""What every request needs: the engine, the clock and the templates."""

from __future__ import annotations

from typing import Annotated, NamedTuple, cast

from fastapi import Depends, Request

from streams.clock import Clock
from streams.engines.engine import Engine
from streams.index.search import Search
from streams.web.rendering import Pages


class Site(NamedTuple):
    """One running application's parts."""

    engine: Engine
    clock: Clock
    pages: Pages

    @property
    def search(self) -> Search:
        """The engine's index."""
        return self.engine.search


def site_of(request: Request) -> Site:
    """The site that this request came to."""
    return cast(Site, request.app.state.site)


OurSite = Annotated[Site, Depends(site_of)]
