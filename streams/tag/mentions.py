"""What a model found, made into mentions that people would search by: clean spans of a few kinds of thing.

Small models are right about where a name is more often than about where it ends. The rules here are about the
writing only (punctuation, honorifics, possessives, what cannot be a name) and hold for any model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from streams.patterns import words

LABELS = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "ORG": "ORG",
    "GPE": "GPE",
    "LOC": "LOC",
    "FAC": "FAC",
    "EVENT": "EVENT",
}
"""The models' labels that we keep, as OntoNotes 5 names them; French models know PER, LOC, ORG and MISC.

Left out are dates, numbers, nationalities, languages, laws, works and products: people search for those as words.
"""

KINDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "EVENT": "event",
}
"""What people call each; in an entity's id these count, since models waver between the labels of places."""

PLACES = frozenset({"GPE", "LOC", "FAC"})
MAX_SPAN_CHARS = 200
MAX_NAME_CHARS = 100
"""Longer is no name, whatever the model says; the first limit is before the trimming, the other after it."""


class Found(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text and the label that the model gave them."""

    start: int
    end: int
    label: str


def clean(text: str, found: Iterable[Found], language: str) -> list[Found]:
    """The mentions in what a model found, in the text's order: labels ours, spans split and trimmed."""
    kept: list[Found] = []
    for start, end, model_label in found:
        label = LABELS.get(model_label)
        if label is not None and not _ADDRESS.search(text, start, end):
            for part in _split(text, start, end, label):
                name = Found(*_trim(text, *part, label, language), label)
                if _is_name(text[name.start : name.end], label) and not _is_handle(text, name.start):
                    kept.append(name)
    return kept


_ADDRESS = re.compile(r"://|\bwww\.|\S@\S", re.IGNORECASE)
_BREAK = re.compile(
    r"\s*[\n\r\t|()\[\]]\s*"  # lines, cells, brackets
    r"|\s+(?:--|[–—])\s*|\s*(?:--|[–—])\s+"  # dashes with a blank
    r"|\s+/\s*|(?<=\w{3})/\s*"  # agencies and polls (`Getty Images/AFP`), but not `AC/DC`
    r"|:\s+"  # a speaker and what follows
)
_BREAKS = {
    "PERSON": re.compile(_BREAK.pattern + r"|\s+-\s+"),
    **dict.fromkeys(PLACES, re.compile(_BREAK.pattern + r"|,\s+")),
}
"""Two places in a row are two; a comma within a firm's or a person's name belongs to it (`Jones, Inc.`)."""


def _split(text: str, start: int, end: int, label: str) -> Iterator[tuple[int, int]]:
    """The parts of a span that runs over what stands between two names: other signs for other labels."""
    for gap in _BREAKS.get(label, _BREAK).finditer(text, start, min(end, start + MAX_SPAN_CHARS)):
        yield start, gap.start()
        start = gap.end()
    if end - start <= MAX_SPAN_CHARS:
        yield start, end


_HONORIFICS = {
    "en": words("""
        Mr, Mrs, Ms, Miss, Mx, Dr, Prof, Professor, Sir, Dame, Lord, Lady, Rev, Hon, Gen, Col, Capt, Lt, Sgt,
        Maj, Adm, Sen, Rep, Gov, President, Minister, Chancellor, Secretary, Ambassador, Senator, Governor,
        Congressman, Congresswoman, Judge, Colonel, Captain, Lieutenant, Sergeant
    """)
    + r"|Prime\s+Minister",
    "fr": words("""
        M, MM, Mme, Mmes, Mlle, Me, Dr, Pr, Président, Présidente, Ministre, Général, Colonel
    """)
    + r"|Premier\s+ministre",
}
_ARTICLE = r"(?:[Tt]he|THE|an?|and)\s+"
_LEAD = re.compile(rf"(?:\W|{_ARTICLE}|(?:of|le|la|les|du|des|au|aux|de)\s+|[ld]['’])+")
_PERSON_LEAD = {
    language: re.compile(rf"(?:\W|{_ARTICLE}|(?:{titles})(?:\.\s*|\s+)(?=\w))+")
    for language, titles in _HONORIFICS.items()
}
_TAIL = re.compile(r"(?:['’`´]s|\s+(?:and|of|the|et|de|at|in|on)|[^\w.])+$")
_PERSON_TAIL = re.compile(r"(?:['’`´]s|\s+(?:and|et)|\s+\S*\d\S*|[^\w.])+$")
_FULL_STOP = re.compile(r"(?<=\w{4})(?<!Corp)\.+$")
"""A stop at the end of a longer word ends the sentence; of a shorter one it belongs to it (`U.S.`, `Inc.`)."""


def _trim(text: str, start: int, end: int, label: str, language: str) -> tuple[int, int]:
    """The span without articles, honorifics, possessives and stray punctuation around the name."""
    person = label == "PERSON"
    lead = _PERSON_LEAD.get(language, _LEAD) if person else _LEAD
    if match := lead.match(text, start, end):
        start = match.end()
    name = text[start:end]
    if text.startswith(".", end) and re.search(r"\b\w\.\w$", name):
        return start, end + 1
    name = (_PERSON_TAIL if person else _TAIL).sub("", name)
    return start, start + len(_FULL_STOP.sub("", name))


_NO_LETTERS = re.compile(r"[\d\W_]*")
_CALENDAR = """
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    lundi mardi mercredi jeudi vendredi samedi dimanche
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
"""
_CREDITS = """
    photo photos image images picture video audio file credit courtesy caption graphic getty getty_images istock
    advertisement sponsored newsletter subscribe share read_more click_here sign_up log_in
    analysis opinion editorial exclusive story breaking_news live_updates related_articles related_stories
"""
"""What stands around an article rather than in it, and begins with a capital there."""
_ABBREVIATIONS = """
    AIDS AKA ASAP ATM BTW CCTV CD CDS CDT CEO CFO COO CST CTO DIY DJ DNA DVD DVDS EDT EST ETA EVP FAQ FAQS FYI GDP
    GMT GPS HD HIV HTML HTTP IDS IMHO IMO IPO IQ KG KM LCD LED LMAO LNG LOL MBA MP MPH MPS NGO NGOS OMG PC PCS PDF
    PDT PHD PLS PLZ POW PS PST QA RFP RPM RSVP SMS SUV SUVS SVP TBA TBD TV TVS UFO URL USB UTC VAT VHS VIP VP
"""
"""What is written in capitals and names nobody, in letters, offices and on machines."""
_DAYS_AND_MONTHS = frozenset(_CALENDAR.split())
_NOT_NAMES = frozenset(_CREDITS.split())
_NO_ACRONYMS = frozenset(_ABBREVIATIONS.split())


def _is_name(name: str, label: str) -> bool:
    """Whether the words can be a name at all: not a number, a day of the calendar, a credit line.

    Names have a capital, except that models know places well enough to find them in hurried writing.
    """
    if not 2 <= len(name) <= MAX_NAME_CHARS or _NO_LETTERS.fullmatch(name):
        return False
    if name == name.lower() and (label != "GPE" or len(name) < 4):
        return False
    if label != "GPE" and name.removesuffix("s").replace(".", "") in _NO_ACRONYMS:
        return False
    folded = "_".join(name.lower().split())
    return folded not in _NOT_NAMES and (label == "PERSON" or folded not in _DAYS_AND_MONTHS)


def _is_handle(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] == "@"
