"""A little knowledge of names and words, for tests of what is done with it."""

from __future__ import annotations

from streams.tag.evidence import Knowledge
from streams.tag.gazetteer import Gazetteer
from streams.tag.words import Forms, Words

ENDINGS = (("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""))
KNOWN = Knowledge(
    Gazetteer(
        places=frozenset({"Brazil", "Jordan", "New York", "Lyon", "Paris", "South Korea"}),
        first_names=frozenset({"Jane", "Jordan", "Anna", "Pierre", "Will"}),
        surnames=frozenset({"Doe", "Smith", "Brown"}),
    ),
    Words(
        grammar=frozenset({"the", "a", "in", "today", "of", "with", "after", "will", "to", "at"}),
        nouns=Forms(
            bases=frozenset({"minister", "talk", "deal", "police", "storm", "court", "putin", "bill"}),
            endings=ENDINGS,
        ),
        others=Forms(
            bases=frozenset({"meet", "warn", "hurt", "plan", "major", "brown", "trade", "talk"}),
            irregular=frozenset({"told", "met"}),
            endings=ENDINGS,
        ),
    ),
)
