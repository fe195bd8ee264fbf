from __future__ import annotations

import pytest

from streams.errors import RecordError
from streams.records import Source, Story, Topic
from streams.relate.terms import count_terms
from tests.factories import NOON, article, rule, tagged
from tests.relate.news import (
    BRIDGE,
    BRIDGE_AGAIN,
    BRIDGE_TEXT,
    DAY,
    ELECTION,
    HOUR,
    documents,
    news,
    place,
    run,
    stage,
    stories,
    tick,
)


def test_an_article_begins_a_story_of_its_own_name() -> None:
    document, story = place(stage(), news("a"))

    assert (document.id, document.version, document.story_id, document.copy_of) == ("a", 1, "a", None)
    assert (story.id, story.version, story.articles, story.title, story.state) == ("a", 1, 1, BRIDGE, "active")


def test_the_document_comes_before_its_story_under_the_group_key() -> None:
    outputs = stage().process([news("a")])

    assert [(output.topic, output.key, type(output.record).__name__) for output in outputs] == [
        (Topic.DOCUMENTS, "world", "Document"),
        (Topic.DOCUMENTS, "world", "Story"),
    ]


def test_articles_about_one_event_share_a_story() -> None:
    relate = stage()
    place(relate, news("a"))

    document, story = place(relate, news("b", BRIDGE_AGAIN, NOON + HOUR))

    assert document.story_id == "a"
    assert (story.version, story.articles, story.publishers) == (2, 2, 2)
    assert (story.first_seen, story.last_seen) == (NOON, NOON + HOUR)


def test_a_story_tells_the_first_sentence_of_its_article_also_of_a_revision() -> None:
    relate = stage()
    _, begun = place(relate, news("a", text=BRIDGE_TEXT))
    _, revised = place(relate, news("a", text="The bridge is open again since Monday. Ferries stop.", revision=2))

    assert begun.summary.startswith("The harbour bridge was closed to all traffic on Monday after inspectors")
    assert revised.summary == "The bridge is open again since Monday."


def test_articles_about_different_events_do_not() -> None:
    relate = stage()
    place(relate, news("a"))

    assert place(relate, news("b", ELECTION))[0].story_id == "b"


def test_articles_without_words_stay_alone() -> None:
    relate = stage()

    assert [place(relate, news(name, ""))[0].story_id for name in "ab"] == ["a", "b"]


def test_outputs_do_not_depend_on_batches() -> None:
    batch = [news("a"), news("b", ELECTION), news("c", BRIDGE_AGAIN), tick(NOON + 2 * DAY)]

    together = run(stage(), *batch)

    one = stage()
    assert together == [output for each in batch for output in run(one, each)]


def test_other_records_are_refused_by_name() -> None:
    with pytest.raises(RecordError, match="Rule"):
        run(stage(), rule())
    with pytest.raises(RecordError, match="Article"):
        run(stage(), article())


def test_hostile_text_is_just_text() -> None:
    relate = stage()
    hostile = ["\ud800\udfff \ud800", "\x00\x1b[2J", "a" * 100_000, "<script>alert(1)</script>", "́" * 1000]

    for number, text in enumerate(hostile):
        document, story = place(relate, tagged(id=str(number), url=None, title=text, text=text))
        assert (document.title, len(story.title)) == (text, min(len(text), 300))


def test_backfill_and_earlier_decisions_pass_through() -> None:
    document, _ = place(stage(), news("a", backfill=True, changed=["title"]))

    assert (document.backfill, document.changed) == (True, ["title"])


# Copies


def test_the_same_text_elsewhere_is_a_copy_in_its_story() -> None:
    relate = stage()
    place(relate, news("a", text=BRIDGE_TEXT))

    document, story = place(relate, news("b", "Commuters face months of ferries", text=BRIDGE_TEXT))

    assert (document.copy_of, document.story_id) == ("a", "a")
    assert (story.articles, story.copies, story.publishers, story.publisher_names) == (2, 1, 1, ["A"])


