from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate import vectors
from streams.relate.terms import UNIT, Vector
from streams.relate.vectors import VectorIndex, top_terms
from tests.relate.sums import LEXICON, NO_SUM, row, total

BRIDGE: Vector = {"bridge": 800, "crack": 600}
MARKET: Vector = {"market": 800, "share": 600}
VECTORS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, UNIT), max_size=6)


def having(index: VectorIndex, *terms: str) -> list[int]:
    """How many sums have each of the terms."""
    counts: list[int] = index.having(LEXICON.numbers(terms)).tolist()
    return counts


def test_near_gives_the_cosine_of_what_points_the_same_way() -> None:
    index = VectorIndex(LEXICON)
    index.add("bridge", row(BRIDGE))
    index.add("market", row(MARKET))

    assert index.near(row({"bridge": 1000}), 0.1) == {"bridge": pytest.approx(0.8)}
    assert index.near(row({"bridge": 1000}), 0.9) == {}


def test_a_sum_lies_between_its_vectors() -> None:
    index = VectorIndex(LEXICON)
    index.add("both", row(BRIDGE))
    index.add("both", row(MARKET))

    assert index.near(row(BRIDGE), 0.1) == {"both": pytest.approx(math.sqrt(0.5))}


def test_an_empty_vector_is_near_nothing_and_nothing_is_near_it() -> None:
    index = VectorIndex(LEXICON)
    index.add("empty", row({}))

    assert index.near(row(BRIDGE), 0.0) == {}
    assert index.near(row({}), 0.0) == {}
    assert len(index) == 1


def test_a_dropped_sum_is_gone() -> None:
    index = VectorIndex(LEXICON)
    index.add("bridge", row(BRIDGE))

    index.drop("bridge")
    index.drop("bridge")

    assert len(index) == 0
    assert having(index, "bridge") == [0]
    assert index.near(row(BRIDGE), 0.0) == {}


def test_a_sum_that_is_put_takes_the_place_of_the_one_before() -> None:
    index = VectorIndex(LEXICON)
    index.add("one", row(BRIDGE))
    index.add("two", row(BRIDGE))
    index.put("one", row({"crack": 5, "market": 7}))

    assert index["one"].top(9) == {"crack": 5, "market": 7}
    assert having(index, "bridge", "crack", "market") == [1, 2, 1]
    assert set(index.near(row({"bridge": 1000}), 0.1)) == {"two"}


def test_having_counts_the_sums_with_a_term() -> None:
    index = VectorIndex(LEXICON)
    index.add("one", row(BRIDGE))
    index.add("one", row(BRIDGE))
    index.add("two", row({"bridge": 5}))

    assert having(index, "bridge", "crack", "market") == [2, 1, 0]


@given(st.lists(st.tuples(st.sampled_from("xy"), VECTORS)), VECTORS, st.data())
def test_what_is_taken_away_leaves_exactly_the_rest(
    added: list[tuple[str, Vector]], asked: Vector, data: st.DataObject
) -> None:
    removed = data.draw(st.lists(st.sampled_from(range(len(added))), unique=True)) if added else []
    one, other = VectorIndex(LEXICON), VectorIndex(LEXICON)
    for key, vector in added:
        one.add(key, row(vector))
    for place in removed:
        key, vector = added[place]
        one.add(key, row(vector), times=-1)
    for place in sorted(set(range(len(added))) - set(removed), reverse=True):
        key, vector = added[place]
        other.add(key, row(vector))

    assert one.near(row(asked), 0.01) == other.near(row(asked), 0.01)
    assert having(one, *"abcdef") == having(other, *"abcdef")


def test_top_terms_are_ordered_by_weight_then_alphabet() -> None:
    assert top_terms(Counter(b=2, a=2, c=3, d=1), 3) == ["c", "a", "b"]
    assert top_terms({}, 3) == []


def test_a_sum_tells_its_heaviest_terms_and_its_dot_products() -> None:
    both = total(BRIDGE, MARKET, MARKET)

    assert both.top(9) == {"bridge": 800, "crack": 600, "market": 1600, "share": 1200}
    assert list(both.top(2).items()) == [("market", 1600), ("share", 1200)]
    assert list(total({"b": 2, "a": 2, "c": 2}).top(2)) == ["a", "b"]
    assert both.dots([row(one) for one in (BRIDGE, {"crack": 1, "storm": 9}, {})]) == [
        800 * 800 + 600 * 600,
        600,
        0,
    ]
    assert NO_SUM.top(3) == {}
    assert NO_SUM.dots([]) == []


def test_a_sum_under_no_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        VectorIndex(LEXICON)["market"]


@pytest.mark.parametrize("some", [3, 4, 99])
def test_only_the_likeliest_sums_are_compared_in_full(monkeypatch: pytest.MonkeyPatch, some: int) -> None:
    monkeypatch.setattr(vectors, "COMPARED", 2)
    monkeypatch.setattr(vectors, "SOME", some)
    index = VectorIndex(LEXICON)
    for number in range(5):
        index.add(f"key {number}", row({"bridge": 100 * (number + 1), "market": 500}))

    assert sorted(index.near(row({"bridge": 1000}), 0.0)) == ["key 3", "key 4"]


def test_common_terms_are_not_followed_where_rarer_ones_led_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "VISITED", 3)
    index = VectorIndex(LEXICON)
    index.add("rare", row({"klitschko": 900, "match": 100}))
    for number in range(5):
        index.add(f"common {number}", row({"match": 1000}))

    assert list(index.near(row({"klitschko": 900, "match": 400}), 0.0)) == ["rare"]
    assert len(index.near(row({"match": 1000}), 0.0)) == 6
