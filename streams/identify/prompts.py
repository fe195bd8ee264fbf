"""Prompts: lines in which the publisher speaks to the reader instead of telling the news.

Publishers word them in ever new ways, but of the same things: somebody is asked (to sign up, to follow, to write
in), a channel or a contract is named (a newsletter, an app, an account), the page speaks of itself and its house.
None of that is telling alone and some of it stands in running text, so each counts as evidence and the sum
decides. Speech is never a prompt, and what goes on and on hardly.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from streams.identify import vocabulary
from streams.identify.vocabulary import ASKS, COURTESIES, SUBJECTS
from streams.patterns import words

ENOUGH = 4.0
MAX_PROMPT_CHARS = 320
SHORT_WORDS, LONG_WORDS = 8, 24
WORDS_PER_DOUBT = 8
"""How many words more than long it takes to outweigh a point of evidence: telling may begin with a prompt."""
LONGEST_PHRASE = 4
EVIDENCE = (
    ("subscribes", 1.0, vocabulary.SUBSCRIBES),
    ("speaks of itself", 2.0, vocabulary.ITSELF),
    ("speaks of news", 1.0, vocabulary.NEWS),
    ("we", 1.0, vocabulary.WE),
    ("you", 0.5, vocabulary.YOU),
    ("here", 0.5, vocabulary.HERE),
)
"""What is evidence wherever it stands, and how much of it."""


class House(NamedTuple):
    """How a publisher names itself: `words` in small letters, and a pattern of them as names in running text."""

    words: tuple[str, ...]
    named: re.Pattern[str] | None


class Prompt(NamedTuple):
    """What a line was found to be: `kind` as in `streams.records.Removed`, and the evidence in words."""

    kind: str
    evidence: list[str]


@lru_cache(maxsize=4096)
def house_of(name: str, domain: str) -> House:
    """The names of a publisher: the words of its name and the first part of its domain."""
    names = [word for word in re.findall(r"[^\W_]{4,30}", name[:100]) if word.lower() not in COMMON_NAMES]
    label = re.sub(r"[^a-z0-9]", "", domain[:100].partition(".")[0].lower())
    words = {word.lower() for word in names} | ({label} if len(label) >= MIN_LABEL_CHARS else set())
    named = [rf"{re.escape(word.capitalize())}|{re.escape(word.upper())}|{re.escape(word)}" for word in names]
    return House(tuple(sorted(words)), re.compile(rf"\b(?:{'|'.join(named)})\b") if named else None)


NOBODY = House((), None)
MIN_LABEL_CHARS = 3
COMMON_NAMES = frozenset(("agence", "agency", "agentur", "daily", "magazine", "news", "online", "radio", "weekly"))


def prompt_in(text: str, house: House, *, linked: bool) -> Prompt | None:
    """What a paragraph asks of the reader, None for one that tells something.

    `text` has straight apostrophes and single spaces; `linked` says that all of it is a link.
    """
    if len(text) > MAX_PROMPT_CHARS:
        return None
    tokens = _TOKEN.findall(text.lower())
    phrases = _phrases(tokens)
    subjects = [kind for kind, words in SUBJECTS.items() if not words.isdisjoint(phrases)]
    found = {name: weight for name, weight, words in EVIDENCE if not words.isdisjoint(phrases)}
    if not vocabulary.NOT_NEWS.isdisjoint(phrases):
        found.pop("speaks of news", None)
    found |= _asking(tokens) | _of_house(text, house) | _of_author(text, phrases)
    score = (
        sum(found.values()) + _of_form(text, tokens, linked=linked) + 2.0 * bool(subjects) + (len(subjects) > 1)
    )
    if score < ENOUGH or REPORTED_SPEECH.search(text):
        return None
    if "subscribes" in found and subjects in ([], ["continue"]):
        subjects = ["subscribe"]
    return Prompt(subjects[0] if subjects else "prompt", [*found, *subjects])


def speaks_to_reader(text: str, house: House) -> bool:
    """Whether a text speaks of its publisher or to its reader, or gives an address."""
    named = house.named is not None and house.named.search(text) is not None
    words = _TOKEN.findall(text.lower())
    return named or "@" in text or not (vocabulary.WE | vocabulary.YOU).isdisjoint(words)


def _phrases(tokens: list[str]) -> set[str]:
    """All runs of words that a vocabulary could hold."""
    runs = set(tokens)
    if vocabulary.LAST_WORDS.isdisjoint(runs):
        return runs
    for length in range(2, LONGEST_PHRASE + 1):
        runs.update(map(" ".join, zip(*(tokens[start:] for start in range(length)), strict=False)))
    return runs


def _asking(tokens: list[str]) -> dict[str, float]:
    """Whether a sentence begins as one that asks."""
    begins = True
    for here, token in enumerate(tokens):
        if begins and any(" ".join(tokens[here : here + length]) in ASKS for length in (1, 2, 3)):
            return {"asks": 2.0}
        begins = token in SENTENCE_ENDS or (begins and token in COURTESIES)
    return {}


def _of_house(text: str, house: House) -> dict[str, float]:
    found = {}
    if house.named is not None and house.named.search(text):
        found["names its house"] = 2.5 if house.named.match(text.removeprefix("The ")) else 1.0
    addresses = [address.lower() for address in _ADDRESS.findall(text)]
    if addresses:
        own = any(word in address for address in addresses for word in house.words)
        found["gives an address"] = 3.0 if own else 1.0
    return found


def _of_author(text: str, phrases: set[str]) -> dict[str, float]:
    introduced = not vocabulary.ROLES.isdisjoint(phrases) and _INTRODUCED.match(text)
    return {"introduces its author": 3.5} if introduced else {}


def _of_form(text: str, tokens: list[str], *, linked: bool) -> float:
    ended, words = _ENDED.search(text) is not None, len(tokens)
    length = 0.5 * (words <= SHORT_WORDS) - max(0, words - LONG_WORDS) / WORDS_PER_DOUBT
    return length + 1.5 * linked + 1.0 * (not ended)


SENTENCE_ENDS = frozenset(".!?:…|»•→>(")
_TOKEN = re.compile(r"\w+|[.!?:…|»•→>(]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|(?<!\w)@\w{2,}|https?://\S+|www\.\S+")
_ENDED = re.compile(r"[.;,:][\"'”’»)]*$")
_INTRODUCED = re.compile(
    r"[A-ZÀ-Þ]\S+(?: [A-ZÀ-Þ]\S+){1,3} (?:is|was|covers|writes|est|ist|es|couvre|schreibt|escribe)\b"
)
_QUOTED = r"[\"“«„][^\"“”»]{25,}[\"“”»]"
_REPORTS = words(
    en="""
        said, says, saying, told, tells, wrote, writes, according to, argue, argues, argued, reported, announced,
        urge, urges, urged, sued, claims, claimed, accused, advise, advises, advised, adviced, advice, advices,
        warns, warned, recommends, recommended, joked, shouted, added, finds, found, shows, showed, explains,
        explained, suggests, suggested, reminds, reminded, corrects, corrected, updated to, declined to,
        refused to
    """,
    fr="""
        dit, écrit, déclaré, affirme, selon, conseille, recommande, rappelle, prévient, explique, répète
    """,
    de="sagte, sagt, erklärte, laut, rät, bittet, mahnt, empfiehlt, teilte, heißt es",
    es="""
        dijo, dice, según, afirmó, aseguró, aconseja, recomienda, ruega, pide, avisa, advierte, explicó
    """,
)
REPORTED_SPEECH = re.compile(rf"{_QUOTED}|\b(?:{_REPORTS}|(?<!your )say|(?<!be )asked)\b", re.IGNORECASE)
"""Speech, or more than a button's name in quotation marks."""
