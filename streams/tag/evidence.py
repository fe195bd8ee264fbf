"""What kind of thing a mention names, by evidence that the model does not weigh.

Small models see where a name is and then guess what it names: of the single words that they take for
organisations, three in four are people, places or no names at all. The evidence here is general: lists of known
names, the last word of a longer name (`… River`, `… Ministry`), the word before it, and whether the language has
the word as a common one. Where there is none, the model's word stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import NamedTuple

from streams.tag.casing import Casing
from streams.tag.gazetteer import NOTHING_KNOWN, Gazetteer
from streams.tag.mentions import PLACES, Found
from streams.tag.words import NO_WORDS, Words


class Knowledge(NamedTuple):
    """What is known of names, of the language's words and of how they are written."""

    names: Gazetteer = NOTHING_KNOWN
    words: Words = NO_WORDS
    casing: Casing = MappingProxyType({})


class Seen(NamedTuple):
    """A mention as it stands in the text: its words, what the model took it for, and the characters before it."""

    name: str
    words: Sequence[str]
    label: str
    before: str

    @property
    def begins(self) -> bool:
        """Whether it begins a sentence, where every word has a capital."""
        return not self.before.strip() or self.before.rstrip()[-1] in _SENTENCE_ENDS


SELDOM_SMALL, OFTEN_SMALL, NEARLY_ALWAYS_SMALL = 0.2, 0.5, 0.8
"""Of a word's uses those in small letters: up to which it is a name, from which on its capital tells little."""
_SENTENCE_ENDS = ".!?:\"“'‘\n"
_CONTEXT_CHARS = 16

_ORGANISATION_HEADS = """
    Inc Ltd Corp LLC PLC plc Company University College Institute Ministry Department Party Group Association
    Committee Council Commission Agency Authority Foundation Federation FC Club Bureau Navy Corps Society League
    Airlines Airways Records Partners Holdings Technologies Industries Parliament Congress Union Bank Force Forces
    Guard Court Gas Energy Hospital Alliance Army Times Senate Network Post Assembly Command Corporation Limited
    Press Broadcasting Academy School Brigade Regiment Battalion Division Squadron Orchestra Choir Studios Motors
    Systems Herald Tribune Journal Gazette Observer Chronicle Museum Brothers Trust Fund Front Railways Telecom
    Pharmaceuticals Securities Insurance
"""
ORGANISATION_HEADS = frozenset(_ORGANISATION_HEADS.split())
_PLACE_HEADS = """
    River Lake Bay Island Islands Mountain Mountains County Province Street Avenue Road Boulevard Highway Airport
    Bridge Castle Valley Peninsula Strait Sea Ocean Village Township Beach Creek Pond Brook Forest Desert Square
    Coast Canyon Gulf Station Stadium Cathedral Harbour Harbor Cape Canal Palace Cemetery Park Parish City Falls
    Hills Hill Plateau Junction Springs Heights Reservoir Dam Glacier Reef Archipelago Basin Plains Delta Fjord
"""
PLACE_HEADS = frozenset(_PLACE_HEADS.split())
_PAPERS = """
    Accord Accords Act Agreement Agreements Amendment Application Award Awards Bill Contract Contracts Date
    Declaration Explorer Form Guarantee Letter Medal Model Notice Plan Prize Protocol Resolution Rules Stock
    Strategy Theory Treaty Units
"""
_PAPER_HEADS = frozenset(_PAPERS.split())
"""Last words of what is signed, passed, awarded or thought up, which models take for who did it."""
_STATES = """
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR
    PA RI SC SD TN TX UT VT VA WA WV WI WY DC BC ON QC AB MB SK NS NB NL PE NSW QLD
"""
_STATE_CODES = frozenset(_STATES.split())
_BEFORE_WATERS_AND_HEIGHTS = frozenset({"Lake", "Mount", "River", "Gulf", "Cape"})
_MOST_NAMES_OF_A_PERSON = 3

NAME_WORD = re.compile(r"[^\W\d_a-zß-ÿ][a-zß-ÿ]+(?:['’-]?[^\W\d_a-zß-ÿ][a-zß-ÿ]+)*|(?:[A-Z]\.?)+")
"""A word as people's names are written: `Putin`, `McGuinness`, `O'Neill`, `J.`."""
_IN_A_PLACE = re.compile(r"\b(?:in|near|throughout)\s$")
_AT_A_PLACE = re.compile(r"\b(?:in|near|throughout|outside|across|from|to|into|at)\s$")
_BEHIND_A_TOWN = re.compile(r"\w,\s$")
_WITH_ARTICLE = re.compile(r"\b[Tt]he\s$")


def weighed(text: str, mentions: Sequence[Found], known: Knowledge) -> list[Found]:
    """The mentions with the labels that the evidence speaks for, without those that it speaks against."""
    kept = []
    for mention in mentions:
        for start, end in _several(text, mention, known):
            name = text[start:end]
            before = text[max(0, start - _CONTEXT_CHARS) : start]
            label = kind_of(Seen(name, name.split(), mention.label, before), known)
            if label is not None:
                kept.append(Found(start, end, label))
    return kept


