"""Headlines In Title Case or ALL CAPITALS, written as running text is: what models have learned to read.

Nothing but the case of letters changes, so positions stay the same. What a word should look like is taken from the
article's own running text first, then from what is known of names and of the language's words. A sentence that is
written as usual stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from streams.tag.evidence import OFTEN_SMALL, ORGANISATION_HEADS, PLACE_HEADS, SELDOM_SMALL, Knowledge

HEADLINE_SHARE = 0.8
"""Of the common words of a line, those with a capital: from here on it is a headline's writing."""
_FEWEST_COMMON = 2
_LONGER = 3
_LONGEST_PLACE_WORDS = 4
_LONGEST_ACRONYM = 5

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENCLITIC = re.compile(r"(?:n['’]t|['’](?:s|t|re|ve|ll|d|m))$", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?]\s))\W*")
_CALENDAR = """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July August September
    October November December
"""
_ALWAYS_CAPITAL = frozenset({"I", *_CALENDAR.split()})


def truecase(text: str, known: Knowledge) -> str:
    """The text with its headlines in the case of running text, character by character as long."""
    lines = list(_LINE.finditer(text))
    loud = [line for line in lines if _is_headline(line[0], known)]
    if not loud:
        return text
    written = _written([line[0] for line in lines if line not in loud])
    for line in loud:
        text = text[: line.start()] + _rewritten(line[0], written, known) + text[line.end() :]
    return text


def _is_headline(line: str, known: Knowledge) -> bool:
    """Whether common words have capitals, one of them at least that names of organisations seldom hold: a verb."""
    initials = [word[0] for word in line.split()]
    if sum(map(str.isupper, initials)) < sum(map(str.islower, initials)):
        return False
    words = list(_WORD.finditer(line))[1:]
    if line.isupper():
        return len(words) >= _FEWEST_COMMON
    begins = {start.end() for start in _SENTENCE_START.finditer(line)}
    common = [word[0] for word in words if _is_common(word[0], known) or _is_loud_grammar(word, begins, known)]
    loud = sum(word[0].isupper() for word in common)
    if loud < max(_FEWEST_COMMON, HEADLINE_SHARE * len(common)):
        return False
    return any(word[0][0].isupper() and known.words.is_never_name(word[0]) for word in words)


def _is_loud_grammar(word: re.Match[str], begins: AbstractSet[int], known: Knowledge) -> bool:
    """Whether a word of grammar has a capital (`Was`, `Their`) where no sentence begins."""
    is_loud = len(word[0]) >= _LONGER and word[0][0].isupper() and word.start() not in begins
    return is_loud and known.words.is_grammar(word[0]) and not known.names.is_first_name(word[0])


def _is_common(word: str, known: Knowledge) -> bool:
    """Whether a word has a capital in headlines only; articles and the like seldom do even there."""
    if len(word) < _LONGER or known.words.is_grammar(word):
        return False
    name = word[0].upper() + word[1:].lower()
    return known.words.is_common(word) and not (known.names.is_persons(name) or name in known.names.places)


def _written(lines: Sequence[str]) -> dict[str, str]:
    """How each word is written within the sentences of running text, by the word in lower case."""
    written: dict[str, str] = {}
    for line in lines:
        begins = {start.end() for start in _SENTENCE_START.finditer(line)}
        for word in _WORD.finditer(line):
            if word.start() not in begins:
                written.setdefault(word[0].lower(), word[0])
    return written


def _rewritten(line: str, written: Mapping[str, str], known: Knowledge) -> str:
    shouted = line.isupper()
    capital = line.title() if shouted else line
    if len(capital) != len(line):  # A few letters are two as capitals.
        return line
    words = list(_WORD.finditer(line))
    places = set(_in_places(capital, words, known))
    letters = list(line)
    after_first_name = after_name = False
    for number, word in enumerate(words):
        like = written.get(word[0].lower())
        if like is None:
            name_before = after_name and line[word.start() - 1] == " "
            written_out = capital[word.start() : word.end()]
            is_name = (
                number in places
                or _is_name(written_out, name_before, known)
                or (after_first_name and name_before and not known.words.is_plain(written_out))
            )
            like = _as_name(word[0], shouted, known) if is_name else word[0].lower()
        after_name = like[0].isupper()
        after_first_name = after_name and known.names.is_first_name(like)
        if len(like) == len(word[0]):
            letters[word.start() : word.end()] = like
    return _with_sentence_starts("".join(letters), line)


def _with_sentence_starts(rewritten: str, line: str) -> str:
    letters = list(rewritten)
    for start in _SENTENCE_START.finditer(line):
        letters[start.end() : start.end() + 1] = line[start.end() : start.end() + 1]
    return "".join(letters)


def _in_places(line: str, words: Sequence[re.Match[str]], known: Knowledge) -> Iterator[int]:
    """The numbers of the words that make up the names of places of several words."""
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_PLACE_WORDS, len(words))):
            if line[words[first].start() : words[last].end()] in known.names.places:
                yield from range(first, last + 1)


def _is_name(word: str, name_before: bool, known: Knowledge) -> bool:
    """Whether a word with a capital is one in running text too, after a name or not."""
    word = _ENCLITIC.sub("", word)
    if word[1:] != word[1:].lower() or word in _ALWAYS_CAPITAL:
        return True
    if known.words.is_grammar(word):
        return False
    if word in known.names.places:
        return True
    if name_before and word in ORGANISATION_HEADS | PLACE_HEADS:
        return True
    small = known.casing.get(word.lower())
    if small is not None and small <= SELDOM_SMALL:
        return True
    if known.words.is_plain(word):
        return False
    if small is not None:
        return small < OFTEN_SMALL or (name_before and known.names.is_persons(word))
    return known.names.is_persons(word) or not known.words.is_noun(word)


def _as_name(word: str, shouted: bool, known: Knowledge) -> str:
    """A name out of a line in capitals keeps them only when it can be an acronym."""
    if not shouted:
        return _ENCLITIC.sub(lambda ending: ending[0].lower(), word)
    name = word[0] + word[1:].lower()
    listed = name in known.names.places or known.names.is_persons(name)
    return word if len(word) <= _LONGEST_ACRONYM and not listed else name
