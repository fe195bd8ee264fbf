from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from streams.corrections import STORY_ENTITIES
from streams.records import StoryDay, StoryEntity
from streams.relate.contents import HEADLINES
from streams.relate.related import CopyOf, Member, Past
from streams.relate.sketches import Sketch
from streams.relate.story import KEYWORDS, PUBLISHER_NAMES, LiveStory
from tests.factories import NOON
from tests.relate.sums import NO_SUM, row, total

DAY = timedelta(days=1)
TOTAL = total({"bridge": 900, "crack": 500, "harbour": 100})


def member(seq: int, **fields: object) -> Member:
    """An article of its own publisher, an hour after the one before."""
    at = NOON + timedelta(hours=seq)
    plain = Member(
        seq=seq,
        at=at,
        revision=1,
        version=1,
        story_id="m1",
        story_version=seq,
        title=f"Title {seq}",
        domain=f"{seq}.example",
        publisher=f"Publisher {seq}",
        language="en",
        published=at,
        fetched_at=at,
        created_at=at,
        terms={"bridge": 1000},
        sketch=Sketch(),
        headline=True,
    )
    return msgspec.structs.replace(plain, **fields)


def story(*members: Member) -> LiveStory:
    found = LiveStory("m1")
    for each in members:
        found.add(f"m{each.seq}", each, row(each.terms))
    return found


def entity(name: str, ident: str = "") -> StoryEntity:
    return StoryEntity(id=ident or name.lower(), name=name, label="GPE", articles=1)


def test_publishers_are_counted_once_and_without_copies() -> None:
    copied = CopyOf("m1", 1, 0.9)
    record = story(
        member(1), member(2, domain="1.example"), member(3, copy_of=copied), member(4, publisher="Fourth")
    ).record(TOTAL)

    assert (record.articles, record.copies, record.publishers) == (4, 1, 2)
    assert record.publisher_names == ["Publisher 1", "Fourth"]


def test_the_summary_is_of_the_most_central_article_that_has_a_text() -> None:
    found = story(
        member(1, terms={"ferry": 1000}, lead="Ferries run."),
        member(2, terms={"bridge": 800, "crack": 600}),
        member(3, terms={"bridge": 700, "crack": 500}, lead="The bridge has cracks."),
    )

    record = found.record(TOTAL)
    assert (record.title, record.summary) == ("Title 2", "The bridge has cracks.")
    assert story(member(1)).record(TOTAL).summary == ""


def test_the_timeline_counts_the_articles_of_each_day_of_the_newest() -> None:
    days = [0, 0, 1, 3, *range(5, 60)]
    found = story(*(member(seq, published=NOON + day * DAY) for seq, day in enumerate(days, 1)))

    assert story(*(member(seq) for seq in (1, 2))).record(TOTAL).timeline == [
        StoryDay(day=NOON.date(), articles=2)
    ]
    timeline = found.record(TOTAL).timeline
    assert [one.day for one in timeline] == [(NOON + day * DAY).date() for day in range(30, 60)]


def test_what_is_added_up_keeps_summary_and_days() -> None:
    found = story(member(1, lead="The bridge has cracks."), member(2, published=NOON + DAY))
    past = Past(at=NOON, version=1, state="active", upto=2, through=2, totals=found.totals(found.telling(TOTAL)))

    again, before = LiveStory("m1", past).record(NO_SUM), found.record(TOTAL)
    assert (again.summary, again.timeline) == (before.summary, before.timeline)


def test_what_its_past_said_is_asked_for_until_another_article_comes() -> None:
    before = story(member(1, lead="The bridge has cracks.", entities=[entity("Paris")]), member(2))
    past = Past(at=NOON, version=2, state="active", upto=2, through=2, totals=before.totals(before.telling(TOTAL)))
    asked: list[str] = []

    def past_of(story_id: str) -> Past:
        asked.append(story_id)
        return past

    kept, asking = LiveStory("m1", past), LiveStory("m1", past, past_of=past_of)
    assert not asked
    assert [asking.record(NO_SUM) for _ in range(2)] == [kept.record(NO_SUM)] * 2
    assert asked == ["m1"] * 2
    for one in (kept, asking):
        one.add("m3", member(3, entities=[entity("Paris")]), row({}))
    assert asking.record(NO_SUM) == kept.record(NO_SUM)
    assert asked == ["m1"] * 3


