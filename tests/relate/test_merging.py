"""Stories that turn out to be one."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.records import Record, TaggedArticle
from streams.relate import ageing, merging
from streams.relate.related import CLOCK_KEY, Clock, Past, Related
from streams.relate.stage import Relate
from streams.state import Buffered, Table, Write
from tests.factories import NOON
from tests.relate.news import BRIDGE_TEXT, DAY, ELECTION, HOUR, documents, news, place, run, stage, stories, tick
from tests.relate.sums import NO_SUM
from tests.relate.test_restart import DAYS, END, streams_of_news

FERRIES = "Ferries replace bridge in harbour town"
CRACKS = "Girders of steel crack under traffic"
FERRY_WORDS = "ferries commuters harbour queues mornings tickets pier captains boats crossing"
CRACK_WORDS = "girders cracks inspectors welds steel engineers repairs autumn metal fatigue"
BOTH = f"{FERRY_WORDS} {CRACK_WORDS}"
LATER = NOON + 2 * HOUR


def apart() -> list[TaggedArticle]:
    """Two events, as far as anybody can tell: two articles each."""
    return [
        news("a", FERRIES, NOON, text=FERRY_WORDS),
        news("b", CRACKS, NOON, text=CRACK_WORDS),
        news("a2", FERRIES, NOON, text=f"{FERRY_WORDS} again"),
        news("b2", CRACKS, NOON, text=f"{CRACK_WORDS} again"),
    ]


def together() -> list[Record]:
    """Then each side tells of the other, more and more."""
    more = [
        news(f"{side}{number}", title, NOON, text=f"{BOTH} {number}")
        for number in range(3, 9)
        for side, title in (("a", f"{FERRIES}, {CRACKS}"), ("b", f"{CRACKS}, {FERRIES}"))
    ]
    return [*more, tick(LATER)]


def merged(table: MutableMapping[str, Related] | None = None) -> tuple[Relate, list[Record]]:
    relate = stage(table)
    return relate, run(relate, *apart(), *together())


@pytest.fixture(autouse=True)
def _low_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a stream of a few articles words weigh otherwise than in one of thousands."""
    monkeypatch.setattr(merging, "BAR", 0.3)


def test_two_stories_that_have_become_one_are_merged_into_the_older_and_say_why() -> None:
    _, records = merged()

    [whole, part] = stories(records)[-2:]
    assert (part.id, part.merged_into, part.state, part.velocity) == ("b", "a", "closed", 0.0)
    assert (whole.id, whole.merged_into, whole.state) == ("a", None, "active")
    assert part.trace[0].what == "becomes part of story a"
    assert whole.trace[0].what == "takes in story b"
    assert whole.trace[0].numbers == part.trace[0].numbers
    assert float(whole.trace[0].numbers["score"]) >= float(whole.trace[0].numbers["threshold"]) == 0.3


def test_a_merged_story_counts_what_both_had_and_is_newer_than_both() -> None:
    relate, records = merged()

    before = {story.id: story for story in stories(records)[:-2]}
    [whole, part] = stories(records)[-2:]
    assert whole.articles == before["a"].articles + before["b"].articles == 16
    assert whole.publishers + whole.copies == 16
    assert whole.version > max(before["a"].version, before["b"].version)
    assert part.version == before["b"].version + 1
    assert list(relate._memory.open.live) == ["a"]


def test_stories_are_not_compared_before_it_is_time_nor_when_nothing_came() -> None:
    table: dict[str, Related] = {}
    relate = stage(table)
    run(relate, *apart(), *together()[:-1])
    assert "b" in relate._memory.open.live
    run(relate, tick(LATER))

    clock = table[CLOCK_KEY].value
    assert isinstance(clock, Clock)
    assert (clock.compared_at, clock.compared) == (LATER, 16)
    run(relate, tick(LATER + HOUR))
    again = table[CLOCK_KEY].value
    assert isinstance(again, Clock)
    assert again.compared_at == clock.compared_at


def test_an_article_that_joins_and_one_that_is_revised_go_to_the_surviving_story() -> None:
    relate, _ = merged()

    joined, story = place(relate, news("c", f"{CRACKS} {FERRIES}", LATER, text=CRACK_WORDS))
    revised, after = place(relate, news("b2", CRACKS, LATER, text=CRACK_WORDS, revision=2))

    assert (joined.story_id, story.articles) == ("a", 17)
    assert (revised.story_id, revised.version, after.articles) == ("a", 2, 17)


