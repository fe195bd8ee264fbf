"""Search results of a query that an index can only narrow down: each document found is tried by the matcher."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from streams.index.facets import facet_values
from streams.index.search import FACET_VALUES, TOTAL, Bucket, DocumentQuery, Histogram, Page
from streams.query.match import Matcher
from streams.query.nodes import Node
from streams.query.prepared import Prepared
from streams.records import Document

MOST_TRIED = 10_000
"""Documents tried to count those that match: of more than so many the totals are estimated."""


def matching(documents: Iterable[Document], node: Node) -> Iterator[Document]:
    """The documents that match, in their order."""
    holds = Matcher(node).holds
    return (document for document in documents if holds(Prepared(document)))


def verified(
    found: Iterator[Document], total: int, node: Node, query: DocumentQuery, facets: Sequence[str]
) -> Page[Document]:
    """The page of those that match among the `total` documents of `found`, which come in the query's order.

    Of more than MOST_TRIED documents the first ones are tried, and as many more as it takes to fill the page: what
    is listed always matches, and nothing is left out. If that does not come to the end, the share of the first
    ones that matches gives the total and the counts of facets, which are marked approximate.
    """
    tried = list(matching(islice(found, MOST_TRIED), node))
    share = len(tried) / MOST_TRIED
    end = query.offset + query.limit
    if total > MOST_TRIED and query.limit:
        tried += islice(matching(found, node), max(0, end + 1 - len(tried)))
    hits = tried[query.offset : end]
    if total <= MOST_TRIED or (query.limit and len(tried) <= end):
        return Page(total=len(tried), hits=hits, facets={name: _buckets(tried, name, 1.0) for name in facets})
    estimate = max(round(total * share), len(tried))
    factor = estimate / max(1, len(tried))
    return Page(
        total=estimate,
        hits=hits,
        facets={name: _buckets(tried, name, factor) for name in facets},
        approximate=[TOTAL, *facets],
    )


def verified_steps(
    found: Iterator[Document], counts: Sequence[int], node: Node, edges: Sequence[datetime]
) -> Histogram:
    """The steps with those that match among the documents of `found`, of which each step has so many.

    Of more than MOST_TRIED documents the first ones are tried, and their share that matches is taken for that of
    each step.
    """
    tried = [document.published for document in matching(islice(found, MOST_TRIED), node)]
    if sum(counts) > MOST_TRIED:
        share = len(tried) / MOST_TRIED
        return Histogram(counts=[round(count * share) for count in counts], approximate=True)
    steps = Counter(bisect_right(edges, published) - 1 for published in tried)
    return Histogram(counts=[steps[step] for step in range(len(counts))])


def _buckets(documents: Iterable[Document], facet: str, factor: float) -> list[Bucket]:
    counts = Counter(value for document in documents for value in facet_values(document)[facet])
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES]
    return [Bucket(value, round(count * factor)) for value, count in ordered]
