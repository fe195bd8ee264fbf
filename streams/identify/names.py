"""Runs of names, as lines of credit have them, for patterns that see straight apostrophes and single spaces."""

from __future__ import annotations

import re

_WORD = r"(?:[ldLD]')?[A-ZÀ-ÞŒ©@][\w.'&@-]*|https?://\S+|[\w.-]+\.[a-z]{2,10}"
_LINK = (
    r"dpa|afp|picture|alliance|archives?|handout|courtesy|via|by|of|the|for|and|de|la|le|du|des|et|von|der|und|y"
    r"|del|with|avec|mit|con"
    r"|[&|-]"
)
_NAME = rf"(?:{_WORD}|{_LINK})"
PROPER_NAMES = rf"(?-i:{_NAME}(?:[\s/,]+{_NAME}){{0,9}}[\s/,]*)"
"""Up to ten names and what joins them."""
AGENCIES = (
    r"(?-i:Getty(?: Images)?|Shutterstock|Reuters|REUTERS|AFP|EPA|AP(?: Photo)?|iStock|Unsplash|Pixabay|dpa|DPA"
    r"|imago|IMAGO|Imago|EFE|Agencia EFE|Europa Press|EUROPA PRESS|ANSA|APA|SID|epd|KNA|PTI|ANI|IANS|Xinhua)"
)
"""Agencies of news and pictures."""


def any_of(*patterns: str) -> re.Pattern[str]:
    """What one of the patterns matches, in letters of any case."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
