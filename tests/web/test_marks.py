from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.records import Entity, Span
from streams.web.marks import Mark, Piece, cut, paragraphs, snippet
from tests.factories import document

marks = st.lists(st.builds(Mark, st.integers(-5, 60), st.integers(-5, 60), st.just("match")), max_size=8)


def bare(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def marked(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.mark]


@given(st.text(max_size=50), marks)
def test_the_pieces_join_to_the_text_whatever_the_marks(text: str, some: list[Mark]) -> None:
    assert bare(cut(text, some)) == text


def test_a_mark_stands_on_its_characters() -> None:
    assert marked(cut("the old bridge", [Mark(4, 7, "match"), Mark(8, 14, "match")])) == ["old", "bridge"]


def test_of_two_marks_that_overlap_the_first_and_longer_stays() -> None:
    assert marked(cut("New York City", [Mark(4, 13, "b"), Mark(0, 8, "a")])) == ["New York"]
    assert marked(cut("New York City", [Mark(0, 3, "b"), Mark(0, 13, "a")])) == ["New York City"]


def test_a_mark_is_clipped_to_the_part_that_is_shown() -> None:
    assert marked(cut("one two three", [Mark(0, 7, "a")], 4, 13)) == ["two"]


def test_paragraphs_keep_their_own_entities() -> None:
    text = "Ada spoke.\n\nThen Ada left.\n \n"
    ada = Entity(
        id="ada",
        name="Ada",
        label="PERSON",
        count=2,
        spans=[Span(field="text", start=0, end=3), Span(field="text", start=17, end=20)],
    )
    found = paragraphs(document(text=text, entities=[ada]))
    assert [bare(paragraph.pieces) for paragraph in found] == ["Ada spoke.", "Then Ada left."]
    assert [marked(paragraph.pieces) for paragraph in found] == [["Ada"], ["Ada"]]


def test_an_embedded_post_is_told_from_the_publishers_words() -> None:
    found = paragraphs(document(text="They said:\n\nWhat a  day", quotes=["What a day"]))
    assert [paragraph.quoted for paragraph in found] == [False, True]


def test_spans_of_the_title_mark_nothing_in_the_text() -> None:
    entity = Entity(id="a", name="A", label="ORG", count=1, spans=[Span(field="title", start=0, end=3)])
    assert marked(paragraphs(document(text="The text", entities=[entity]))[0].pieces) == []


def test_a_snippet_without_marks_is_the_beginning() -> None:
    assert bare(snippet("one two three four", [], length=9)) == "one two …"
    assert bare(snippet("short", [])) == "short"


def test_a_snippet_goes_to_the_first_mark() -> None:
    text = "word " * 100 + "bridge " + "word " * 100
    found = snippet(text, [Mark(500, 506, "match")])
    assert marked(found) == ["bridge"]
    assert bare(found).startswith("… word")
    assert bare(found).endswith("word …")
    assert len(bare(found)) < 280


@given(st.text(max_size=600), marks, st.integers(100, 300))
def test_a_snippet_is_never_much_longer_than_asked_for(text: str, some: list[Mark], length: int) -> None:
    assert len(bare(snippet(text, some, length))) <= length + 4


def test_a_snippet_of_a_text_without_blanks_is_cut_anyway() -> None:
    assert len(bare(snippet("橋" * 5000, [Mark(4000, 4001, "match")]))) < 280