def kind_of(seen: Seen, known: Knowledge) -> str | None:
    """The label that a mention should have; None when it is no name."""
    if seen.label == "EVENT":
        return seen.label
    if len(seen.words) == 1 and _is_just_a_word(seen, known):
        return None
    if seen.label == "PERSON" and any(map(str.isdigit, seen.name)):
        return None
    label = _by_last_word(seen, known) or _by_lists(seen, known) or _by_preposition(seen) or seen.label
    return None if label == "ORG" and len(seen.words) > 1 and seen.words[-1] in _PAPER_HEADS else label


def is_state(name: str, before: str) -> bool:
    """Whether it is the code of a state behind a town, as newsrooms of North America write (`Houston, TX`)."""
    return name in _STATE_CODES and bool(_BEHIND_A_TOWN.search(before))


def is_persons_name(words: Sequence[str], known: Knowledge) -> bool:
    """Whether words are a first name and what can be a surname."""
    names, last = known.names, words[-1]
    return (
        2 <= len(words) <= _MOST_NAMES_OF_A_PERSON
        and names.is_first_name(words[0])
        and last not in ORGANISATION_HEADS | PLACE_HEADS
        and all(map(NAME_WORD.fullmatch, words))
        and (last in names.surnames or not known.words.is_common(last))
    )


def _is_just_a_word(seen: Seen, known: Knowledge) -> bool:
    """Whether a single word is a common one that its writing, or its place in the sentence, gave a capital."""
    name, names, words = seen.name, known.names, known.words
    if seen.label in PLACES or names.is_place(name):
        return False
    if name.isupper():
        if names.is_first_name(name.title()):
            return False
        return len(name) > 3 and words.is_plain(name)  # its nouns have NATO and UNESCO among them
    if _is_small(seen, known):
        return True
    if names.is_persons(name):
        return False
    if seen.label == "PERSON" and _WITH_ARTICLE.search(seen.before):
        return True
    if seen.label == "PERSON":
        return words.is_never_name(name)
    return words.is_plain(name) and seen.begins and bool(NAME_WORD.fullmatch(name))


def _is_small(seen: Seen, known: Knowledge) -> bool:
    """Whether a word that is written in small letters elsewhere has its capital from here: papers (`the Post`) and
    firms (`Target`) are called by such words too, but seldom where a sentence begins.
    """
    small = known.casing.get(seen.name.lower(), 0.0)
    if seen.label == "PERSON":
        return small >= OFTEN_SMALL and not known.names.is_first_name(seen.name)
    return seen.label == "ORG" and small >= (OFTEN_SMALL if seen.begins else NEARLY_ALWAYS_SMALL)


def _by_last_word(seen: Seen, known: Knowledge) -> str | None:
    if len(seen.words) == 1 or known.names.is_place(seen.name):
        return None
    if seen.label not in PLACES and (seen.words[-1] in PLACE_HEADS or seen.words[0] in _BEFORE_WATERS_AND_HEIGHTS):
        return "LOC"
    return "ORG" if seen.words[-1] in ORGANISATION_HEADS else None


def _by_lists(seen: Seen, known: Knowledge) -> str | None:
    name, names = seen.name, known.names
    if names.is_place(name):
        as_place = not names.is_first_name(name) or _AT_A_PLACE.search(seen.before)
        return "GPE" if as_place and seen.label not in PLACES else None
    if seen.label == "PERSON":
        return None
    if len(seen.words) > 1:
        return "PERSON" if is_persons_name(seen.words, known) else None
    if not NAME_WORD.fullmatch(name) or known.words.is_plain(name):
        return None
    if seen.label == "ORG":
        if is_state(name, seen.before):
            return "GPE"
        return "PERSON" if names.is_persons(name) else None
    return "PERSON" if names.is_first_name(name) and not known.words.is_noun(name) else None


def _by_preposition(seen: Seen) -> str | None:
    """Whoever is `in` a single word that is no acronym is in a place."""
    one_word = seen.label == "ORG" and len(seen.words) == 1 and seen.name[1:].islower()
    return "GPE" if one_word and _IN_A_PLACE.search(seen.before) else None


_BETWEEN_NAMES = re.compile(r"\s+(?:and|to|et|&|-)\s+|,\s+")


def _several(text: str, mention: Found, known: Knowledge) -> Iterator[tuple[int, int]]:
    """The names in a span that runs over several (`Paris and Lyon`), when all of them are known; else the span."""
    if " " not in text[mention.start : mention.end]:
        yield mention.start, mention.end
        return
    gaps = list(_BETWEEN_NAMES.finditer(text, mention.start, mention.end))
    starts = [mention.start, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), mention.end]
    parts = list(zip(starts, ends, strict=True))
    names = [text[start:end] for start, end in parts]
    if gaps and all(known.names.is_place(name) or is_persons_name(name.split() or [""], known) for name in names):
        yield from parts
    else:
        yield mention.start, mention.end