def test_a_copy_that_comes_weeks_later_is_found_when_only_wording_is_left() -> None:
    relate = stage()
    place(relate, news("a", text=BRIDGE_TEXT))
    run(relate, tick(NOON + 25 * DAY))

    document, story = place(relate, news("b", ELECTION, NOON + 25 * DAY, text=BRIDGE_TEXT))

    assert (document.copy_of, story.id) == ("a", "b")


def test_an_article_that_comes_again_after_its_decision_is_gone_does_not_fall_behind_its_document() -> None:
    relate = stage()
    place(relate, news("a", text=BRIDGE_TEXT))
    revised, _ = place(relate, news("a", text=BRIDGE_TEXT, revision=4))
    run(relate, tick(NOON + 10 * DAY))

    [again] = documents(run(relate, news("a", text=BRIDGE_TEXT, at=NOON + 10 * DAY, revision=4)))

    assert (revised.version, again.version, again.copy_of) == (4, 5, None)


def test_sites_of_one_owner_are_one_publisher() -> None:
    relate = stage()
    place(relate, news("a", source=Source(name="Mirror", domain="mirror.co.uk")))
    _, story = place(relate, news("b", BRIDGE_AGAIN, source=Source(name="Express", domain="express.co.uk")))

    assert (story.articles, story.copies, story.publishers, story.publisher_names) == (2, 0, 1, ["Mirror"])


def test_the_publisher_that_the_text_gives_credit_to_is_shown_with_its_words() -> None:
    document, _ = place(stage(), news("a", text=f"PORT CITY (AP) - {BRIDGE_TEXT}"))

    assert document.attributed_to == "AP"
    assert document.trace[-1].what == "attributed to AP"
    assert document.trace[-1].numbers == {"words": "PORT CITY (AP) -"}


def test_a_publisher_who_repeats_itself_makes_a_copy() -> None:
    relate = stage()
    first = news("a", text=BRIDGE_TEXT)
    place(relate, first)

    document, _ = place(relate, news("b", text=BRIDGE_TEXT, source=first.source))

    assert document.copy_of == "a"


def test_a_copy_of_a_copy_names_the_first() -> None:
    relate = stage()
    more = " Fishermen were told to keep well away from the piers until divers had looked at them."
    place(relate, news("a", text=BRIDGE_TEXT))
    place(relate, news("b", text=BRIDGE_TEXT + more))

    assert place(relate, news("c", text=BRIDGE_TEXT + more + " Divers begin on Friday."))[0].copy_of == "a"


def test_a_copy_that_comes_after_its_story_closed_begins_another_that_brings_it_back() -> None:
    relate = stage()
    place(relate, news("a", text=BRIDGE_TEXT))

    document, story = place(relate, news("b", text=BRIDGE_TEXT, at=NOON + 10 * DAY))

    assert (document.copy_of, document.story_id, story.recurs) == ("a", "b", "a")


def test_a_text_older_than_the_copy_window_is_no_longer_compared() -> None:
    relate = stage(copy_days=20)
    place(relate, news("a", text=BRIDGE_TEXT))

    assert place(relate, news("b", text=BRIDGE_TEXT, at=NOON + 21 * DAY))[0].copy_of is None


# Revisions and repeats


def test_a_repeat_gets_the_document_it_got_before() -> None:
    relate = stage()
    first = run(relate, news("a"))
    run(relate, news("b", BRIDGE_AGAIN))

    assert run(relate, news("a")) == documents(first)


def test_a_revision_keeps_its_story_and_raises_the_version() -> None:
    relate = stage()
    run(relate, news("a"), news("b", ELECTION))

    document, story = place(relate, news("a", ELECTION, revision=2))

    assert (document.version, document.story_id, document.copy_of) == (2, "a", None)
    assert (story.version, story.articles, story.title) == (2, 1, ELECTION)


def test_a_document_has_the_version_of_its_story_with_it() -> None:
    relate = stage()
    run(relate, news("a"))

    document, story = place(relate, news("b", BRIDGE_AGAIN))

    assert document.story_version == story.version == 2


