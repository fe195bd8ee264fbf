"""The labelled data is what the floors rest on: enough of everything, and consistent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from streams.settings import Settings
from tests.quality import data
from tests.quality.data import Labelled, StreamItem

SAMPLE: Sequence[Labelled] = data.sample()
STREAM = data.stream()
ALL = [*SAMPLE, *STREAM]
STORY_OPEN = timedelta(days=Settings.model_fields["story_days"].default)
BY_ID = {item.id: item for item in ALL}


def runs_of(item: StreamItem) -> set[tuple[str, ...]]:
    """All runs of four words of the text."""
    words = (item.text or item.summary).split()
    return set(zip(*(words[start:] for start in range(4)), strict=False))


RUNS = {item.id: runs_of(item) for item in STREAM}


def shared(copy: StreamItem, original: StreamItem) -> float:
    """The part of the copy's runs of words that stand in the original too."""
    return len(RUNS[copy.id] & RUNS[original.id]) / len(RUNS[copy.id])


def test_there_is_enough_of_everything() -> None:
    stories = Counter(item.story for item in ALL)
    assert len(ALL) >= 300
    assert sum(count > 1 for count in stories.values()) >= 60
    assert len({item.story for item in ALL if item.recurs_story}) >= 10
    assert sum(item.copy_of is not None for item in ALL) >= 60
    assert sum(item.entities is not None for item in ALL) >= 100
    assert len(SAMPLE) >= 150
    assert sum(item.entities is not None for item in SAMPLE) >= 60


def test_ids_are_unique_and_stories_belong_to_one_set() -> None:
    assert len(BY_ID) == len(ALL)
    assert not {item.story for item in SAMPLE} & {item.story for item in STREAM}


def test_a_copy_names_the_first_item_and_belongs_to_its_story() -> None:
    for item in ALL:
        if item.copy_of:
            original = BY_ID[item.copy_of]
            assert original.copy_of is None, item.id
            assert original.story == item.story, item.id
            assert type(original) is type(item), item.id


def test_all_items_of_a_story_name_the_same_earlier_story() -> None:
    for story in {item.story for item in ALL if item.recurs_story}:
        [earlier] = {item.recurs_story for item in ALL if item.story == story}
        assert earlier in {item.story for item in ALL}


def test_names_have_a_known_label_and_stand_once() -> None:
    for item in ALL:
        names = [(name.name, name.label) for name in item.entities or []]
        assert len(names) == len(set(names)), item.id
        assert {label for _, label in names} <= {"PERSON", "ORG", "GPE", "LOC", "FAC"}, item.id


def test_the_stream_is_in_arrival_order_with_every_address_once() -> None:
    assert all(earlier.ts <= later.ts for earlier, later in pairwise(STREAM))
    assert len({item.url for item in STREAM}) == len(STREAM)


def test_the_streams_names_stand_in_title_or_text() -> None:
    for item in STREAM:
        text = f"{item.title} {item.summary} {item.text}".casefold()
        assert not [name for name in item.entities or [] if name.name.casefold() not in text], item.id


def test_a_copy_in_the_stream_comes_after_its_original_and_shares_most_of_its_text() -> None:
    for item in STREAM:
        if item.copy_of:
            original = next(other for other in STREAM if other.id == item.copy_of)
            assert original.ts < item.ts < original.ts + timedelta(days=2), item.id
            assert shared(item, original) > 0.5, (item.id, shared(item, original))


def test_independent_tellings_in_the_stream_share_hardly_any_text() -> None:
    own = [item for item in STREAM if item.copy_of is None and RUNS[item.id]]
    for item in own:
        closest = max((shared(item, other), other.id) for other in own if other is not item)
        assert closest[0] < 0.3, (item.id, *closest)


def test_a_story_ends_when_nothing_more_is_told_for_as_long_as_stories_stay_open() -> None:
    for story in {item.story for item in STREAM}:
        times = [item.ts for item in STREAM if item.story == story]
        assert all(later - earlier <= STORY_OPEN for earlier, later in pairwise(times)), story


@pytest.mark.parametrize("story", sorted({item.story for item in STREAM if item.recurs_story}))
def test_a_story_comes_back_when_the_earlier_one_has_long_been_closed(story: str) -> None:
    back = [item for item in STREAM if item.story == story]
    earlier = [item for item in STREAM if item.story == back[0].recurs_story]
    assert back[0].ts - earlier[-1].ts > 2 * STORY_OPEN
