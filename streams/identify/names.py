"""Runs of names, as lines of credit have them, for patterns that see straight apostrophes and single spaces."""

from __future__ import annotations

from streams.patterns import words

_WORD = r"(?:[ldLD]')?[A-ZÀ-ÞŒ©@][\w.'&@-]*|https?://\S+|[\w.-]+\.[a-z]{2,10}"
_LINK = words(
    "dpa, afp",
    en="picture, alliance, archive, archives, handout, courtesy, via, by, of, the, for, and, with",
    fr="de, la, le, du, des, et, avec",
    de="von, der, und, mit",
    es="y, del, con",
)
_NAME = rf"(?:{_WORD}|{_LINK}|[&|-])"
PROPER_NAMES = rf"(?-i:{_NAME}(?:[\s/,]+{_NAME}){{0,9}}[\s/,]*)"
"""Up to ten names and what joins them."""

_AGENCIES = words("""
    Getty, Getty Images, Shutterstock, Reuters, REUTERS, AFP, EPA, AP, AP Photo, iStock, Unsplash, Pixabay,
    dpa, DPA, imago, IMAGO, Imago, EFE, Agencia EFE, Europa Press, EUROPA PRESS, ANSA, APA, SID, epd, KNA, PTI,
    ANI, IANS, Xinhua
""")
AGENCIES = f"(?-i:{_AGENCIES})"
"""Agencies of news and pictures."""
CAPITAL = "(?-i:(?=[A-ZÀ-Þ]))"
"""Where a capital letter comes next."""
