"""A look back: stories by what became of them, and alerts."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from streams.review import MOST_SEARCHED, MOST_SHOWN, as_text, reviewed
from streams.searches import saved
from tests.web.fakes import NOW, FakeSearch
from tests.web.newsroom import alert, documents, hours_ago, small_story, stories

DAY_AGO = NOW - timedelta(hours=24)


def newsroom() -> FakeSearch:
    return FakeSearch(documents=documents(), stories=stories(), alerts=[alert()])


def test_stories_are_told_apart_by_what_became_of_them() -> None:
    found = reviewed(newsroom(), DAY_AGO, NOW)

    of_the_time = [story for story in stories() if story.last_seen >= DAY_AGO and story.merged_into is None]
    assert {story.id for story in found.new} == {
        one.id for one in of_the_time if one.first_seen >= DAY_AGO and one.recurs is None
    }
    assert {story.id for story in found.returned} == {
        one.id for one in of_the_time if one.first_seen >= DAY_AGO and one.recurs is not None
    }
    assert {story.id for story in found.going_on} == {one.id for one in of_the_time if one.first_seen < DAY_AGO}
    assert found.stories == len(of_the_time) > 0


def test_each_kind_begins_with_the_story_of_most_publishers_and_is_bounded() -> None:
    many = [small_story(f"s{number}", f"Story {number}", "en", 1) for number in range(MOST_SHOWN + 5)]
    found = reviewed(FakeSearch(stories=many), hours_ago(10_000), NOW)

    assert len(found.new) == MOST_SHOWN
    assert [one.publishers for one in found.new] == sorted((one.publishers for one in found.new), reverse=True)


def test_the_text_says_how_many_it_leaves_out() -> None:
    many = [small_story(f"s{number}", f"Story {number}", "en", 1) for number in range(MOST_SHOWN + 5)]
    alerts = [alert(id=f"bridges.{number}") for number in range(MOST_SHOWN + 1)]
    text = as_text(reviewed(FakeSearch(stories=many, alerts=alerts), DAY_AGO, NOW))

    assert "These are 20 of 25 stories: those of most publishers." in text
    assert "These are the last 20 of 21 alerts." in text


def test_the_text_names_stories_publishers_and_alerts() -> None:
    found = reviewed(newsroom(), DAY_AGO, NOW)
    text = as_text(found)

    assert text.startswith(f"From {DAY_AGO:%Y-%m-%d %H:%M} to {NOW:%Y-%m-%d %H:%M} UTC: {found.articles} articles")
    assert all(story.title in text for story in [*found.new, *found.returned, *found.going_on])
    assert f"- {found.alerts[0].rule_name}: {found.alerts[0].title}" in text


def test_an_alert_that_is_named_as_its_rule_is_named_once() -> None:
    silence = replace(alert(), title="Silence of ferries", rule_name="Silence of ferries")
    text = as_text(reviewed(FakeSearch(alerts=[silence]), DAY_AGO, NOW))

    assert "- Silence of ferries (" in text
    assert text.splitlines()[0].endswith(" 0 articles (0 copies), 0 stories, 1 alert")


def test_a_time_in_which_nothing_came_is_said_in_a_line() -> None:
    assert as_text(reviewed(FakeSearch(), DAY_AGO, NOW)).endswith(": 0 articles (0 copies), 0 stories, 0 alerts")


def test_each_saved_search_says_how_much_came_of_it() -> None:
    kept = [saved("Bridge", "bridge", NOW), saved("French bridge", "bridge", NOW, filters={"language": "fr"})]
    found = reviewed(newsroom(), DAY_AGO, NOW, kept)
    assert [(one.search.name, one.articles) for one in found.searches] == [("Bridge", 7), ("French bridge", 0)]
    assert as_text(found).endswith("Saved searches\n\n- Bridge: 7 articles\n- French bridge: 0 articles")
    many = [saved(str(number), "bridge", NOW) for number in range(MOST_SEARCHED + 1)]
    assert len(reviewed(newsroom(), DAY_AGO, NOW, many).searches) == MOST_SEARCHED
