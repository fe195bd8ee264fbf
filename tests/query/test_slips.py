from __future__ import annotations

import pytest

from streams.query.slips import slips


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bridge or ferry", "'or' is looked for as a word: the operator is written OR"),
        ("bridge And (title:not ferry)", "'And' is looked for"),
        ("bridge near/5 closed", "written as in bridge NEAR/5 closed"),
        ("bridge NEAR5 closed", "written as in bridge NEAR/5 closed"),
        ("bridge w/5 closed", "written as in bridge NEAR/5 closed"),
        ("organi?e", "looked for as 'organi e': a ? stands for no letter"),
        ('"elect* day"', 'the * in "elect* day" means nothing within quotes'),
        ("'harbour bridge' closed", 'one by one: a phrase is written "harbour bridge"'),
        ("‘harbour bridge’", "one by one"),
    ],
)
def test_what_hardly_says_what_is_meant_is_told_with_the_way_out(query: str, said: str) -> None:
    assert said in next(slips(query))


@pytest.mark.parametrize(
    "query",
    [
        "bridge OR ferry",
        '"now or never"',
        "near bridge NEAR/5 closed",
        "who? what",
        "elect* day",
        '"5 * 3" OR "elect\\*"',
        'person:"M*A*S*H" source:or',
        "'tis l'Élysée Putin's",
        "'bridge' 'ferry'",
        "",
    ],
)
def test_what_says_what_it_means_has_no_slip(query: str) -> None:
    assert list(slips(query)) == []
