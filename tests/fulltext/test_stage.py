"""The stage that reads articles in full, over dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from streams.errors import RecordError
from streams.fulltext.page import Page
from streams.fulltext.stage import KEPT, FullText, Passed
from streams.fulltext.wanted import Found, Wanted
from streams.identify.learned import DECAY_DAYS, Habits
from streams.records import Article, Record, Tick, Topic
from streams.state import Buffered, Table
from tests.factories import NOON, article
from tests.fulltext.test_choice import markup
from tests.fulltext.test_page import PARAGRAPHS


class Site:
    """Pages that all say the same; `asked` are those that were wanted."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, wanted: Sequence[Wanted]) -> list[Found]:
        self.asked += [one.url for one in wanted]
        return [Page(url=one.url, markup=markup(PARAGRAPHS)) for one in wanted]


def full(number: int, **fields: Any) -> Article:
    return article(url=f"https://herald.example/{number}", full_text=True, **fields)


def run(site: Site, passed: dict[str, Passed], *batch: Record) -> list[Article]:
    outputs = FullText(passed, {}, site, max_text_chars=10_000).process(batch)
    assert {output.topic for output in outputs} <= {Topic.ARTICLES}
    assert all(isinstance(output.record, Article) and output.key == output.record.id for output in outputs)
    return [output.record for output in outputs if isinstance(output.record, Article)]


def test_articles_go_on_in_order_with_the_text_of_their_pages() -> None:
    site = Site()
    read = run(site, {}, full(2), full(1), full(3))
    assert [one.url for one in read] == [f"https://herald.example/{number}" for number in (2, 1, 3)]
    assert {one.text for one in read} == {"\n\n".join(PARAGRAPHS)}
    assert site.asked == [one.url for one in read]


def test_only_what_is_to_be_read_in_full_is_fetched() -> None:
    site = Site()
    assert run(site, {}, article()) == [article()]
    assert run(site, {}, full(1, id="nameless", source=article().source)) != []
    assert site.asked == ["https://herald.example/1"]


def test_a_revision_that_comes_again_is_neither_fetched_nor_sent_again() -> None:
    site, passed = Site(), dict[str, Passed]()
    assert len(run(site, passed, full(1), full(1))) == 1
    assert run(site, passed, full(1)) == []
    assert len(run(site, passed, full(1, revision=2))) == 1
    assert run(site, passed, full(1)) == []
    assert len(site.asked) == 2


def test_what_went_through_is_forgotten_when_no_log_can_bring_it_again() -> None:
    site, passed = Site(), dict[str, Passed]()
    run(site, passed, full(1))
    later = full(2, fetched_at=NOON + KEPT + timedelta(seconds=1))
    stage = FullText(passed, {}, site, max_text_chars=10_000)
    stage.process([later])
    assert full(1).id not in passed
    assert later.id in passed


def test_what_is_no_article_is_refused() -> None:
    with pytest.raises(RecordError, match="Tick"):
        run(Site(), {}, Tick(at=NOON))


class Sites:
    """Pages that all end with the same line, each with words of its own before."""

    def read(self, wanted: Sequence[Wanted]) -> list[Found]:
        return [Page(url=one.url, markup=markup([*words_of(one.url), MOTTO])) for one in wanted]


MOTTO = "Printed every day but Sunday, in the old tannery by the river, since the year of the great flood."
TITLES = ("Harbour bridge closed", "Mayor resigns", "Otters return", "Choir seeks basses", "Snow delays trains")


def words_of(url: str) -> list[str]:
    """What only this page says."""
    number = url.rpartition("/")[2]
    return [f"What happened in case {number} is told in line {line}, number {number}." for line in ("one", "two")]


def matter(number: int, **fields: Any) -> Article:
    url = f"https://herald.example/{number}"
    return full(number, title=TITLES[number], text=f"{words_of(url)[0]}", **fields)


def test_a_line_that_comes_again_on_other_pages_of_a_source_is_removed_with_its_reason() -> None:
    stage = FullText({}, {}, Sites(), max_text_chars=10_000)
    outputs = stage.process([matter(number) for number in range(4)])
    read = [output.record for output in outputs if isinstance(output.record, Article)]
    assert [MOTTO in one.text for one in read] == [True, True, False, False]
    assert [one.kind for one in read[3].removed if one.text == MOTTO] == ["repeated"]
    assert {one.trace[-1].what for one in read} == {"text of its page"}


def test_pages_that_come_again_after_a_crash_are_read_as_they_were_and_teach_nothing() -> None:
    batch = [matter(number) for number in range(4)]
    habits: dict[str, Habits] = {}
    first = FullText({}, habits, Sites(), max_text_chars=10_000).process(batch)
    known = dict(habits)
    assert FullText({}, habits, Sites(), max_text_chars=10_000).process(batch[3:]) == first[3:]
    assert habits == known
    FullText({}, habits, Sites(), max_text_chars=10_000).process([matter(4, revision=2)])
    assert habits == known


def test_habits_and_what_went_through_lie_in_one_table_and_are_forgotten_when_they_are_old() -> None:
    raw: dict[bytes, bytes] = {}
    buffer = Buffered(raw)
    stage = FullText(Table(buffer, Passed), Table(buffer, Habits), Sites(), max_text_chars=10_000)
    stage.process([matter(0), matter(1)])
    # Habits are written before the article that taught them is known to have gone through.
    assert [key.startswith(b"source:") for key, _ in buffer.writes] == [True, False, True, False]
    stage.process([article(id="later", fetched_at=NOON + timedelta(days=DECAY_DAYS + 1))])
    assert list(buffer) == [b"later"]
