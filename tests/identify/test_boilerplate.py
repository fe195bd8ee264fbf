from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.identify.boilerplate import split
from streams.identify.html import Paragraph, paragraphs
from streams.identify.phrases import RULES
from tests.identify.lines import BOILERPLATE, EDGES, NO_EDGES, RUNNING_TEXT

BEFORE = Paragraph("The harbour bridge was closed on Monday after engineers found cracks in two of its piers.")
AFTER = Paragraph("It will stay closed for at least a year, the city’s chief engineer told reporters.")


def kinds_of(*lines: Paragraph) -> list[str]:
    return [line.kind for line in split(lines)[1]]


@pytest.mark.parametrize(("kind", "text"), BOILERPLATE, ids=lambda value: value[:40])
def test_a_line_of_boilerplate_is_removed_and_kept_aside_with_its_kind(kind: str, text: str) -> None:
    kept, removed = split([BEFORE, Paragraph(text), AFTER])
    assert kept == [BEFORE, AFTER]
    assert [(line.kind, line.text) for line in removed] == [(kind, text)]
    assert removed[0].why


@pytest.mark.parametrize("text", RUNNING_TEXT, ids=lambda value: value[:40])
def test_running_text_that_looks_like_it_stays(text: str) -> None:
    lines = [BEFORE, Paragraph(text), AFTER]
    assert split(lines) == (lines, [])


@pytest.mark.parametrize("text", RUNNING_TEXT, ids=lambda value: value[:40])
def test_running_text_stays_at_the_end_of_an_article_too(text: str) -> None:
    assert split([BEFORE, Paragraph(text)])[1] == []


@pytest.mark.parametrize(("text", "rest", "kind", "tail"), EDGES, ids=lambda value: value[:40])
def test_a_tail_is_cut_from_the_end_of_a_paragraph(text: str, rest: str, kind: str, tail: str) -> None:
    kept, removed = split([Paragraph(text)])
    assert [line.text for line in kept] == [rest]
    assert [(line.kind, line.text) for line in removed] == [(kind, tail)]


@pytest.mark.parametrize("text", NO_EDGES)
def test_the_end_of_a_sentence_is_no_tail(text: str) -> None:
    assert split([Paragraph(text)]) == ([Paragraph(text)], [])


@pytest.mark.parametrize(
    "header", ["Read more", "DON'T MISS", "Related articles", "À lire aussi", "Mehr zum Thema"]
)
def test_the_list_under_a_heading_goes_with_it(header: str) -> None:
    listed = [
        Paragraph("Ferry fares to rise in spring", linked=True),
        Paragraph("Minister’s ‘quiet’ plan for the port [REVEALED]"),
        Paragraph("Who pays for the new bridge?", kind="item"),
        Paragraph("Map of the closed roads"),
    ]
    kept, removed = split([BEFORE, Paragraph(header), *listed, AFTER])
    assert kept == [BEFORE, AFTER]
    assert [line.text for line in removed] == [header, *(line.text for line in listed)]
    assert {line.kind for line in removed} == {"links"}


def test_a_list_of_links_does_not_swallow_the_paragraphs_after_it() -> None:
    lines = [Paragraph("Read more"), Paragraph("Ferry fares to rise", linked=True), AFTER, Paragraph("A headline")]
    assert split(lines)[0] == [AFTER, Paragraph("A headline")]


def test_a_source_line_after_a_list_of_links_is_no_link() -> None:
    lines = [BEFORE, Paragraph("Read more"), Paragraph("Ferry fares to rise"), Paragraph("Source: Reuters")]
    assert kinds_of(*lines) == ["links", "links", "source"]


def test_a_subheading_after_a_link_heading_stays() -> None:
    heading = Paragraph("What happens next", kind="heading")
    assert split([BEFORE, Paragraph("Related articles"), heading, AFTER])[0] == [BEFORE, heading, AFTER]


def test_links_at_the_end_of_an_article_are_removed() -> None:
    links = [Paragraph("Ferry fares to rise", linked=True), Paragraph("Roads to close", linked=True)]
    assert split([BEFORE, AFTER, *links])[0] == [BEFORE, AFTER]
    assert kinds_of(BEFORE, AFTER, *links) == ["links", "links"]


def test_one_link_at_the_end_may_be_the_point_of_the_article() -> None:
    lines = [BEFORE, Paragraph("The engineers’ report", linked=True)]
    assert split(lines) == (lines, [])


def test_an_article_that_is_a_list_of_links_stays() -> None:
    lines = [Paragraph(f"Headline number {number} of today", linked=True) for number in range(8)]
    assert split(lines) == (lines, [])


def test_forms_and_menus_are_removed_but_not_an_article_inside_of_one() -> None:
    form, menu = Paragraph("Your message", kind="form"), Paragraph("Home", kind="nav")
    article = BEFORE._replace(text=BEFORE.text * 3, kind="form")
    kept, removed = split([form, menu, article])
    assert kept == [article]
    assert [line.why for line in removed] == ["form", "menu"]


def test_an_embedded_post_is_never_boilerplate() -> None:
    post = Paragraph("Follow us on Twitter for more", kind="quote")
    assert split([BEFORE, post])[0] == [BEFORE, post]


