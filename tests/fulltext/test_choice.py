"""What is kept of a page, and of the feed."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

import pytest

from streams.fulltext.choice import with_page
from streams.fulltext.page import Page
from streams.records import Article, Problem, Removed
from tests.factories import NOON, article
from tests.fulltext.test_page import PARAGRAPHS

MAX_CHARS = 10_000
EARLIER = NOON - timedelta(hours=3)
OTHER = [
    "We and our partners store information on your device, such as cookies, to show you suitable advertisements.",
    "You can accept or manage your choices at any time in the privacy settings, and object where that is allowed.",
]


def markup(lines: list[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def kept(found: Page | Problem, **fields: Any) -> Article:
    return with_page(article(full_text=True, **fields), found, MAX_CHARS)


def page(lines: list[str] = PARAGRAPHS, **fields: Any) -> Page:
    return Page(url="https://herald.example/harbour-bridge", markup=markup(lines), **fields)


def why(found: Article) -> str:
    return found.trace[-1].why


def test_the_text_of_the_page_is_kept_and_the_decision_says_so() -> None:
    found = kept(page())
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert found.summary == article().summary
    assert found.trace[-1].what == "text of its page"
    assert found.trace[-1].numbers == {"page_words": 52, "feed_words": 11, "said": 0.89}


def test_what_stands_around_an_article_is_removed_as_from_feeds() -> None:
    found = kept(page([*PARAGRAPHS, "Sign up for our newsletter"]))
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert [line.text for line in found.removed] == ["Sign up for our newsletter"]


def test_what_a_source_repeats_in_its_feed_is_taken_out_of_its_page_too() -> None:
    motto = "Printed every day but Sunday, in the old tannery by the river."
    known = Removed(text=motto, kind="repeated", why="comes again in other articles of this source")
    assert kept(page([*PARAGRAPHS, motto])).text.endswith(motto)
    assert kept(page([*PARAGRAPHS, motto]), removed=[known]).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("found", "fields", "reason"),
    [
        (page([]), {}, "no text of an article was found in its page"),
        (page(PARAGRAPHS[:1]), {"text": "\n\n".join(PARAGRAPHS)}, "its page has no more words"),
        (page(OTHER), {}, "its page says something else"),
        (Problem(kind="time-out", message="the host took too long"), {}, "the host took too long"),
    ],
)
def test_the_text_of_the_feed_is_kept_where_the_page_is_worse(
    found: Page | Problem, fields: dict[str, Any], reason: str
) -> None:
    result = kept(found, **fields)
    assert result.text == article(**fields).text
    assert result.trace[-1].what == "text of its feed"
    assert why(result) == reason


def test_a_headline_without_a_text_gets_text_and_summary() -> None:
    found = kept(page(), text="", summary="")
    assert found.text.startswith(PARAGRAPHS[0])
    assert found.summary.startswith(PARAGRAPHS[0])


def test_words_are_compared_in_any_script() -> None:
    text = "東京都知事は月曜日、港の橋を閉鎖すると発表した。"
    result = kept(page([text, text + "修理は秋までかかる見込みだ。"]), title="港の橋を閉鎖", text=text)
    assert result.trace[-1].what == "text of its page"


def test_the_page_dates_an_article_where_it_does_so_in_full_or_the_feed_does_not() -> None:
    given = {"published": NOON - timedelta(hours=1)}
    assert kept(page(published=EARLIER, exact=True), **given).published == EARLIER
    assert kept(page(published=EARLIER, exact=False), **given).published == NOON - timedelta(hours=1)
    assert kept(page(published=EARLIER, exact=False), published=NOON).published == EARLIER
    assert kept(page(published=NOON + timedelta(days=1), exact=True), **given).published == given["published"]


def test_a_canonical_page_of_another_publisher_says_whose_article_it_is() -> None:
    found = kept(page(canonical="https://www.agency.example/2026/bridge"))
    assert found.attributed_to == "agency.example"
    assert found.id == article().id
    assert why(found) == "its page names one there as the canonical one"


@pytest.mark.parametrize(
    "canonical", [None, "https://m.herald.example/bridge", "https:///", "javascript:alert(1)", "http://localhost/"]
)
def test_a_canonical_page_of_its_own_is_no_attribution(canonical: str | None) -> None:
    assert kept(page(canonical=canonical)).attributed_to is None
