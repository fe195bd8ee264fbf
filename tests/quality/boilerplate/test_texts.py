"""The labelled articles are what the boilerplate figures rest on: enough of everything, and half of it apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.quality.boilerplate.texts import SEEN, UNSEEN, Line, Text, cleaned, read

TEXTS = {path: read(path) for path in (SEEN, UNSEEN)}
ALL = [text for texts in TEXTS.values() for text in texts]


def test_there_is_enough_of_everything_and_half_of_it_is_unseen() -> None:
    assert len(ALL) >= 120
    for texts in TEXTS.values():
        assert len(texts) >= 60
        assert len({text.language for text in texts}) >= 4
        assert sum(len(text.own) for text in texts) >= 200
        assert sum(len(text.boilerplate) for text in texts) >= 150
        assert max(Counter(text.source for text in texts).values()) >= 5


def test_the_halves_share_neither_sources_nor_paragraphs() -> None:
    seen, unseen = TEXTS.values()
    assert not {text.source for text in seen} & {text.source for text in unseen}
    assert not set[str]().union(*(text.own for text in seen)) & set[str]().union(*(text.own for text in unseen))


def test_no_paragraph_of_an_article_stands_in_it_twice() -> None:
    for text in ALL:
        assert len({line.text for line in text.lines}) == len(text.lines), text.title


def test_every_article_is_one_in_the_program() -> None:
    assert [article.title for article in cleaned(ALL)] == [text.title for text in ALL]


def test_a_text_is_html_with_lists_forms_and_links() -> None:
    lines = [
        Line("It is shut & dark.", "", False),
        Line("Who pays?", "la", True),
        Line("What next?", "la", True),
        Line("More", "h", True),
        Line("Your e-mail", "f", True),
    ]
    assert Text("en", "blog", "The Herald", "Shut", lines).html.splitlines() == [
        "<div><p>It is shut &amp; dark.</p></div>",
        '<ul><li><a href="https://elsewhere.example/">Who pays?</a></li>'
        '<li><a href="https://elsewhere.example/">What next?</a></li></ul>',
        "<div><h3>More</h3></div>",
        "<form><p>Your e-mail</p></form>",
    ]


@pytest.mark.parametrize("line", ["no sign", "+x Unknown form", "+", "- "])
def test_a_line_of_no_known_form_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(f"@ en blog Herald\n# Shut\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.txt, line 3"):
        read(path)
