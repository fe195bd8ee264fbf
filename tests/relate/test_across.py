"""Articles of other languages, found by what their headlines say."""

from __future__ import annotations

import numpy as np
import pytest

from streams.relate import across
from streams.relate.across import Recent, cosine
from streams.relate.related import Related
from tests.factories import NOON
from tests.relate.news import BRIDGE, DAY, ELECTION, news, place, run, stage

PONT = "Le pont du port fermé après la découverte de fissures"
GIRDERS = "Des fissures dans les poutres : le viaduc restera barré jusqu'à l'automne"


def vector(*numbers: int) -> bytes:
    """A headline's vector that begins like this, and has nothing else."""
    return bytes(np.array([*numbers, *[0] * (512 - len(numbers))], np.int8))


SAYS_THIS, SAYS_NEARLY_THIS, SAYS_SOMETHING_ELSE = vector(100, 0, 0), vector(80, 60, 0), vector(0, 0, 100)


def test_the_cosine_is_that_of_the_whole_vectors() -> None:
    assert cosine(SAYS_THIS, SAYS_NEARLY_THIS) == pytest.approx(0.8)
    assert cosine(SAYS_THIS, SAYS_SOMETHING_ELSE) == 0.0


def test_only_articles_of_other_languages_are_found_the_likeliest_first() -> None:
    recent = Recent()
    recent.add("nearly", 1, "fr", SAYS_NEARLY_THIS)
    recent.add("same", 2, "de", SAYS_THIS)
    recent.add("english", 3, "en", SAYS_THIS)
    recent.add("other", 4, "de", SAYS_SOMETHING_ELSE)

    assert list(recent.in_other_languages("en", SAYS_THIS)) == ["same", "nearly"]
    assert list(recent.in_other_languages("it", SAYS_THIS)) == ["english", "same", "nearly"]


def test_nothing_is_found_for_or_by_a_headline_that_is_not_known_as_a_vector() -> None:
    recent = Recent()
    recent.add("unknown", 1, "fr", b"")

    assert list(recent.in_other_languages("en", SAYS_THIS)) == []
    recent.add("known", 2, "fr", SAYS_THIS)
    assert list(recent.in_other_languages("en", b"")) == []
    assert list(recent.in_other_languages("en", bytes(512))) == []


def test_a_removed_article_is_not_found_and_an_exchanged_one_by_what_it_says_now() -> None:
    recent = Recent()
    recent.add("a", 1, "fr", SAYS_THIS)
    recent.add("b", 2, "fr", SAYS_THIS)
    recent.remove("a", 1)
    recent.add("b", 2, "fr", SAYS_SOMETHING_ELSE)

    assert list(recent.in_other_languages("en", SAYS_THIS)) == []
    assert list(recent.in_other_languages("en", SAYS_SOMETHING_ELSE)) == ["b"]


def test_only_the_last_articles_are_found_whether_they_came_one_by_one_or_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(across, "RECENT", 10)
    recent, anew = Recent(), Recent()
    for seq in range(1, 15):
        recent.add(f"a{seq}", seq, "fr", SAYS_THIS if seq in (2, 4, 8, 12) else b"")
    recent.add("a3", 3, "fr", SAYS_THIS)  # a revision of one that is too old
    recent.remove("a2", 2)
    recent.remove("a8", 8)
    for seq in (4, 12, 14):
        anew.add(f"a{seq}", seq, "fr", SAYS_THIS if seq < 14 else b"")

    assert list(recent.in_other_languages("en", SAYS_THIS)) == ["a12"]
    assert list(anew.in_other_languages("en", SAYS_THIS)) == ["a12"]


def test_an_article_of_another_language_joins_the_story_that_says_the_same() -> None:
    relate = stage()
    place(relate, news("a", BRIDGE, headline_vector=SAYS_THIS))
    place(relate, news("b", ELECTION, headline_vector=SAYS_SOMETHING_ELSE))

    document, story = place(relate, news("c", PONT, language="fr", headline_vector=SAYS_NEARLY_THIS))

    assert (document.story_id, story.languages) == ("a", ["en", "fr"])
    told = next(one for one in document.trace if one.what == "joins story a")
    assert told.why == "an article in another language says the same"
    assert told.numbers == {"score": 0.8, "threshold": across.ENOUGH, "nearest": "a"}


def test_it_begins_a_story_of_its_own_without_vectors_or_long_after() -> None:
    relate = stage()
    place(relate, news("a", BRIDGE, headline_vector=SAYS_THIS))

    assert place(relate, news("b", PONT, language="fr"))[0].story_id == "b"
    late = news("c", GIRDERS, NOON + 5 * DAY, language="fr", headline_vector=SAYS_NEARLY_THIS)
    assert place(relate, late)[0].story_id == "c"


def test_a_stage_made_anew_decides_the_same() -> None:
    table: dict[str, Related] = {}
    first = stage(table)
    run(first, news("a", BRIDGE, headline_vector=SAYS_THIS))
    run(first, news("b", ELECTION, headline_vector=SAYS_THIS))
    run(first, news("b", ELECTION, revision=2, headline_vector=SAYS_SOMETHING_ELSE))
    article = news("c", PONT, language="fr", headline_vector=SAYS_NEARLY_THIS)

    assert run(stage(dict(table)), article) == run(first, article)
