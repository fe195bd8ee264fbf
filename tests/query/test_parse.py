from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import QueryError
from streams.query import parse as limits
from streams.query.nodes import (
    And,
    AsWritten,
    Copies,
    Everything,
    Gap,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    Word,
)
from streams.query.parse import parse
from streams.query.write import to_text


def word(token: str, **more: object) -> Word:
    return Word(token=token, **more)  # type: ignore[arg-type]


def phrase(tokens: str, **more: object) -> Phrase:
    return Phrase(tokens=tuple(tokens.split()), **more)  # type: ignore[arg-type]


def written(text: str, tokens: str, **more: object) -> AsWritten:
    return AsWritten(text=text, tokens=tuple(tokens.split()), **more)  # type: ignore[arg-type]


def near(*parts: Node | int, ordered: bool = False) -> Near:
    """Terms with the distances between them."""
    gaps = tuple(Gap(part, ordered) for part in parts if isinstance(part, int))
    return Near(terms=tuple(part for part in parts if not isinstance(part, int)), gaps=gaps)


A, B, C = word("a"), word("b"), word("c")
CO, US = word("co", prefix=True), written("US", "us")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Everything()),
        (" \n ", Everything()),
        ("Élection", word("election")),
        ("a b c", And((A, B, C))),
        ("a AND b && c", And((A, B, C))),
        ("a OR b || c", Or((A, B, C))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("((a) (b c))", And((A, B, C))),
        ("NOT a", Not(A)),
        ("-a !b", And((Not(A), Not(B)))),
        ("NOT (a OR b)", Not(Or((A, B)))),
        ("NOT NOT a", Not(Not(A))),
        ("a NOT b", And((A, Not(B)))),
        ("cats and dogs", And((word("cats"), word("and"), word("dogs")))),
        ("ANDROID NOTE ORB", And((word("android"), word("note"), word("orb")))),
        ("\\AND", word("and")),
        ('"AND"', word("and")),
        ('"harbour bridge"', phrase("harbour bridge")),
        ("“harbour bridge”", phrase("harbour bridge")),
        ("„harbour bridge“", phrase("harbour bridge")),
        ("”harbour bridge”", phrase("harbour bridge")),
        ("«harbour bridge»", phrase("harbour bridge")),
        ("»harbour bridge«", phrase("harbour bridge")),
        ('"say \\"a\\" twice"', phrase("say a twice")),
        ('"bridge"', word("bridge")),
        ("COVID-19", phrase("covid 19")),
        ("l'Élysée", phrase("l elysee")),
        ("U.S.", phrase("u s")),
        ("東京", phrase("東 京")),
        ("東京*", phrase("東 京")),
        ("elect*", word("elect", prefix=True)),
        ("Élect*", word("elect", prefix=True)),
        ('"elect*"', word("elect")),
        ("elect\\*", word("elect")),
        ("Johnson & Johnson", And((word("johnson"), word("johnson")))),
        ("a - b", And((A, B))),
        ("& a", A),
        ("Ukraine: what now?", And((word("ukraine"), word("what"), word("now")))),
        ("at 12:30", And((word("at"), phrase("12 30")))),
        ("a\\:b", phrase("a b")),
        ("title:a", word("a", field="title")),
        ("text: a", word("a", field="text")),
        ('title:"a b"', phrase("a b", field="title")),
        ("title:elect*", word("elect", prefix=True, field="title")),
        ("title:(a OR NOT b) c", And((Or((word("a", field="title"), Not(word("b", field="title")))), C))),
        ("source:bbc.co.uk", Keyword(field="source", value="bbc.co.uk")),
        ('person:"Jane Doe"', Keyword(field="person", value="Jane Doe")),
        ('entity:"Dwayne \\"The Rock\\" \\\\"', Keyword(field="entity", value='Dwayne "The Rock" \\')),
        ("org:AT&T", Keyword(field="org", value="AT&T")),
        ("+a +title:b", And((A, word("b", field="title")))),
        ("a +b -c", And((A, B, Not(C)))),
        ("C++ a", And((C, A))),
        ("a NEAR/5 b", near(A, 5, B)),
        ("a ONEAR/0 b", near(A, 0, B, ordered=True)),
        ("a NEAR/2 b NEAR/30 c", near(A, 2, B, 30, C)),
        ("NOT a NEAR/2 b c", And((Not(near(A, 2, B)), C))),
        ("a NEAR/2 b OR c", Or((near(A, 2, B), C))),
        ('"a b" NEAR/2 (co* OR case:US)', near(phrase("a b"), 2, Or((CO, US)))),
        ("title:(a NEAR/2 b)", near(word("a", field="title"), 2, word("b", field="title"))),
        ("title:a NEAR/2 b", near(word("a", field="title"), 2, B)),
        ("NEARBY NEAR/2 ANEAR", near(word("nearby"), 2, word("anear"))),
        ("\\NEAR a", And((word("near"), A))),
        ("case:US", written("US", "us")),
        ("case:(US OR title:EU)", Or((written("US", "us"), written("EU", "eu", field="title")))),
        ("title:case:US", written("US", "us", field="title")),
        ('exact:"U.S."', written("U.S", "u s", exact=True)),
        ("case:“New York!”", written("New York", "new york")),
        ("country:FR", Keyword(field="country", value="FR")),
        ("copies:3", Copies(least=3, most=3)),
        ("copies:>3", Copies(least=4)),
        ("copies:>=3", Copies(least=3)),
        ("copies:<3", Copies(most=2)),
        ("copies:<=3", Copies(most=3)),
        ("copies:2..5", Copies(least=2, most=5)),
        ("copies:..5", Copies(most=5)),
        ("lang:(en OR fr)", Or((Keyword(field="lang", value="en"), Keyword(field="lang", value="fr")))),
    ],
)
def test_a_query_means_what_it_says(query: str, expected: Node) -> None:
    assert parse(query) == expected


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-12", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-03-01", day(1), day(2)),
        ("2026-03-01T23:59", datetime(2026, 3, 1, 23, 59, tzinfo=UTC), day(2)),
        ("2026-03-01T23:59:59z", datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), day(2)),
        (">=2026-03-01", day(1), None),
        (">2026-03-01", day(2), None),
        ("<2026-03-01", None, day(1)),
        ("<=2026-03-01", None, day(2)),
        ('"> 2026-03-01"', day(2), None),
        ("2026-03-01..2026-03-05", day(1), day(6)),
        ("2026-03-01..", day(1), None),
        ("..2026-03-05", None, day(6)),
        (">=2026-03-01T05:00+05:00", day(1), None),
        (">=2026-02-28T20:00-0400", day(1), None),
    ],
)
def test_a_date_stands_for_all_of_its_year_month_day_or_minute(
    value: str, since: datetime | None, until: datetime | None
) -> None:
    assert parse(f"published:{value}") == Published(since=since, until=until)