def test_a_document_has_the_number_of_copies_in_its_story_as_of_its_version() -> None:
    relate = stage()
    relate.process([news("a", text=BRIDGE_TEXT)])

    copies = [place(relate, news(name, text=BRIDGE_TEXT))[0].copies for name in "bc"]

    assert copies == [1, 2]
    assert place(relate, news("a", text=BRIDGE_TEXT + " More follows.", revision=2))[0].copies == 2


def test_a_revision_is_no_copy_of_itself() -> None:
    relate = stage()
    place(relate, news("a", text=BRIDGE_TEXT))

    assert place(relate, news("a", text=BRIDGE_TEXT + " More follows.", revision=2))[0].copy_of is None


def test_a_revised_article_is_compared_by_its_new_text() -> None:
    relate = stage()
    run(relate, news("a", BRIDGE), news("a", ELECTION, revision=2))

    assert place(relate, news("b", ELECTION))[0].copy_of == "a"
    assert place(relate, news("c", BRIDGE))[0].copy_of is None


def test_a_superseded_revision_that_comes_again_says_nothing() -> None:
    relate = stage()
    run(relate, news("a"), news("a", BRIDGE_AGAIN, revision=2))

    assert run(relate, news("a")) == []


def test_versions_keep_up_with_revisions_that_were_never_seen() -> None:
    relate = stage()
    run(relate, news("a"))

    assert place(relate, news("a", revision=5))[0].version == 5


def test_a_forgotten_article_that_comes_again_does_not_fall_behind_its_versions() -> None:
    relate = stage()
    run(relate, news("a"), news("a", BRIDGE_AGAIN, revision=2), tick(NOON + 60 * DAY))

    late = documents(run(relate, news("a", ELECTION, revision=3, fetched_at=NOON + 61 * DAY)))

    assert [(document.version, document.story_id) for document in late] == [(3, "a")]


# Time


def test_a_story_falls_quiet_and_closes_by_the_clock() -> None:
    relate = stage()
    run(relate, news("a"))

    later = [stories(run(relate, tick(NOON + after))) for after in (0.9 * DAY, DAY, 6.9 * DAY, 7 * DAY, 8 * DAY)]

    assert [[(story.state, story.version) for story in each] for each in later] == [
        [],
        [("quiet", 2)],
        [],
        [("closed", 3)],
        [],
    ]


def test_a_tick_passes_on_after_the_stories_it_changes() -> None:
    relate = stage()
    run(relate, news("a"))

    assert [type(record).__name__ for record in run(relate, tick(NOON + 2 * DAY))] == ["Story", "Tick"]


def test_a_new_article_wakes_a_quiet_story() -> None:
    relate = stage()
    run(relate, news("a"), tick(NOON + 2 * DAY))

    document, story = place(relate, news("b", BRIDGE, NOON + 2 * DAY))

    assert (document.story_id, story.state, story.version) == ("a", "active", 3)


def test_the_clock_also_follows_the_articles() -> None:
    relate = stage()
    run(relate, news("a"), news("b", ELECTION, NOON + HOUR))

    changed = stories(run(relate, news("c", "Rare orchid flowers in botanical garden", NOON + 30 * DAY)))

    assert [(story.id, story.state) for story in changed] == [("a", "closed"), ("b", "closed"), ("c", "active")]


def test_a_published_time_in_the_future_or_the_past_does_not_move_the_clock() -> None:
    relate = stage()
    run(relate, news("a"), news("b", ELECTION, published=NOON - 4000 * DAY))

    assert stories(run(relate, tick(NOON + HOUR))) == []


def test_a_story_lives_on_while_articles_come_and_keeps_its_counts() -> None:
    relate = stage()
    for day in range(0, 80, 4):
        _, story = place(relate, news(f"n{day}", BRIDGE, NOON + day * DAY))

    assert (story.id, story.articles, story.first_seen) == ("n0", 20, NOON)
    assert (story.created_at, story.publishers, story.state) == (NOON, 20, "active")


# Stories that come back


