from __future__ import annotations

import pytest

from streams.identify.posts import is_embed, posts_among, signs_post

SIGNATURES = [
    "— Jane Doe (@jane_doe) March 3, 2026",
    "Done and dusted. — Jane Doe (@jane_doe) Mar. 3, 2026",
    "-- Jane (@jane) 3 March 2026",
    "— Préfecture (@Prefet) 3 mars 2026",
    "— Amt (@amt_de) 3. März 2026",
    "— Alcaldía (@alcaldia) 3 de marzo de 2026",
    "A post shared by Jane Doe (@jane)",
    "Une publication partagée par Jeanne (@jeanne)",
]


@pytest.mark.parametrize("text", SIGNATURES)
def test_signatures_of_posts_are_known(text: str) -> None:
    assert signs_post(text)


@pytest.mark.parametrize(
    "text",
    [
        "The account (@jane_doe) was closed on March 3, 2026",
        "The ministry — which runs the port (and the ferry) — said on March 3, 2026",
        "He joined the army — and left it — on March 3, 2026",
        "A post shared by thousands was false. The ministry denied it.",
    ],
)
def test_running_text_signs_no_post(text: str) -> None:
    assert not signs_post(text)


def test_a_signature_on_its_own_line_marks_the_post_before_it() -> None:
    assert posts_among(["He wrote:", "The bridge is safe!", SIGNATURES[0], "Then he left."]) == {1, 2}


def test_a_long_paragraph_before_a_signature_is_no_post() -> None:
    assert posts_among(["He explained it at length. " * 20, SIGNATURES[0]]) == {1}


def test_a_picture_link_marks_a_post() -> None:
    assert posts_among(["Look at this pic.twitter.com/abc", "Nothing here"]) == {0}


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("twitter-tweet", True),
        ("wp-embed twitter-tweet tw-align-center", True),
        ("instagram-media", True),
        ("tiktok-embed", True),
        ("wp-block-quote", False),
        ("my-twitter-tweets-are-great", False),
        ("", False),
    ],
)
def test_classes_of_embedded_posts(classes: str, expected: bool) -> None:
    assert is_embed(classes) is expected
