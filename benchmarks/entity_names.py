"""What a large file of users' names costs the tagger."""

from __future__ import annotations

import os
import random
import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.entity_texts import LANGUAGE, turn_s
from deploy.processes import resident_mb
from streams.given import load_names
from streams.relate.given import Given
from streams.tag.given import WithGiven
from streams.tag.stage import entity_id
from streams.tag.tagger import Mention, Tagger


class Found:
    """A tagger that has found everything before, so that what comes after it is measured alone."""

    packages: Mapping[str, str] = {}
    max_chars = 5000

    def __init__(self, mentions: list[list[Mention]]) -> None:
        self._mentions = mentions

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        """What was found."""
        return self._mentions


class Cost(NamedTuple):
    """What names cost: to read and make ready, in memory, for the texts; and how many stand in these."""

    load_s: float
    megabytes: float
    put_s: float
    found: int


def with_names(tagger: Tagger, texts: Sequence[str], count: int, turns: int) -> Cost:
    """The cost of `count` names beside what a tagger does."""
    read = [(text, LANGUAGE) for text in texts]
    found = tagger.tag(read)
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write("".join(f"- {{name: {name}, type: person, always: true}}\n" for name in names(texts, count)))
        file.flush()
        before, begun = resident_mb(os.getpid()), time.process_time()
        giving, given = WithGiven(Found(found), load_names(Path(file.name))), Given(load_names(Path(file.name)))
        load_s, used = time.process_time() - begun, resident_mb(os.getpid()) - before
    put_s = min(turn_s(lambda: giving.tag(read)) for _ in range(turns))
    known = {name for mentions in giving.tag(read) for _, _, _, _, name in mentions}
    return Cost(load_s, used, put_s, sum(given.about(entity_id("PERSON", name)) is not None for name in known))


def names(texts: Sequence[str], count: int) -> list[str]:
    """Pairs of words with capitals: those that stand in the texts, and as many more as it takes."""
    found = dict.fromkeys(pair for text in texts for pair in re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", text))
    words = sorted({word for pair in found for word in pair.split()})
    chosen, some = {name.lower(): name for name in list(found)[: count // 2]}, random.Random(1)
    while len(chosen) < count:
        name = f"{some.choice(words)} {some.choice(words)}{some.choice(('', 'son', 'ov', 'a'))}"
        chosen.setdefault(name.lower(), name)
    return list(chosen.values())
