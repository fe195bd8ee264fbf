"""Common words of a language, as the model's own package knows them.

A package with a lemmatiser brings its dictionary: the base forms of nouns, verbs, adjectives and adverbs
(WordNet's in English) and the rules and exceptions that lead from inflected forms to them. That is enough to tell
that `Meets` and `Told` in a headline are no names, and costs no further data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from spacy.language import Language

NOUNS = "noun"
OTHERS = ("verb", "adj", "adv")
KNOWN_WORDS = 20_000
"""Words of the text whose look-up is remembered."""


class Forms(NamedTuple):
    """Words of one kind: base forms, irregular forms, and endings of regular forms with those of the base form."""

    bases: AbstractSet[str] = frozenset()
    irregular: AbstractSet[str] = frozenset()
    endings: Sequence[tuple[str, str]] = ()

    def has(self, word: str) -> bool:
        """Whether the word, in lower case, is of this kind in any form."""
        return word in self.irregular or any(base in self.bases for base in self._bases(word))

    def _bases(self, word: str) -> Iterator[str]:
        """The word, and what it may be a form of: letters that double before an ending are single again."""
        yield word
        for ending, base_ending in self.endings:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                stem = word.removesuffix(ending)
                yield stem + base_ending
                if stem[-1:] == stem[-2:-1]:
                    yield stem[:-1] + base_ending


class Words:
    """Tells common words from others, in any case; `grammar` are articles, prepositions, pronouns and the like."""

    def __init__(self, grammar: AbstractSet[str], nouns: Forms, others: Forms) -> None:
        self._grammar = grammar
        # The same words come again and again.
        self._noun = lru_cache(KNOWN_WORDS)(nouns.has)
        self._other = lru_cache(KNOWN_WORDS)(others.has)

    def is_grammar(self, word: str) -> bool:
        """Whether the word only joins others (`the`, `of`, `is`)."""
        return word.lower() in self._grammar

    def is_noun(self, word: str) -> bool:
        """Whether the dictionary has it as a noun; it has the names of well-known people and places too."""
        return self._noun(word.lower())

    def is_plain(self, word: str) -> bool:
        """Whether it is a verb, an adjective, an adverb or a word of grammar: seldom a name by itself."""
        return self.is_grammar(word) or self._other(word.lower())

    def is_never_name(self, word: str) -> bool:
        """Whether it is plain and no noun (`told`, `quickly`); as nouns, some verbs are surnames (`trump`)."""
        return self.is_plain(word) and not self.is_noun(word)

    def is_common(self, word: str) -> bool:
        """Whether the language has this word, names of well-known people and places among them."""
        return self.is_plain(word) or self.is_noun(word)


NO_WORDS = Words(frozenset(), Forms(), Forms())


def words_of(nlp: Language) -> Words:
    """The words that a pipeline's package knows: without a lemmatiser's dictionary only those of grammar."""
    from spacy.lookups import Lookups

    folder = nlp.path / "lemmatizer" / "lookups" if nlp.path else None
    tables = Lookups()
    if folder and folder.is_dir():
        tables.from_disk(folder)
    index, irregular, endings = (
        tables.get_table(name, {}) for name in ("lemma_index", "lemma_exc", "lemma_rules")
    )
    return Words(
        frozenset(nlp.Defaults.stop_words),
        _forms((NOUNS,), index, irregular, endings),
        _forms(OTHERS, index, irregular, endings),
    )


def _forms(
    kinds: Sequence[str],
    index: Mapping[str, Sequence[str]],
    irregular: Mapping[str, Mapping[str, Sequence[str]]],
    endings: Mapping[str, Sequence[Sequence[str]]],
) -> Forms:
    return Forms(
        frozenset(word for kind in kinds for word in index.get(kind, ())),
        frozenset(word for kind in kinds for word in irregular.get(kind, ())),
        tuple({(ending, base) for kind in kinds for ending, base in endings.get(kind, ())}),
    )
