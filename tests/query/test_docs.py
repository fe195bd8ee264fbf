from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.index.verified import MOST_TRIED
from streams.query import parse as limits
from streams.query.fields import FIELDS
from streams.query.parse import parse
from streams.query.write import to_text

PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("query", EXAMPLES)
def test_each_example_of_the_documentation_is_a_query(query: str) -> None:
    assert parse(to_text(parse(query))) == parse(query)


def test_every_field_and_limit_is_documented() -> None:
    assert len(EXAMPLES) > 10
    assert [field for field in FIELDS if f"{field}:" not in PAGE] == []
    for limit in (limits.MAX_CHARS, limits.MAX_TERMS, limits.MAX_PHRASE_WORDS, limits.MAX_GAP, limits.MAX_DEPTH):
        assert f"{limit:,} " in PAGE
    assert f"more than {MOST_TRIED:,}" in PAGE
