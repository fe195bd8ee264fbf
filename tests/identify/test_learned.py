from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.codec import content_id, encode
from streams.identify.html import Paragraph
from streams.identify.identity import Seen
from streams.identify.learned import (
    DECAY_DAYS,
    FEW,
    MANY,
    MAX_KNOWN,
    MAX_LINES,
    MAX_PAGES,
    Habits,
    Reading,
    learn,
    reading_of,
    repeated,
)
from streams.identify.prompts import house_of
from streams.identify.repeats import HABITS
from streams.records import Article, RawItem, Source, Tick
from streams.state import Buffered, Table
from tests.factories import COURIER, HERALD, NOON, raw_item
from tests.identify.running import articles, identify, process

HOUSE = house_of("The Herald", "herald.example")
MOTTO = "Printed every day but Sunday, in the old tannery by the river, since the year of the great flood."
STOCK = "Police are investigating."
TITLES = ("Harbour bridge closed", "Mayor resigns", "Otters return", "Choir seeks basses", "Snow delays trains")
DAY = timedelta(days=1)


def told(number: int) -> str:
    """A paragraph that no other article has."""
    return f"What happened in case {number} is told here in words that no other article has, number {number}."


def reading(number: int, *lines: str | Paragraph, title: str | None = None, day: int = 1000) -> Reading:
    given = [Paragraph(line) if isinstance(line, str) else line for line in lines]
    return reading_of(
        f"article {number}",
        day,
        title or f"Matter{''.join(chr(97 + int(digit)) for digit in str(number))}",
        given,
        HOUSE,
    )


def taught(*readings: Reading) -> Habits:
    return taught_on(Habits(), *readings)


def items(*texts: str, source: Source = HERALD) -> list[RawItem]:
    return [
        raw_item(
            url=f"https://{source.domain}/{number}",
            source=source,
            title=TITLES[number],
            content=f"<p>{told(number)}</p>{text}",
            fetched_at=NOON + number * DAY,
        )
        for number, text in enumerate(texts)
    ]


def test_a_paragraph_that_comes_again_in_other_articles_of_a_source_is_removed_with_its_reason() -> None:
    found = process(*items(*[f"<p>{MOTTO}</p>"] * 4))
    assert [article.text for article in found] == [
        f"{told(0)}\n\n{MOTTO}",
        f"{told(1)}\n\n{MOTTO}",
        told(2),
        told(3),
    ]
    [line] = found[2].removed
    assert (line.text, line.kind, line.why) == (MOTTO, "repeated", "comes again in other articles of this source")
    assert any(decision.numbers == {"repeated": 1} for decision in found[2].trace)


def test_each_source_has_its_own_habits() -> None:
    habits: dict[str, Habits] = {}
    process(*items(*[f"<p>{MOTTO}</p>"] * 4), habits=habits)
    [first] = process(*items(f"<p>{MOTTO}</p>", source=COURIER), habits=habits)
    assert MOTTO in first.text
    assert set(habits) == {HABITS + content_id(source.domain) for source in (HERALD, COURIER)}


def test_what_is_learned_is_taken_out_of_the_summary_too() -> None:
    texts = items(*[f"<p>{MOTTO}</p>"] * 3)
    brief = [raw_item(url=item.url, title=item.title, summary=item.content, content="") for item in texts]
    assert process(*brief)[2].summary == told(2)


def test_revisions_and_sightings_teach_nothing() -> None:
    first = items(f"<p>{MOTTO}</p>")[0]
    habits: dict[str, Habits] = {}
    process(
        first,
        *(
            raw_item(url=first.url, content=f"<p>{told(n)}</p><p>{MOTTO}</p>", fetched_at=NOON + n * DAY)
            for n in (1, 2)
        ),
        raw_item(
            url=first.url, feed_id="world", content=f"<p>{told(9)}</p><p>{MOTTO}</p>", fetched_at=NOON + 3 * DAY
        ),
        habits=habits,
    )
    assert [len(one.pages) for one in habits.values()] == [1]


def test_what_was_learned_meanwhile_is_no_revision() -> None:
    several = items(*[f"<p>{MOTTO}</p>"] * 4)
    seen: dict[str, Seen] = {}
    habits: dict[str, Habits] = {}
    process(*several, seen=seen, habits=habits)
    later = [raw_item(**_fields(item), fetched_at=NOON + 9 * DAY, categories=["News"]) for item in several]
    assert process(*later, seen=seen, habits=habits) == []


def test_versions_of_one_article_are_no_others_of_its_source() -> None:
    body = [told(number) for number in range(4)]
    update = [*body, told(5)]
    habits = taught(reading(1, *body), reading(2, *update), reading(3, *update, told(6)))
    assert len(habits.pages) == 1
    assert repeated(habits, reading(4, *body, MOTTO)) == []


def test_the_background_of_a_running_story_stays() -> None:
    background = "The fire began on a Sunday in a warehouse for matches and burned for eleven days and nights."
    titles = (
        "Kelland fire kills three",
        "Minister visits Kelland",
        "Kelland owner arrested",
        "Trial opens in Kelland",
    )
    readings = [reading(number, told(number), background, title=title) for number, title in enumerate(titles)]
    assert repeated(taught(*readings[:-1]), readings[-1]) == []


