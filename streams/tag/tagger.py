"""From texts to mentions: the models run over texts in batches, in this process."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from streams.tag.context import in_context
from streams.tag.evidence import Knowledge, weighed
from streams.tag.mentions import Found, clean
from streams.tag.missed import add_missed
from streams.tag.models import Models
from streams.tag.names import join
from streams.tag.truecase import truecase

if TYPE_CHECKING:
    from spacy.language import Language

ZONE_TEXTS = 1000
"""Texts after which spaCy forgets the words it met: keeps memory flat over an endless stream."""


class Mention(NamedTuple):
    """A name in a text: characters `start` to `end` (exclusive) and what they stand for.

    `label` is PERSON, ORG, GPE, LOC, FAC or EVENT; `text` the characters, `name` the fullest name that the same
    text gives to it. Mentions do not overlap.
    """

    start: int
    end: int
    label: str
    text: str
    name: str


class FindsMentions(Protocol):
    """Finds mentions, in this process or in others."""

    @property
    def packages(self) -> Mapping[str, str]:
        """The model package of each language that has one."""
        ...

    @property
    def max_chars(self) -> int:
        """How much of a text is searched."""
        ...

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        """The mentions of each (text, language code), in the texts' order; none in a language without a model."""
        ...


class Tagger:
    """Finds mentions in this process; models are loaded at the first text of their language.

    Raises SettingsError for a model that cannot be used, on making or at that first text.
    """

    def __init__(self, models: Models, max_chars: int, batch_size: int = 128) -> None:
        self.max_chars = max_chars
        self._models = models
        self._batch_size = batch_size

    @property
    def packages(self) -> Mapping[str, str]:
        """The model package of each language that has one."""
        return self._models.packages

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        """The mentions of each (text, language code), in the texts' order; none in a language without a model."""
        results: list[list[Mention]] = [[] for _ in texts]
        by_language: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, language) in enumerate(texts):
            by_language[language].append(number)
        for language, numbers in by_language.items():
            nlp = self._models.load(language)
            if nlp is not None:
                # Texts of like length share a batch: a batch lasts as long as its longest text.
                numbers.sort(key=lambda number: len(texts[number][0]))
                searched = [searchable(texts[number][0], self.max_chars) for number in numbers]
                for number, mentions in zip(numbers, self._mentions(nlp, searched, language), strict=True):
                    results[number] = mentions
        return results

    def _mentions(self, nlp: Language, texts: Sequence[str], language: str) -> Iterator[list[Mention]]:
        known = self._models.knowledge(language)
        waiting = iter(texts)
        while zone := list(islice(waiting, ZONE_TEXTS)):
            with nlp.memory_zone():
                read = [truecase(text if text.isascii() else text.translate(_STRAIGHT), known) for text in zone]
                for text, doc in zip(zone, nlp.pipe(read, batch_size=self._batch_size), strict=True):
                    found = [Found(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents]
                    yield to_mentions(text, doc.text, found, language, known)


def to_mentions(text: str, read: str, found: Sequence[Found], language: str, known: Knowledge) -> list[Mention]:
    """The mentions in a text from what a model found in `read`, the same text in other letters of the same number.

    What was found is cleaned and weighed, what was missed is added, and each mention gets its name.
    """
    kept = in_context(read, weighed(read, clean(read, found, language), known), known)
    spans = add_missed(read, kept, found, known)
    named = join([(read[span.start : span.end], span.label) for span in spans])
    return [
        Mention(span.start, span.end, name.label, text[span.start : span.end], name.name)
        for span, name in zip(spans, named, strict=True)
    ]


_STRAIGHT = str.maketrans("‘’‚‛ʼ“”„‟", "'" * 5 + '"' * 4)
"""Quotes as models have read them."""
_WHOLE_WORDS = re.compile(r"(.*\S)\s", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udfff]")
_PUNCTUATION_RUN = re.compile(r"[^\w\s]{8,}")


def searchable(text: str, max_chars: int) -> str:
    """The part of a text that is searched, ending between words where it can; positions stay the same.

    Lone surrogates, which cannot be encoded, become U+FFFD, and long runs of punctuation blanks: spaCy's time for
    them grows with their square.
    """
    if len(text) > max_chars:
        whole_words = _WHOLE_WORDS.match(text, 0, max_chars + 1)
        text = whole_words[1] if whole_words else text[:max_chars]
    text = _SURROGATES.sub("\ufffd", text)
    return _PUNCTUATION_RUN.sub(lambda run: " " * len(run[0]), text)
