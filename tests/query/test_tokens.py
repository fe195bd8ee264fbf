from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.query.tokens import MAX_KEYWORD_CHARS, MAX_TOKEN_CHARS, Token, cased, fold, tokenize, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Harbour bridge closed.", "harbour bridge closed"),
        ("don't", "don t"),
        ("don’t", "don t"),
        ("l'Élysée d’Orsay qu'il", "l elysee d orsay qu il"),
        ("COVID-19", "covid 19"),
        ("U.S. troops", "u s troops"),
        ("#foo_bar @BBC", "foo bar bbc"),
        ("Łódź Straße ŒUVRE Sørensen Kılıç İzmir", "lodz strasse oeuvre sorensen kilic izmir"),
        ("e\u0301lan élan", "elan elan"),
        ("ＦＵＬＬ ｗｉｄｔｈ ﬁsh", "full width fish"),
        ("inter\u00adnational", "international"),
        ("東京タワー", "東 京 タ ワ ー"),
        ("ｶﾞｷﾞ", "ガ ギ"),
        ("서울은", "서 울 은"),
        ("ไทย", "ไ ท ย"),
        ("AI東京2026", "ai 東 京 2026"),
        ("हिन्दी", "हिन्दी"),
        ("مُحَمَّد أحمد", "محمد احمد"),
        ("محـــمد", "محمد"),
        ("Ёлка", "елка"),
        ("τᾷ ᾼ ΤΑΙ", "τα α ται"),
        ("½", "1 2"),
        ("🔥 — … & \x00 \ud800", ""),
        ("a\ud800b", "a b"),
        ("1️⃣", "1"),
        ("", ""),
    ],
)
def test_words_are_folded_runs_of_letters_and_digits(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


def test_tokens_carry_their_place_in_the_text_as_given() -> None:
    assert tokenize("L’Élysée, Straße") == [Token("l", 0, 1), Token("elysee", 2, 8), Token("strasse", 10, 16)]


def test_a_character_that_stands_for_several_words_gives_each_its_place() -> None:
    assert tokenize("½ cup") == [Token("1", 0, 1), Token("2", 0, 1), Token("cup", 2, 5)]


@pytest.mark.parametrize("letter", ["x", "é", "ﬃ"])
def test_an_endless_word_is_cut(letter: str) -> None:
    (token,) = tokenize(letter * 100_000)
    assert len(token.text) == MAX_TOKEN_CHARS
    assert (token.start, token.end) == (0, 100_000)


def test_a_letter_under_a_heap_of_marks_is_one_letter() -> None:
    assert words("z" + "\u0335\u0489\u0321" * 10_000) == ["z"]


@given(st.text(max_size=40))
def test_tokens_and_words_are_the_same_and_lie_in_order_within_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert [token.text for token in tokens] == words(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(a.end <= b.start or (a.start, a.end) == (b.start, b.end) for a, b in pairwise(tokens))


@given(st.text(max_size=40))
def test_a_token_is_made_of_itself_and_a_blank_ends_it(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert not any(char.isspace() for token in found for char in token)


@given(st.text(max_size=20) | st.text("Kkß½ﬁǅᾳῼ\u0345\u037aİıŁ\u0301東", max_size=8))
def test_a_word_with_its_capitals_has_the_same_tokens(text: str) -> None:
    for token in tokenize(text):
        word = text[token.start : token.end]
        assert words(cased(word)) == words(word)


@given(st.text(max_size=20))
def test_case_does_not_matter(text: str) -> None:
    assert words(text.casefold()) == words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Jean-Luc \t MÉLENCHON ", "jean-luc melenchon"),
        ("O’Brien", "o'brien"),
        ("BBC.co.uk", "bbc.co.uk"),
        ("\ud800 ", ""),
        ("株式会社", "株式会社"),
    ],
)
def test_exact_values_fold_case_accents_and_blanks_but_keep_their_signs(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text(max_size=MAX_KEYWORD_CHARS * 2))
def test_folding_twice_changes_nothing_and_the_value_stays_short_and_encodable(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert len(folded) <= MAX_KEYWORD_CHARS
    assert folded.encode().decode() == folded
