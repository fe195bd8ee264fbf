"""One article on its way through the stages once more, and what is remembered of others meanwhile."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from streams.records import Decision, Removed
from streams.relate.related import Clock, Past, Related
from streams.reprocess.again import article_again, as_read, kept
from tests.factories import NOON, document
from tests.relate.news import news, run, stage

LATER = NOON + timedelta(days=3)
TOLD = "The harbour bridge was closed on Monday after engineers found cracks."
PLEA = "Sign up for our newsletter to get the news every morning"


def test_what_is_boilerplate_by_now_is_taken_out_and_what_was_stays_out() -> None:
    before = document(text=f"{TOLD}\n\n{PLEA}", removed=[Removed(text="Share this", kind="prompt")])
    again = article_again(before, before.created_at)
    assert again.text == TOLD
    assert [line.text for line in again.removed] == ["Share this", PLEA]


def test_a_clean_text_stays_as_it_is_with_its_quotes() -> None:
    before = document(
        text=f"{TOLD}\n\nSo happy to see it open. — Jo\n\nMore follows.", quotes=["So happy to see it open. — Jo"]
    )
    again = article_again(before, before.created_at)
    assert (again.text, again.quotes, again.removed) == (before.text, before.quotes, [])


def test_it_arrives_as_it_first_did_and_as_backfill_and_is_shown_as_it_was_read() -> None:
    decided = [Decision(stage=stage, what="", why="") for stage in ("identify", "tag", "relate")]
    before = document(revision=3, version=7, fetched_at=LATER, trace=decided)
    again = article_again(before, before.created_at)
    assert (again.fetched_at, again.created_at, again.backfill) == (NOON, NOON, True)
    assert (again.id, again.revision, [one.stage for one in again.trace]) == (before.id, 3, ["identify"])
    shown = as_read(document(id=before.id, backfill=True, version=3), before)
    assert (shown.fetched_at, shown.backfill, shown.version) == (LATER, False, 3)


def test_what_belongs_to_stories_that_are_not_made_again_is_kept_and_the_clock_begins_anew() -> None:
    past = Past(at=LATER, version=2, state="closed", upto=4)
    table = {"clock": Related(Clock(at=LATER)), "story:old": Related(past), "story:new": Related(past)}
    found = dict(kept(table.items, lambda _: True, lambda story: story == "new", NOON))
    assert found == {"story:old": Related(msgspec.structs.replace(past, at=NOON))}


def test_an_article_of_a_merged_story_is_kept_if_the_surviving_one_is() -> None:
    table: dict[str, Related] = {}
    run(stage(table), news("b"), news("d"))
    for whole, part in (("a", "b"), ("c", "d")):
        past = Past(at=LATER, version=2, state="active", upto=4, parts=[part])
        table[f"story:{whole}"] = Related(past)
    of_a, of_c = (msgspec.structs.replace(table[name].value, story_id=name) for name in "bd")
    table |= {"b": Related(of_a), "d": Related(of_c)}
    assert dict(kept(table.items, lambda _: False, lambda story: story == "a", LATER)).keys() == {"story:c", "d"}