@pytest.mark.parametrize("zone", ["+05:00", "-09:30"])
def test_a_zone_moves_where_a_day_or_month_begins(zone: str) -> None:
    found = parse(f"published:2026-03-01T00:00{zone}")
    assert isinstance(found, Published)
    assert found.since == datetime.fromisoformat(f"2026-03-01T00:00{zone}")


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("a OR", 4, "expected a word, a phrase in quotes, a field or ( after OR"),
        ("OR a", 0, "expected a word"),
        ("a AND OR b", 6, "expected a word"),
        ("NOT", 3, "after NOT"),
        ("a ()", 3, "after ("),
        ("(a b", 4, "expected ) to close a bracket"),
        ("a) b", 1, "closes no bracket"),
        ("title:", 6, "expected a value after title:"),
        ("title:-a", 6, "expected a value after title:"),
        ("title:source:a", 6, "source: cannot stand inside title:"),
        ("case:exact:a", 5, "exact: cannot stand inside case:"),
        ("source:case:a", 7, "case: cannot stand inside source:"),
        ("case:(a person:b)", 8, "person: cannot stand inside case:"),
        ("case:elect*", 5, "case: takes words as they are written, without *"),
        ("NEAR/3 a", 0, "expected a word"),
        ("a NEAR/3", 8, "expected a word, a phrase in quotes, a field or ( after NEAR/3"),
        ("a NEAR b", 2, "write how many words may stand between: NEAR/5; \\NEAR is the word"),
        ("a ONEAR/ b", 2, "ONEAR/5"),
        ("a NEAR/101 b", 2, "NEAR takes a distance of at most 100 words"),
        ("a NEAR/99999999999999999 b", 2, "at most 100 words"),
        ("a NEAR/3 (b c)", 2, "NEAR/3 takes words, phrases and (… OR …) of these"),
        ("a NEAR/3 (b NEAR/2 c)", 2, "NEAR/3 takes words, phrases"),
        ("a NEAR/3 b NEAR/2 lang:en", 11, "NEAR/2 takes words, phrases"),
        ("source:(a NEAR/3 b)", 10, "NEAR/3 is about words, not about source:"),
        ("copies:many", 7, "'many' is no number of copies; write 3, >3"),
        ("copies:5..3", 7, "no number of copies"),
        ("copies:..", 7, "no number of copies"),
        ("copies:<0", 7, "no number of copies"),
        ("copies:٣", 7, "no number of copies"),
        ("*", 0, "a * needs at least 2 letters before it"),
        ("a OR *", 5, "a * needs at least 2 letters before it"),
        ("title:(a source:b)", 9, "source: cannot stand inside title:"),
        ('a "b c', 2, "this quote is not closed"),
        ("a ”", 2, "this quote is not closed; write \\” for"),
        ("a «b", 2, "this quote is not closed; write \\« for"),
        ("a \\", 2, "nothing after this backslash"),
        ("titel:a", 0, "no field 'titel'; did you mean title:?"),
        ("SOURCE:a", 0, "no field 'SOURCE'; did you mean source:?"),
        ("autor:a", 0, "no field 'autor'; fields are title,"),
        ("http://a.example", 0, "no field 'http'; fields are title, text, case"),
        ('a:"b"', 0, "no field 'a'"),
        ('"a b"~10', 5, "for words near each other write a NEAR/5 b"),
        ("bridge^2", 6, "there are no weights"),
        ("el*ct", 2, "a * can only end a word"),
        ("a *ion", 2, "a * can only end a word"),
        ("e*", 0, "at least 2 letters"),
        ("covid-19*", 0, "'covid 19' are several words"),
        ("🔥", 0, "no letter or digit"),
        ("a OR &", 5, "no letter or digit"),
        ("NOT &", 4, "no letter or digit"),
        ("title:*", 6, "at least 2 letters"),
        ('""', 0, "no letter or digit"),
        ("source:bbc*", 7, "exact value, without *"),
        ('source:" "', 7, "source: needs a value"),
        ("published:yesterday", 10, "'yesterday' is not a date; write 2026, 2026-03"),
        ("published:2026-02-30", 10, "'2026-02-30' is not a date"),
        ("published:9999", 10, "is not a date"),
        ("published:0000", 10, "is not a date"),
        ("published:0001-01-01T00:00+01:00", 10, "is not a date"),
        ("published:٢٠٢٦", 10, "is not a date"),
        ("published:..", 10, "no ends"),
        ("published:2026-03-05..2026-03-01", 10, "ends before it begins"),
    ],
)
def test_a_mistake_is_shown_with_its_place_and_what_was_expected(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.position == position
    first, shown, caret = str(caught.value).split("\n")
    assert message in first
    assert f"line 1, column {position + 1}" in first
    assert shown[2:] == query
    assert caret == " " * (position + 2) + "^"


def test_the_line_and_column_of_a_mistake_are_told() -> None:
    with pytest.raises(QueryError, match="query, line 3, column 4: expected a word"):
        parse("bridge\nAND\n   OR a")


def test_the_place_in_a_long_query_is_shown_in_one_short_line() -> None:
    with pytest.raises(QueryError) as caught:
        parse("bridge\n" * 500 + "OR OR" + " bridge" * 500)
    _, shown, caret = str(caught.value).split("\n")
    assert len(shown) < 70
    assert shown[caret.index("^") :].startswith("OR bridge")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a" * (limits.MAX_CHARS + 1), "the query has 10001 characters, at most 10000"),
        ("(" * 101 + "a" + ")" * 101, "nested more than 100 deep"),
        ("NOT " * 101 + "a", "nested more than 100 deep"),
        ("(" * 4990 + "a" + ")" * 4990, "nested more than 100 deep"),
        ("a " * 2001, "more than 2000 words"),
        (f'"{"a b c d e " * 30}" ' * 14, "more than 2000 words"),
        (f'"{"a " * 201}"', "201 words, at most 200"),
    ],
)
def test_a_query_beyond_a_limit_is_refused_by_the_name_of_the_limit(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(query)


def test_a_query_at_its_limits_is_read() -> None:
    assert parse("(" * limits.MAX_DEPTH + "a" + ")" * limits.MAX_DEPTH) == A
    assert len(parse("a " * limits.MAX_TERMS).nodes) == limits.MAX_TERMS  # type: ignore[union-attr]


@given(st.text(max_size=60) | st.text(alphabet='ab "()\\:*-+!&|~^ANDORTE/5“”„«».é東', max_size=40))
def test_any_text_is_parsed_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        node = parse(text)
    except QueryError as error:
        position = error.position
    else:
        assert parse(to_text(node)) == node
        return
    assert 0 <= position <= len(text)


plain = st.sampled_from(["bridge", "Élysée", "COVID-19", "don't", "東京", "AND", "x", "½"])
value = st.text(min_size=1, max_size=12).map(lambda text: text.replace("\\", "\\\\").replace('"', '\\"') + "z")
term = st.one_of(
    plain.map(lambda text: f"\\{text}"),
    st.lists(plain, min_size=1, max_size=4).map(lambda texts: f'"{" ".join(texts)}"'),
    st.sampled_from(
        [
            "elect*",
            "case:Élan",
            'exact:"a \\" b"',
            "copies:>3",
            'a NEAR/3 b ONEAR/4 (c OR "d e")',
            "title:a",
            "text:(a -b)",
            "published:2026",
            "published:>2026-03-01T12:30+02:00",
        ]
    ),
    st.tuples(st.sampled_from(["entity", "source", "lang", "feed"]), value).map(
        lambda pair: f'{pair[0]}:"{pair[1]}"'
    ),
)
query = st.recursive(
    term,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"NOT ({text})"),
    ),
    max_leaves=12,
)


@given(query)
def test_a_query_written_out_is_read_as_the_same_query(text: str) -> None:
    node = parse(text)
    assert parse(to_text(node)) == node
