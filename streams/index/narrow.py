"""A whole search, the words and the filters, as one node of the query language."""

from __future__ import annotations

from streams.index.search import DocumentQuery
from streams.query.nodes import And, Keyword, KeywordField, Node, Published
from streams.query.parse import parse


def narrowed(query: DocumentQuery) -> Node:
    """What the documents found must meet, but for `copies`, which the language cannot say.

    Raises QueryError for a query that cannot be parsed.
    """
    filters: dict[KeywordField, str | None] = {
        "entity": query.entity,
        "domain": query.source,
        "lang": query.language,
        "story": query.story,
    }
    nodes: list[Node] = [parse(query.query)]
    nodes += [Keyword(field=field, value=value) for field, value in filters.items() if value is not None]
    if query.since or query.until:
        nodes.append(Published(since=query.since, until=query.until))
    return And(nodes) if len(nodes) > 1 else nodes[0]