def test_an_article_that_comes_again_gets_the_document_that_it_got_before() -> None:
    relate = stage()
    [first] = documents(run(relate, apart()[1]))
    run(relate, *apart(), *together())

    assert run(relate, apart()[1]) == [first]


def test_a_copy_of_an_article_of_the_merged_story_goes_to_the_surviving_one() -> None:
    relate = stage()
    run(relate, *apart(), news("b9", CRACKS, NOON, text=f"{BRIDGE_TEXT} {CRACK_WORDS}"), *together())

    document, story = place(relate, news("c", "Other words", LATER, text=f"{BRIDGE_TEXT} {CRACK_WORDS}"))

    assert (document.copy_of, document.story_id, story.id) == ("b9", "a", "a")


def test_stories_that_bring_back_one_another_stay_apart() -> None:
    relate = stage()
    run(relate, *apart())
    ageing.bring_back(relate._memory, "b", "a")

    run(relate, *together())

    assert set(relate._memory.open.live) == {"a", "b"}


def test_a_merged_story_closes_is_remembered_and_is_forgotten_with_its_parts() -> None:
    table: dict[str, Related] = {}
    relate, _ = merged(table)

    [closed] = stories(run(relate, tick(NOON + 8 * DAY)))[-1:]
    assert (closed.id, closed.state, closed.articles) == ("a", "closed", 16)
    past = table["story:a"].value
    assert isinstance(past, Past)
    assert past.parts == ["b"]
    [again] = documents(run(relate, news("b", CRACKS, NOON + 9 * DAY, text=CRACK_WORDS, revision=2)))
    assert again.story_id == "a"

    run(relate, tick(NOON + 500 * DAY), tick(NOON + 501 * DAY))
    assert list(table) == [CLOCK_KEY]
    assert place(relate, news("b", CRACKS, NOON + 502 * DAY))[0].story_id == "b"


def test_what_only_sums_remember_is_counted_once_when_stories_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "MAX_ARTICLES", 14)
    monkeypatch.setattr(ageing, "AT_ONCE", 0)
    table: dict[str, Related] = {}

    relate, records = merged(table)

    assert stories(records)[-2].articles == 16
    assert "b" not in table
    again = stage(table)._memory.open.live["a"]
    assert again.record(NO_SUM) == relate._memory.open.live["a"].record(NO_SUM)
    assert again.middle == relate._memory.open.live["a"].middle


@settings(max_examples=40, deadline=None)
@given(streams_of_news(), st.data())
def test_merges_are_the_same_after_restarts_and_repeats(records: list[Record], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "BAR", 0.05)
        patch.setattr(merging, "LEAST_ARTICLES", 1)
        patch.setattr(ageing, "MAX_ARTICLES", data.draw(st.sampled_from([4, 1000])))
        patch.setattr(ageing, "AT_ONCE", 1)
        undisturbed, kept = stage(Table({}, Related), **DAYS), Table({}, Related)
        disturbed = stage(kept, **DAYS)
        for record in records:
            if data.draw(st.booleans(), label="restart"):
                disturbed = stage(kept, **DAYS)
            assert run(disturbed, record) == run(undisturbed, record)
        assert run(stage(kept, **DAYS), END) == run(undisturbed, END)


def test_a_batch_whose_writes_were_cut_short_anywhere_comes_to_the_same() -> None:
    base: dict[bytes, bytes] = {}
    run(stage(Table(base, Related)), *apart(), tick(NOON))
    batch = [*together(), news("c", ELECTION, LATER), tick(LATER + HOUR)]
    whole = Buffered(base)
    run(stage(Table(whole, Related)), *batch)

    for count in range(len(whole.writes)):
        cut = written(base, whole.writes[:count])
        run(stage(Table(cut, Related)), *batch)
        assert cut == written(base, whole.writes)
    assert b"story:b" not in cut


def written(state: dict[bytes, bytes], writes: Iterable[Write]) -> dict[bytes, bytes]:
    after = dict(state)
    for key, value in writes:
        if value is None:
            del after[key]
        else:
            after[key] = value
    return after
