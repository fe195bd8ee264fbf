"""The look-ups find what going through all names would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.records import StoryEntity
from streams.relate.story_names import StoryNames
from streams.tag.names import is_part, key_of

WORDS = ["Anna", "A.", "B.", "Berg", "de", "Lund", "Jr", "II", "Anna-Lena"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


def named(name: str, label: str = "PERSON") -> StoryEntity:
    return StoryEntity(id=f"{label}.{name}", name=name, label=label, articles=1)


@given(st.lists(NAMES, max_size=12, unique=True), NAMES)
def test_fuller_names_are_those_that_have_the_name_as_a_part(people: list[str], name: str) -> None:
    key, story = key_of(name), [named(one) for one in people]
    whole = [one for one in story if len(key_of(one.name)) > 1 and is_part(key, key_of(one.name))]
    assert StoryNames(story).fuller(key) == whole


def test_only_people_have_fuller_names() -> None:
    names = StoryNames([named("Berg Lund", "ORG"), named("Anna Berg"), named("Berg")])
    assert names.fuller(("berg",)) == [named("Anna Berg")]
    assert [one for one, _ in names.people] == [named("Anna Berg"), named("Berg")]
    assert names.organisations == [(named("Berg Lund", "ORG"), ("berg", "lund"))]


def test_the_same_words_are_found_whatever_they_are_taken_for() -> None:
    names = StoryNames([named("Berg", "ORG"), named("BERG"), named("Lund", "GPE")])
    assert names.of_key(("berg",)) == [named("Berg", "ORG"), named("BERG")]
    assert list(names.of_key(("anna",))) == []
