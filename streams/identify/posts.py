"""Posts of social networks embedded in articles: other people's words, not the publisher's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.patterns import words

LONGEST_POST_CHARS = 300
"""What a post without markup can be: 280 characters and some for its links."""

_EMBEDS = words("""
    twitter-tweet, twitter-video, instagram-media, tiktok-embed, bluesky-embed, mastodon-embed, fb-post,
    reddit-embed, reddit-card, telegram-post, text-post-media
""")
_EMBED_CLASS = re.compile(rf"(?i)(?:^|\s){_EMBEDS}")
_DATE = r"(?:[^\W\d]{3,12}\.? \d{1,2},? \d{4}|\d{1,2}\.? (?:de )?[^\W\d]{3,12}\.? (?:de )?\d{4})"
_SIGNATURE = re.compile(rf"(?:[—–]|--?)\s?[^()]{{1,80}}\(@[\w.]{{1,40}}\)[,:]?\s{_DATE}\W*$")
_SHARED_BY = words(
    en="A post shared by",
    fr="Une publication partagée par",
    de="Ein Beitrag geteilt von",
    es="Una publicación compartida de, Una publicación compartida por",
)
_SHARED = re.compile(rf"\b{_SHARED_BY} [^.]{{1,100}}$")
_POST_LINK = re.compile(r"\bpic\.(?:twitter|x)\.com/\w+")


def is_embed(classes: str) -> bool:
    """Whether an element's class is one that a social network gives to its embedded posts."""
    return _EMBED_CLASS.search(classes) is not None


def signs_post(text: str) -> bool:
    """Whether a paragraph ends as embedded posts do: `— Name (@handle) March 3, 2026`."""
    end = text[-250:]
    return ("(@" in end and _SIGNATURE.search(end) is not None) or _SHARED.search(end) is not None


def posts_among(texts: Sequence[str]) -> set[int]:
    """Which of an article's paragraphs are posts, by their words alone (feeds often drop the markup)."""
    found: set[int] = set()
    for here, text in enumerate(texts):
        if _POST_LINK.search(text):
            found.add(here)
        elif signs_post(text):
            found.add(here)
            if _is_bare_signature(text) and here and len(texts[here - 1]) <= LONGEST_POST_CHARS:
                found.add(here - 1)
    return found


def _is_bare_signature(text: str) -> bool:
    return _SIGNATURE.match(text) is not None
