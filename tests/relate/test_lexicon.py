from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.lexicon import Lexicon
from streams.relate.terms import Vector
from streams.relate.vectors import Sum, VectorIndex

VECTORS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 1000), max_size=6)


def test_a_term_that_was_only_asked_for_is_forgotten() -> None:
    lexicon = Lexicon({"bridge": 0.25})
    index = VectorIndex(lexicon)
    index.add("story", lexicon.row({"bridge": 1000}))

    asked = lexicon.numbers(["bridge", "crack"])
    assert lexicon.shares(asked).tolist() == [0.25, 0.0]
    assert index.having(asked).tolist() == [1, 0]
    assert len(lexicon) == 2
    lexicon.tidy()
    assert len(lexicon) == 1


def test_a_term_is_known_until_no_sum_has_it() -> None:
    lexicon = Lexicon({})
    one, other = VectorIndex(lexicon), VectorIndex(lexicon)
    one.add("a", lexicon.row({"bridge": 1, "crack": 1}))
    other.add("b", lexicon.row({"bridge": 1}))
    lexicon.tidy()

    one.drop("a")
    assert len(lexicon) == 1
    assert other["b"].top(9) == {"bridge": 1}
    other.drop("b")
    assert len(lexicon) == 0


def test_a_number_that_is_given_again_has_the_new_terms_frequency() -> None:
    lexicon = Lexicon({"bridge": 0.25})
    before = lexicon.numbers(["bridge"])
    lexicon.tidy()

    after = lexicon.numbers(["crack"])
    assert (after.tolist(), lexicon.shares(after).tolist()) == (before.tolist(), [0.0])


def test_the_heaviest_terms_come_by_weight_then_alphabet() -> None:
    lexicon = Lexicon({})
    row = lexicon.row({"d": 1, "c": 2, "b": 3, "a": 2})

    assert [heavy[:2] for heavy in lexicon.heaviest(row, 3)] == [(3, "b"), (2, "a"), (2, "c")]
    assert [term for _, term, _ in lexicon.heaviest(row, 9)] == ["b", "a", "c", "d"]
    assert lexicon.heaviest(lexicon.row({}), 3) == []


def test_a_weighed_vector_has_the_row_that_it_was_made_with() -> None:
    lexicon = Lexicon({})
    numbers = lexicon.numbers(["bridge", "the", "crack"])

    vector = lexicon.weighed(["bridge", "the", "crack"], numbers, np.array([800, 0, 600]))

    assert vector == {"bridge": 800, "crack": 600}
    assert lexicon.row(vector).tolist() == lexicon.row(dict(vector)).tolist()


@given(VECTORS, st.lists(VECTORS, max_size=4))
def test_rows_have_the_dot_products_of_their_vectors(vector: Vector, others: list[Vector]) -> None:
    lexicon = Lexicon({})
    rows = [lexicon.row(other) for other in others]

    assert lexicon.dots(lexicon.row(vector), rows).tolist() == [
        sum(weight * other.get(term, 0) for term, weight in vector.items()) for other in others
    ]
    assert [Sum(row, lexicon).top(len(row)) for row in rows] == others
    assert all(np.all(row[1:] > row[:-1]) for row in rows)


def test_a_term_that_came_and_went_while_it_was_asked_for_is_forgotten_once() -> None:
    lexicon = Lexicon({})
    index = VectorIndex(lexicon)
    for _ in range(2):
        index.add("story", lexicon.row({"bridge": 1}))
        index.drop("story")
    lexicon.numbers(["bridge", "bridge"])

    lexicon.tidy()
    assert len(lexicon) == 0
