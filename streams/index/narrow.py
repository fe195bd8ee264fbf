"""A whole search, the words and the filters, as one node of the query language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from streams.index.search import DocumentQuery
from streams.query.nodes import And, Keyword, KeywordField, Node, Not, Published
from streams.query.parse import parse


def within(query: DocumentQuery, edges: Sequence[datetime]) -> DocumentQuery:
    """The query for what was published from the first edge to before the last one."""
    return msgspec.structs.replace(query, since=edges[0], until=edges[-1])


def narrowed(query: DocumentQuery) -> Node:
    """What the documents found must meet, but for `copies`, which the language cannot say.

    Raises QueryError for one of its queries that cannot be parsed.
    """
    filters: dict[KeywordField, str | None] = {
        "entity": query.entity,
        "domain": query.source,
        "lang": query.language,
        "story": query.story,
    }
    nodes: list[Node] = [parse(query.query)]
    if query.without is not None:
        nodes.append(Not(parse(query.without)))
    nodes += [Keyword(field=field, value=value) for field, value in filters.items() if value is not None]
    if query.since or query.until:
        nodes.append(Published(since=query.since, until=query.until))
    return And(nodes) if len(nodes) > 1 else nodes[0]
