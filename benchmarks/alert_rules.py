"""Articles of a corpus, and rules made of their words in the mixture that agencies have."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams.query.tokens import words

LEAD_WORDS = 60
MOST_COMMON_SHARE = 0.02
"""Words in more articles than that share are nothing that a rule is about."""
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,} [A-Z][a-z]{2,}")


class Article(msgspec.Struct):
    """What is read of a line."""

    title: str = ""
    summary: str = ""
    text: str = ""


class _Terms(NamedTuple):
    """What rules of an article could be made of."""

    words: Sequence[str]
    phrases: Sequence[str]


class Clauses(msgspec.Struct, frozen=True):
    """A rule: terms that must be there, of which one must be there, and that must not."""

    every: Sequence[str]
    one_of: Sequence[str] = ()
    none: Sequence[str] = ()

    def query(self) -> str:
        """The rule in our language."""
        parts = [*map(_quoted, self.every)]
        if self.one_of:
            parts.append(f"({' OR '.join(map(_quoted, self.one_of))})")
        return " AND ".join(parts) + "".join(f" NOT {_quoted(term)}" for term in self.none)

    def line(self, rule_id: str) -> str:
        """The rule as LuceneMonitor.java reads it."""
        signs = zip("+?-", (self.every, self.one_of, self.none), strict=True)
        clauses = (sign + " ".join(words(term)) for sign, terms in signs for term in terms)
        return "\t".join([rule_id, *clauses])


def read(files: Iterable[Path], most: int) -> list[Article]:
    """Titles and leads, as long as articles from feeds are."""
    found = []
    for file in files:
        with file.open("rb") as lines:
            for article in islice((msgspec.json.decode(line, type=Article) for line in lines), most):
                text = article.summary or article.text
                found.append(Article(article.title, "", " ".join(text.split()[:LEAD_WORDS])))
    return found[:most]


def long_articles(articles: Sequence[Article], count: int, length: int) -> list[Article]:
    """Articles of so many words, joined from those there are."""
    texts = (article.text.split() for article in cycle(articles))
    made = []
    for number in range(count):
        found: list[str] = []
        while len(found) < length:
            found += next(texts)
        made.append(Article(articles[number % len(articles)].title, "", " ".join(found[:length])))
    return made


def rules(articles: Sequence[Article], count: int, seed: int = 7) -> Iterator[Clauses]:
    """25% one name (two words), 25% A AND B, 25% A AND (B OR C OR D), 15% phrase AND word, 10% A AND B NOT C.

    Names are all different as far as there are enough. A is any of the corpus's words, each as likely as another,
    and B from an article with it, as is the phrase.
    """
    rng = random.Random(seed)
    texts = [f"{article.title} {article.text}" for article in articles]
    names = sorted({name for text in texts for name in _NAME.findall(text)})
    spread = Counter(word for text in texts for word in set(words(text)))
    most = MOST_COMMON_SHARE * len(texts)
    known = [_terms(words(text), spread, most) for text in texts]
    known = [found for found in known if len(found.words) > 4 and found.phrases]
    with_word = {word: found for found in rng.sample(known, len(known)) for word in found.words}
    anything = sorted(with_word)
    order = rng.sample(names, len(names))
    for number in range(count):
        a = rng.choice(anything)
        one = with_word[a]
        b = rng.choice([word for word in one.words if word != a])
        match number % 20:
            case 0 | 1 | 2 | 3 | 4:
                yield Clauses([order[number // 4 % len(order)]])
            case 5 | 6 | 7 | 8 | 9:
                yield Clauses([a, b])
            case 10 | 11 | 12 | 13 | 14:
                yield Clauses([a], [b, *rng.choices(anything, k=2)])
            case 15 | 16 | 17:
                yield Clauses([rng.choice(one.phrases), a])
            case _:
                yield Clauses([a, b], none=[rng.choice(anything)])


def _terms(tokens: Sequence[str], spread: Counter[str], most: float) -> _Terms:
    telling = [len(word) > 2 and spread[word] <= most for word in tokens]
    phrases = [f"{one} {other}" for (one, a), (other, b) in pairwise(zip(tokens, telling, strict=True)) if a or b]
    return _Terms([word for word, tells in zip(tokens, telling, strict=True) if tells], phrases)


def _quoted(term: str) -> str:
    return f'"{term}"'