def test_what_is_removed_stands_in_the_order_of_the_article() -> None:
    lines = [Paragraph("Advertisement"), BEFORE, Paragraph("It is shut. Read more"), Paragraph("Source: Reuters")]
    assert kinds_of(*lines) == ["advert", "continue", "source"]


def test_an_article_of_nothing_but_boilerplate_has_no_text() -> None:
    kept, removed = split([Paragraph("The post Bridge closed appeared first on The Herald.")])
    assert kept == []
    assert len(removed) == 1


@given(st.lists(st.sampled_from([text for _, text in BOILERPLATE] + RUNNING_TEXT).map(Paragraph), max_size=12))
def test_no_word_is_lost(lines: list[Paragraph]) -> None:
    kept, removed = split(lines)
    before = sorted(" ".join(line.text for line in lines).split())
    assert sorted(" ".join([line.text for line in kept] + [line.text for line in removed]).split()) == before


@given(st.lists(st.sampled_from([text for _, text in BOILERPLATE] + RUNNING_TEXT).map(Paragraph), max_size=12))
def test_what_was_kept_is_kept_again(lines: list[Paragraph]) -> None:
    kept, _ = split(lines)
    assert split(kept)[0] == kept


HOSTILE = [
    "[" * 600,
    "read more " * 60,
    "© A " * 150,
    "Source: " + "A " * 300,
    "x [" * 200,
    "facebook " * 60,
    "." * 600,
    "Stand: " + "1h " * 300,
    "Updated 1" + " ." * 300,
    "Updated " + "mon" * 200,
    "Photo: " + "A" * 600,
    "© " + "Ab, " * 150,
    "(Reporting by " + "(" * 600,
    "text reproduction " * 40,
    "by signing you " * 40,
    "jlm/" * 150,
    "a.b@" * 150,
    "10:15 " * 100,
    "Reporting by A in B; " * 30,
    "Image credit " * 50,
    "Mit Material von " * 40,
    "* " * 300,
    "Press contact: A " * 40,
    "This article was written by ai " * 20,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda value: value[:12])
def test_no_line_takes_long(text: str) -> None:
    started = time.perf_counter()
    for end in ("", "!", " ]", "."):
        split([Paragraph(text[: rule.max_chars - 2] + end) for rule in RULES] + [Paragraph(text * 20 + end)])
    assert time.perf_counter() - started < 2.0


def test_a_single_line_within_a_box_goes_with_it() -> None:
    box = [
        Paragraph("Share this article"),
        Paragraph("Harbour | Bridges"),
        Paragraph("Sign up for our newsletter"),
    ]
    assert split([BEFORE, *box, AFTER])[0] == [BEFORE, AFTER]
    foot = [box[0], box[2], Paragraph("Checked by two editors")]
    assert split([BEFORE, AFTER, *foot])[0] == [BEFORE, AFTER]


@pytest.mark.parametrize(
    "lines",
    [
        ["Share this article", "What the inspectors saw"],
        ["Advertisement", "What the inspectors saw", "Photo: Jo Hill"],
        ["Share this article", "Nobody was hurt.", "Sign up for our newsletter"],
        ["Share this article", "3. The bridge", "Sign up for our newsletter"],
        ["Share this article", "Cracks", "Rust", "Sign up for our newsletter"],
    ],
    ids=["after a box", "by a picture", "a sentence", "a numbered heading", "two lines"],
)
def test_what_only_borders_on_a_box_stays(lines: list[str]) -> None:
    kept = [line.text for line in split([BEFORE, *map(Paragraph, lines), AFTER])[0]]
    own = [line for line in lines if line not in ("Share this article", "Advertisement", "Photo: Jo Hill")]
    assert kept == [BEFORE.text, *(line for line in own if not line.startswith("Sign up")), AFTER.text]


def test_a_caption_is_not_of_the_text() -> None:
    markup = f"""
        <p>{BEFORE.text}</p>
        <figure><img src="1.jpg"><figcaption>The bridge <span>Credit: Jo Hill</span></figcaption></figure>
        <p class="wp-caption-text">The other end of it</p>
        <p>{AFTER.text}</p>"""
    kept, removed = split(paragraphs(markup, 1000))
    assert kept == [BEFORE, AFTER]
    assert [(line.kind, line.why) for line in removed] == [("caption", "caption of a picture")] * 2


def test_captions_stay_where_pictures_are_what_is_told() -> None:
    lines = [BEFORE, *(Paragraph(f"{AFTER.text} {number}", kind="caption") for number in range(3))]
    assert split(lines) == (lines, [])


def test_a_caption_that_never_ends_takes_nothing_along() -> None:
    markup = f"<figure><figcaption>The bridge</figure><p>{BEFORE.text}</p><p>{AFTER.text}</p>"
    assert split(paragraphs(markup, 1000))[0] == [BEFORE, AFTER]


def test_a_sign_up_box_in_markup_goes_whole() -> None:
    markup = """
        <p>The bridge is closed.</p>
        <form><h3>Stay up to date</h3><input type="email"><label>Your e-mail</label><button>Sign up</button></form>
        <p>By signing up you agree to our <a href="/terms">terms</a> and privacy policy.</p>
        <p>It will stay closed.</p>"""
    kept, removed = split(paragraphs(markup, 1000))
    assert [line.text for line in kept] == ["The bridge is closed.", "It will stay closed."]
    assert [line.kind for line in removed] == ["subscribe", "subscribe", "consent"]
