"""What becomes of the bundled sample: the exact outcome for one tabloid piece and its two copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest

from streams.engines.embedded import EmbeddedEngine
from streams.index.search import AlertQuery, DocumentQuery, StoryQuery
from streams.records import Document
from tests.conftest import SampleRun

PIECE = "thousands troops massing border"


@pytest.fixture
def engine(sample_run: SampleRun) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine.open(sample_run.data)
    yield opened
    opened.close()


@pytest.fixture
def piece(engine: EmbeddedEngine) -> dict[str, Document]:
    """The three re-postings by publisher's domain."""
    return {hit.source.domain: hit for hit in engine.search.documents(DocumentQuery(query=PIECE)).hits}


def test_every_item_is_there_once_and_edits_are_revisions(sample_run: SampleRun) -> None:
    first, second, third, fourth = sample_run.polls
    assert (first.feeds, first.new, first.revised, first.failures) == (16, 163, 0, 0)
    assert (second.new, second.revised, second.failures) == (4, 3, 0)
    assert (third.new, third.revised, third.failures) == (0, 1, 0)
    assert (fourth.items, fourth.new, fourth.revised) == (0, 0, 0)


def test_the_page_is_full_of_today(engine: EmbeddedEngine, sample_run: SampleRun) -> None:
    today = sample_run.today
    recent = engine.search.documents(DocumentQuery(since=today - timedelta(days=2))).total
    assert recent > 100
    assert engine.search.documents(DocumentQuery(since=today + timedelta(hours=1))).total == 0


def test_the_tabloid_piece_is_one_original_and_two_copies(piece: dict[str, Document]) -> None:
    assert set(piece) == {"dailyclarion.example", "worldbrief.example", "frontierwatch.example"}
    original = piece["dailyclarion.example"]
    assert original.copy_of is None
    assert piece["worldbrief.example"].copy_of == original.id
    assert piece["frontierwatch.example"].copy_of == original.id


def test_each_line_that_is_not_the_article_is_kept_with_its_reason(piece: dict[str, Document]) -> None:
    removed = {domain: [(line.kind, line.text) for line in found.removed] for domain, found in piece.items()}
    assert removed == {
        "dailyclarion.example": [
            (
                "consent",
                "This content is provided by a third party and may set cookies. "
                'By clicking "Show me" you agree to our privacy policy and cookie policy.',
            ),
            ("links", "READ MORE"),
            ("links", "Doomsday bunkers: would YOU pay two million for a cellar?"),
            ("links", "Inside the 60-tonne tank everyone is talking about"),
            ("links", "Palace corgi has its own passport"),
        ],
        "worldbrief.example": [
            (
                "consent",
                "We use cookies to improve your experience. "
                "By continuing to browse this site you agree to our use of cookies.",
            ),
            ("links", "Related articles:"),
            ("links", "A short history of NATO crisis meetings"),
            ("links", "Ten maps that explain the east"),
            ("source", "Source: Daily Clarion"),
        ],
        "frontierwatch.example": [
            ("newsletter", "Sign up for the Frontier Watch briefing: one e-mail a day on defence and security."),
            ("consent", "By subscribing you agree to our terms and conditions and privacy policy."),
            ("links", "Read next: Rocket artillery, a primer"),
            ("source", "The post Thousands of troops massing at the border appeared first on Daily Clarion."),
        ],
    }
    assert all(line.why for found in piece.values() for line in found.removed)


def test_the_embedded_post_stays_and_is_marked_as_a_quote(piece: dict[str, Document]) -> None:
    for found in piece.values():
        assert found.quotes[0].startswith("Convoy of at least 80 vehicles passing my window")
        assert all(quote in found.text for quote in found.quotes)


def test_its_entities_are_the_people_organisations_and_places_in_it(piece: dict[str, Document]) -> None:
    named: dict[str, set[str]] = {"people": set(), "organisations": set(), "places": set()}
    groups = {"PERSON": "people", "ORG": "organisations", "GPE": "places", "LOC": "places"}
    for entity in piece["dailyclarion.example"].entities:
        if entity.label in groups:
            named[groups[entity.label]].add(entity.name)
    assert named == {
        "people": {"Marek Zielinski", "Robert Hensley", "Viktor Malenko", "Hannah Whitfield", "Anna Kowalska"},
        "organisations": {
            "NATO",
            "Senate",
            "Third Army",
            "United Nations",
            "Institute for Strategic Analysis",
        },
        "places": {"Karelova", "Tarnow", "Brussels", "Germany", "Washington", "Moscow", "Geneva", "London"},
    }


def test_the_piece_is_one_story_with_one_independent_publisher(
    engine: EmbeddedEngine, piece: dict[str, Document]
) -> None:
    (story_id,) = {found.story_id for found in piece.values()}
    story = engine.search.story(story_id)
    assert story is not None
    assert (story.articles, story.copies, story.publishers) == (3, 2, 1)
    assert engine.search.documents(DocumentQuery(story=story_id)).total == 3


def test_the_piece_is_one_alert_that_nobody_was_told_since_it_came_with_first_polls(
    engine: EmbeddedEngine, piece: dict[str, Document]
) -> None:
    story_id = piece["dailyclarion.example"].story_id
    (alert,) = engine.search.alerts(AlertQuery(story=story_id)).hits
    assert alert.rule_id == "border-build-up"
    assert (alert.article_count, alert.copies, alert.publishers) == (3, 2, 1)
    assert alert.delivery == "recorded"
    for evidence in alert.articles:
        found = next(one for one in piece.values() if one.id == evidence.document_id)
        for spans in evidence.matches.values():
            assert spans
            for span in spans:
                assert getattr(found, span.field)[span.start : span.end].strip()


def test_a_story_that_comes_back_points_to_its_earlier_self(engine: EmbeddedEngine) -> None:
    returned = engine.search.stories(StoryQuery(recurring=True, limit=100)).hits
    ferry = next(story for story in returned if "Morwen" in story.title)
    assert ferry.recurs is not None
    earlier = engine.search.story(ferry.recurs)
    assert earlier is not None
    assert "Morwen" in earlier.title
    assert ferry.first_seen - earlier.last_seen > timedelta(days=21)
    assert earlier.first_seen.tzinfo == UTC


def test_every_decision_about_the_piece_can_be_explained(
    engine: EmbeddedEngine, piece: dict[str, Document]
) -> None:
    found = engine.explain(piece["worldbrief.example"].id)
    assert found.document is not None
    stages = [decision.stage for decision in found.document.trace]
    assert stages == sorted(stages, key=["identify", "tag", "relate"].index)
    assert set(stages) == {"identify", "tag", "relate"}
    assert [alert.rule_id for alert in found.alerts] == ["border-build-up"]
    assert found.identity is not None
