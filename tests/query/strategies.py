"""Queries for tests with hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st


def queries_of(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Terms, and what AND, OR and NOT make of up to six of them."""
    return st.recursive(
        terms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' '.join(parts)})"),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})"),
            inner.map(lambda part: f"NOT {part}"),
        ),
        max_leaves=6,
    )
