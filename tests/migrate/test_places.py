"""Where in a cluster what a stage remembers belongs."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from streams import codec
from streams.alerts.edits import mute
from streams.codec import content_id
from streams.engines.kafka import key_partition
from streams.identify.repeats import HABITS
from streams.migrate.places import SourcesOfArticles, place_of_story, places_of_alert
from tests.factories import COURIER, HERALD, NOON, document

PARTITIONS = 7


def test_an_identity_lies_where_its_publishers_items_come_in_and_their_habits_beside_it() -> None:
    documents = [document(id="one", source=HERALD), document(id="two", source=COURIER)]
    with closing(SourcesOfArticles(PARTITIONS, documents)) as sources:
        for one in documents:
            place = [key_partition(one.source.domain, PARTITIONS)]
            assert sources.places(one.id.encode()) == place
            assert sources.places((HABITS + content_id(one.source.domain)).encode()) == place


def test_an_identity_of_which_no_article_tells_lies_everywhere() -> None:
    with closing(SourcesOfArticles(PARTITIONS, [])) as sources:
        assert list(sources.places(b"gone")) == list(range(PARTITIONS))
        assert list(sources.places((HABITS + "gone").encode())) == list(range(PARTITIONS))


def test_decisions_about_stories_lie_in_their_one_group() -> None:
    assert list(place_of_story(b"story:1")) == [0]


@given(st.integers(1, 50))
def test_alerts_and_what_a_rule_has_counted_lie_where_the_rules_hits_come_in(partitions: int) -> None:
    place = [key_partition("floods", partitions)]
    assert places_of_alert(b"floods.story", b"", partitions) == place
    assert places_of_alert(b"floods", b"", partitions) == place


def test_a_mute_of_one_rule_lies_with_the_rule_and_one_of_all_rules_everywhere() -> None:
    of_one, of_all = mute(NOON, story_id="s", rule_id="floods"), mute(NOON, source="herald.example")
    assert places_of_alert(f"!{of_one.id}".encode(), codec.pack(of_one), PARTITIONS) == [
        key_partition("floods", PARTITIONS)
    ]
    assert list(places_of_alert(f"!{of_all.id}".encode(), codec.pack(of_all), PARTITIONS)) == list(range(7))