def test_lists_are_bounded() -> None:
    many = story(*(member(seq, entities=[entity(f"Town {seq}")]) for seq in range(1, 60)))
    record = many.record(total({f"term{number}": number for number in range(1, 100)}))

    assert len(record.publisher_names) == PUBLISHER_NAMES
    assert len(record.entities) == STORY_ENTITIES
    assert len(record.keywords) == KEYWORDS
    assert record.publishers == 59


def test_the_title_is_the_headline_nearest_to_all_articles() -> None:
    found = story(
        member(1, terms={"ferry": 1000}),
        member(2, terms={"bridge": 800, "crack": 600}),
        member(3, terms={"bridge": 1000, "crack": 700}, headline=False),
    )

    assert found.record(TOTAL).title == "Title 2"


def test_of_equal_headlines_the_earliest_is_the_title() -> None:
    assert story(member(1), member(2)).record(TOTAL).title == "Title 1"


def test_headlines_are_wanted_until_there_are_enough() -> None:
    assert story(*(member(seq) for seq in range(1, HEADLINES))).wants_headline
    assert not story(*(member(seq) for seq in range(1, HEADLINES + 1))).wants_headline


def test_entities_come_by_number_of_articles_under_their_usual_name() -> None:
    found = story(
        member(1, entities=[entity("PARIS", "paris"), entity("Berlin")]),
        member(2, entities=[entity("Paris")]),
        member(3, entities=[entity("Paris")]),
    )

    assert [(each.name, each.articles) for each in found.record(NO_SUM).entities] == [("Paris", 3), ("Berlin", 1)]


def test_a_revision_exchanges_entities_and_headline() -> None:
    first = member(1, entities=[entity("Paris")])
    found = story(first)

    new = member(1, title="New", entities=[entity("Berlin")], story_version=5)
    found.revise("m1", first, new, row(new.terms))

    record = found.record(TOTAL)
    assert (record.title, record.version, record.articles) == ("New", 5, 1)
    assert [each.name for each in record.entities] == ["Berlin"]


def test_languages_come_most_used_first() -> None:
    found = story(member(1, language="fr"), member(2), member(3))

    assert found.record(NO_SUM).languages == ["en", "fr"]


def test_velocity_counts_the_articles_of_the_last_day_an_hour() -> None:
    found = story(*(member(seq) for seq in range(1, 31)))

    assert found.record(NO_SUM).velocity == pytest.approx(25 / 24)


def test_a_story_starts_from_its_past() -> None:
    before = story(member(1, entities=[entity("Paris")]), member(2))
    past = Past(at=NOON, version=2, state="quiet", upto=2, through=2, totals=before.totals(before.telling(TOTAL)))

    after = LiveStory("m1", past)
    assert after.state == "quiet"
    after.add("m3", member(3, headline=False, entities=[entity("Paris")]), row({}))

    record = after.record(TOTAL)
    assert (record.articles, record.publishers, record.version, record.state) == (3, 3, 3, "active")
    assert (record.title, record.first_seen, record.created_at) == (
        "Title 1",
        NOON + timedelta(hours=1),
        NOON + timedelta(hours=1),
    )
    assert [(each.name, each.articles) for each in record.entities] == [("Paris", 2)]


def test_the_title_follows_what_later_articles_say() -> None:
    found = story(member(1, terms={"ferry": 1000}), member(2, terms={"bridge": 1000}))
    assert found.record(total({"ferry": 1000, "bridge": 1000})).title == "Title 1"

    for seq in (3, 4):
        found.add(f"m{seq}", member(seq, headline=False), row({"bridge": 1000}))
    assert found.record(NO_SUM).title == "Title 2"  # Added up, without a look at the sum.

    for seq in (5, 6):
        found.add(f"m{seq}", member(seq, terms={"ferry": 1000}, headline=seq == 5), row({"ferry": 1000}))
    found.add("m7", member(7, terms={"ferry": 1000}, headline=False), row({"ferry": 1000}))
    assert found.record(total({"ferry": 4000, "bridge": 3000})).title == "Title 1"