@pytest.mark.parametrize(("others", "removed"), [(FEW - 1, False), (FEW, False), (MANY - 1, False), (MANY, True)])
def test_a_stock_sentence_stays_unless_it_comes_again_and_again(others: int, removed: bool) -> None:
    habits = taught(*(reading(number, told(number), STOCK) for number in range(others)))
    assert (STOCK in repeated(habits, reading(99, told(99), STOCK))) is removed


def test_a_long_paragraph_between_others_needs_more_than_one_at_the_end() -> None:
    between = [reading(number, told(number), MOTTO, told(100 + number)) for number in range(MANY + 1)]
    assert repeated(taught(*between[:FEW]), between[FEW]) == []
    assert repeated(taught(*between[:MANY]), between[MANY]) == [MOTTO]


def test_a_line_that_speaks_of_its_source_or_to_its_reader_needs_less() -> None:
    for line in ("The Herald was founded in the flood.", "Tell your friends.", "Desk: night@herald.example."):
        readings = [reading(number, told(number), line, told(100 + number)) for number in range(FEW + 1)]
        assert repeated(taught(*readings[:FEW]), readings[FEW]) == [line]


def test_nothing_is_removed_where_nothing_would_be_left() -> None:
    habits = taught(*(reading(number, told(number), MOTTO, STOCK) for number in range(MANY)))
    assert repeated(habits, reading(99, MOTTO, STOCK)) == []


def test_quotes_and_phrases_inside_of_a_paragraph_are_never_cut() -> None:
    habits = taught(*(reading(number, told(number), MOTTO) for number in range(MANY)))
    quote = Paragraph(MOTTO, kind="quote")
    assert repeated(habits, reading(99, told(99), quote, f"It says on the wall: {MOTTO}")) == []


def test_what_is_learned_is_known_after_its_articles_are_forgotten_and_decays() -> None:
    habits = taught(*(reading(number, told(number), MOTTO) for number in range(FEW + 1)))
    habits = taught_on(habits, reading(50, told(50), told(51), day=1030))
    later = taught_on(habits, *(reading(n, told(n), told(n + 500), day=1050) for n in range(100, 100 + MAX_PAGES)))
    assert MOTTO in repeated(later, reading(99, told(99), MOTTO, day=1000 + DECAY_DAYS))
    assert repeated(later, reading(99, told(99), MOTTO, day=1001 + DECAY_DAYS)) == []


def test_what_is_remembered_of_a_source_is_bounded() -> None:
    habits = Habits()
    for number in range(MAX_PAGES + 3):
        own = [told(1000 * number + line) for line in range(60)]
        common = [
            f"Line {line} of many that stand here again, as they do in each of the articles." for line in range(90)
        ]
        habits = taught_on(habits, reading(number, *own, *own, *own, *common))
    assert len(habits.pages) == MAX_PAGES
    assert max(len(page.lines) for page in habits.pages) == MAX_LINES
    assert 0 < len(habits.known) <= MAX_KNOWN
    assert len(encode(habits)) < 30_000


LINES = st.lists(st.sampled_from([MOTTO, STOCK, "Share it", *(told(number) for number in range(4))]), min_size=1)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(TITLES), LINES), min_size=1, max_size=12))
def test_an_article_taken_up_again_changes_nothing_and_is_decided_the_same(
    articles: list[tuple[str, list[str]]],
) -> None:
    habits = Habits()
    for number, (title, lines) in enumerate(articles):
        one = reading(number, *dict.fromkeys(lines), title=title)
        decided = repeated(habits, one)
        after = learn(habits, one, decided)
        assert repeated(after, one) == decided
        assert learn(after, one, decided) == after
        habits = after


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_crash_after_any_write_leads_to_the_same_articles(data: st.DataObject) -> None:
    texts = data.draw(
        st.lists(st.sampled_from([f"<p>{MOTTO}</p>", f"<p>{STOCK}</p><p>Share it</p>", ""]), max_size=5)
    )
    batch = [*items(*texts), *items(*texts, source=COURIER)]
    table = Buffered({})
    emitted = {article.id: article for article in _over(table, batch)}
    writes = table.writes[: data.draw(st.integers(0, len(table.writes)), label="writes that were made durable")]
    durable = {key: value for key, value in writes if value is not None}
    again = Buffered(durable)
    assert all(emitted[article.id] == article for article in _over(again, batch))
    assert durable | again.changes == table.changes


def test_a_source_that_went_silent_is_forgotten() -> None:
    table = Buffered({})
    _over(table, items(f"<p>{MOTTO}</p>"))
    stage = identify(Table(table, Seen), habits=Table(table, Habits))
    stage.process([Tick(at=NOON + DECAY_DAYS * DAY)])
    assert len(table) == 2
    stage.process([Tick(at=NOON + (DECAY_DAYS + 1) * DAY)])
    assert len(table) == 1


def taught_on(habits: Habits, *readings: Reading) -> Habits:
    for one in readings:
        habits = learn(habits, one, repeated(habits, one))
    return habits


def _over(table: Buffered, batch: list[RawItem]) -> list[Article]:
    return articles(identify(Table(table, Seen), habits=Table(table, Habits)).process(batch))


def _fields(item: RawItem) -> dict[str, object]:
    return {"url": item.url, "title": item.title, "content": item.content}
