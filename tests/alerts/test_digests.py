from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.alerts import digests
from streams.alerts.digests import DIGEST_BYTES, count_of, holds, joined, with_text

TEXTS = st.lists(st.text(max_size=4), max_size=30)


def row(texts: list[str]) -> bytes:
    made = b""
    for text in texts:
        made = with_text(made, text)
    return made


@given(TEXTS, st.text(max_size=4))
def test_digests_hold_what_was_put_in_and_nothing_else(texts: list[str], other: str) -> None:
    assert count_of(row(texts)) == len(set(texts))
    assert holds(row(texts), other) == (other in texts)


@given(TEXTS, TEXTS)
def test_two_rows_joined_hold_the_texts_of_both_once(some: list[str], others: list[str]) -> None:
    both = joined(row(some), row(others))

    assert count_of(both) == len({*some, *others})
    assert all(holds(both, text) for text in [*some, *others])


def test_the_oldest_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST", 2)

    assert len(row(["a", "b", "c"])) == 2 * DIGEST_BYTES
    assert [holds(row(["a", "b", "c"]), text) for text in "abc"] == [False, True, True]
    assert holds(joined(row(["a", "b"]), row(["c"])), "c")