@pytest.mark.parametrize("ticks", [[], [NOON + 8 * DAY, NOON + 39 * DAY]], ids=["by articles", "by ticks"])
def test_a_story_that_comes_back_weeks_later_points_to_the_earlier(ticks: list[object]) -> None:
    relate = stage()
    run(relate, news("a"), news("b", BRIDGE_AGAIN), *(tick(at) for at in ticks))  # type: ignore[arg-type]

    document, story = place(relate, news("c", "Harbour bridge reopens after repairs of cracks", NOON + 40 * DAY))

    assert (document.story_id, story.recurs) == ("c", "a")


def test_something_else_weeks_later_brings_nothing_back() -> None:
    relate = stage()
    run(relate, news("a"))

    assert place(relate, news("b", ELECTION, NOON + 40 * DAY))[1].recurs is None


def test_a_first_headline_that_says_too_little_is_followed_by_one_that_says_it() -> None:
    relate = stage()
    run(relate, news("a"), news("b", BRIDGE_AGAIN))
    vague = "Harbour ferries stop as commuters return to work on Monday"
    later = NOON + 40 * DAY
    _, story = place(relate, news("c", vague, later))
    assert story.recurs is None

    document, story = place(relate, news("d", f"Commuters return: {BRIDGE}", later + HOUR, text=vague))

    assert (document.story_id, story.recurs) == ("c", "a")


def test_episodes_that_arrive_in_one_poll_are_told_apart_by_published_time() -> None:
    relate = stage()
    _, first = place(relate, news("a", published=NOON - 40 * DAY))

    document, second = place(relate, news("b", BRIDGE_AGAIN, published=NOON - DAY))

    assert (document.story_id, second.recurs, first.recurs) == ("b", "a", None)


def test_the_earlier_episode_may_arrive_last() -> None:
    relate = stage()
    run(relate, news("b", published=NOON - DAY))

    changed = stories(run(relate, news("a", BRIDGE_AGAIN, published=NOON - 40 * DAY)))

    assert [(story.id, story.version, story.recurs) for story in changed] == [("a", 1, None), ("b", 2, "a")]


def test_an_ended_story_is_forgotten_in_the_end() -> None:
    relate = stage(recurrence_days=60)
    run(relate, news("a"), tick(NOON + 8 * DAY))

    assert place(relate, news("b", at=NOON + 70 * DAY))[1].recurs is None


def test_an_article_that_arrives_late_for_a_closed_story_is_no_return() -> None:
    relate = stage()
    run(relate, news("a"), tick(NOON + 10 * DAY))

    late: Story = place(relate, news("b", at=NOON + 10 * DAY, published=NOON + HOUR))[1]

    assert late.recurs is None


def test_two_stories_that_ended_say_as_much_about_how_rare_a_word_is_as_an_open_one() -> None:
    ended, still_open = stage(), stage()
    run(ended, news("a", at=NOON - 40 * DAY), news("b"), tick(NOON + 10 * DAY))
    run(still_open, news("a"))
    counted = count_terms("Harbour bridge parade", "")

    weighed = [relate._memory.weigh(counted) for relate in (ended, still_open, stage())]

    assert weighed[0] == weighed[1]
    assert weighed[1]["bridge"] < weighed[2]["bridge"]


# Explanations


def test_the_trace_has_each_decision_with_its_numbers() -> None:
    relate = stage()
    run(relate, news("z", ELECTION, NOON - 40 * DAY), news("a", text=BRIDGE_TEXT))

    joined, _ = place(relate, news("b", BRIDGE_AGAIN, text="The port authority closed the harbour bridge."))
    copied, _ = place(relate, news("c", text=BRIDGE_TEXT))
    returned, _ = place(relate, news("d", ELECTION))

    about_copy, about_story = joined.trace[:2]
    assert (about_copy.what, about_copy.stage) == ("original", "relate")
    assert about_story.what == "joins story a"
    assert float(about_story.numbers["score"]) >= float(about_story.numbers["threshold"])
    assert copied.trace[0].what == "copy of a"
    assert copied.trace[0].numbers["jaccard"] == 1.0
    assert copied.trace[1].why == "a copy belongs to its original's story"
    assert [decision.what for decision in returned.trace] == ["original", "begins a story", "brings back story z"]
