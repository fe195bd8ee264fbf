"""What stands around a name and tells what it names, or that it names nobody.

English says it in a few set ways: before the name (`the village of X`, `the retailer X`, `the Battle of X`) or
behind it (`X is a town`, `X, a bank`, `X, England`, `X said`). Models weigh such words less than the name's own
letters, which say little of names that they have not met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from streams.patterns import listed, words
from streams.tag.evidence import ORGANISATION_HEADS, Knowledge
from streams.tag.mentions import PLACES, Found

BEFORE_CHARS, BEHIND_CHARS = 30, 70
"""How far words before and behind a name are looked at."""

_TOWN = words("""
    village, town, city, municipality, suburb, hamlet, island, county, district, province, commune, parish,
    neighborhood, neighbourhood, region, river, lake, port, state, township, borough, capital
""")
_FIRMS = """
    band, group, firm, company, club, newspaper, magazine, agency, label, chain, startup, airline, bank, retailer,
    maker, manufacturer, broadcaster, charity, party, publisher, giant, supermarket, brand
"""
_FIRM, _FIRM_WORDS = words(_FIRMS), listed(_FIRMS)
_BEGINS_TO_TELL = (", a", ", the ", " is ", " was ", " are ", " (")
_OF = (" of ", " of the ")
"""Most names stand before and behind other words: that is found out before those are read."""
_IS_A = r"\s*(?:\([^)]*\)\s*)?(?:,|is|was|are)\s+(?:an?|the)\s+(?:[\w-]+\s+){0,4}"
_PLACE_BEFORE = re.compile(rf"\b{_TOWN}s?\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_PLACE_BEHIND = re.compile(rf"{_IS_A}{_TOWN}\b")
_FIRM_BEHIND = re.compile(rf"{_IS_A}{_FIRM}\b(?!['’]s)")
_SPEAKS = re.compile(r" (?:said|says|told|added|argued|insisted)\b")
_WITHIN = (" in ", " near ", " throughout ", " outside ")
_WORD = r"[^\W\d_a-zß-ÿ][\w'’-]*"
_LARGER_PLACE = re.compile(rf", ({_WORD}(?: {_WORD})*)")
_TITLES = words("""
    Battle, Battles, Siege, Treaty, Fall, Bishop, Archbishop, Duke, Earl, King, Queen, Prince, Princess, Governor
""")
_TITLE_OF = re.compile(rf"\b{_TITLES}\s+of\s+(?:the\s+)?$")
"""The place is no more than a part of what is named."""
_DESIGNATION = re.compile(r"[A-Z]{1,4}-?\d+[A-Z]?(?:\s|$)|[A-Z]{1,4}-\d+")
"""Aircraft, cars and roads: `F-16 Falcon`, `A380`."""
_QUOTED = re.compile(r'"([^",.!?\n]{1,80})"')
_TITLE_WORD = re.compile(r"[^\W\d_][\w'’]{3,}")
_MOST_TITLE_WORDS = 8


def in_context(text: str, mentions: Sequence[Found], known: Knowledge) -> list[Found]:
    """The mentions with the labels that their context speaks for, without those that it speaks against."""
    titles = list(_titles(text)) if '"' in text else []
    kept = []
    for mention in mentions:
        in_title = any(start <= mention.start and mention.end <= end for start, end in titles)
        if not in_title and not _names_nobody(text, mention):
            label = mention.label if mention.label == "EVENT" else _label(text, mention, known)
            kept.append(mention if label == mention.label else mention._replace(label=label))
    return kept


def told_kind(text: str, start: int, end: int) -> Literal["GPE", "ORG"] | None:
    """What the words around these characters say that they name: a place, an organisation, or nothing."""
    tells = text.startswith(_BEGINS_TO_TELL, end)
    if text.endswith(_OF, 0, start) and _PLACE_BEFORE.search(_before(text, start)):
        return "GPE"
    if tells and _PLACE_BEHIND.match(text, end, end + BEHIND_CHARS):
        return "GPE"
    if text[text.rfind(" ", 0, max(0, start - 1)) + 1 : start].rstrip() in _FIRM_WORDS:
        return "ORG"
    return "ORG" if tells and _FIRM_BEHIND.match(text, end, end + BEHIND_CHARS) else None


def speaks(text: str, end: int) -> bool:
    """Whether who is named up to here says something."""
    return bool(_SPEAKS.match(text, end))


def _before(text: str, start: int) -> str:
    return text[max(0, start - BEFORE_CHARS) : start]


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """Where titles of works stand in quotes: all words of more than three letters have a capital."""
    for quoted in _QUOTED.finditer(text):
        words = _TITLE_WORD.findall(quoted[1])
        if 2 <= len(words) <= _MOST_TITLE_WORDS and all(word[0].isupper() for word in words):
            yield quoted.span(1)


def _names_nobody(text: str, mention: Found) -> bool:
    if mention.label == "PERSON":
        return False
    if _DESIGNATION.match(text, mention.start, mention.end):
        return True
    of_place = mention.label in PLACES and text.endswith(_OF, 0, mention.start)
    return of_place and bool(_TITLE_OF.search(_before(text, mention.start)))


def _label(text: str, mention: Found, known: Knowledge) -> str:
    name = text[mention.start : mention.end]
    told = told_kind(text, mention.start, mention.end)
    if told == "ORG" and not known.names.is_place(name):
        return told
    if mention.label in PLACES:
        return mention.label
    is_town = told == "GPE" or _lies_in(text, mention, known) or _is_within(text, mention, known)
    return "GPE" if is_town else mention.label


def _lies_in(text: str, mention: Found, known: Knowledge) -> bool:
    """Whether a larger place follows (`Aisby, England`) what is no person or organisation by its words."""
    larger = _LARGER_PLACE.match(text, mention.end, mention.end + BEHIND_CHARS)
    words = text[mention.start : mention.end].split()
    if larger is None or len(words) > 2 or words[-1] in ORGANISATION_HEADS:
        return False
    first = larger[1].split()[0]
    is_place = larger[1] in known.names.places or first in known.names.places
    is_person = mention.label == "PERSON" and known.names.is_first_name(words[0])
    return is_place and not known.names.is_first_name(first) and not is_person


def _is_within(text: str, mention: Found, known: Knowledge) -> bool:
    """Whether somebody is `in` what the model takes for a person whose first name nobody has."""
    if mention.label != "PERSON" or not text.endswith(_WITHIN, 0, mention.start):
        return False
    return not known.names.is_first_name(text[mention.start : mention.end].split()[0])
