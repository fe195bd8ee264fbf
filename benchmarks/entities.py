"""How much tagging costs over the bare model: `python -m benchmarks.entities FILE [--rows N] [--names N]`.

FILE holds JSON lines with `title` and `summary` or `text`; of each the title and the first 70 words are read.
Bare is spaCy's own `nlp.pipe` with the entity recogniser only, over the same texts in batches of the same size and
the same order. Both take turns in one process, and the best turn of each counts: other work makes turns slower.
Processor time is compared, which a busy machine falsifies less than the clock. With `--names` so many users'
names, each `always` one, are read from a file and put into the same texts as well: pairs of words with capitals
that stand in the texts, and others.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams.given import load_names
from streams.relate.given import Given
from streams.settings import load
from streams.tag.given import WithGiven
from streams.tag.models import Models
from streams.tag.stage import entity_id
from streams.tag.tagger import Mention, Tagger

WORDS = 70
BATCH = 128
LANGUAGE = "en"


class Row(msgspec.Struct):
    """What is read of an article."""

    title: str = ""
    summary: str = ""
    text: str = ""


def read(file: Path, rows: int) -> list[str]:
    """Titles and leads, as long as articles from feeds are."""
    with file.open("rb") as lines:
        articles = [msgspec.json.decode(line, type=Row) for line in islice(lines, rows)]
    return [f"{row.title}\n{' '.join((row.summary or row.text).split()[:WORDS])}" for row in articles]


def turn_s(task: Callable[[], object]) -> float:
    """Processor seconds of one turn."""
    begun = time.process_time()
    task()
    return time.process_time() - begun


def compare(texts: Sequence[str], turns: int) -> tuple[float, float]:
    """The processor seconds of the best turns: of bare `nlp.pipe`, and of our tagger."""
    settings = load()
    models = Models({LANGUAGE: settings.models[LANGUAGE]})
    models.load_all()
    nlp, tagger = models.load(LANGUAGE), Tagger(models, settings.tag_max_chars, BATCH)
    assert nlp is not None
    by_length = sorted(texts, key=len)
    bare, ours = [], []
    for _ in range(turns):
        bare.append(turn_s(lambda: sum(1 for _ in nlp.pipe(by_length, batch_size=BATCH))))
        ours.append(turn_s(lambda: tagger.tag([(text, LANGUAGE) for text in texts])))
    return min(bare), min(ours)


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


def with_names(texts: Sequence[str], count: int, turns: int) -> Cost:
    """The cost of `count` names beside what a tagger does."""
    settings = load()
    models = Models({LANGUAGE: settings.models[LANGUAGE]})
    found = Tagger(models, settings.tag_max_chars, BATCH).tag([(text, LANGUAGE) for text in texts])
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write("".join(f"- {{name: {name}, type: person, always: true}}\n" for name in names(texts, count)))
        file.flush()
        before, begun = memory_mb(), time.process_time()
        tagger, given = WithGiven(Found(found), load_names(Path(file.name))), Given(load_names(Path(file.name)))
        load_s, used = time.process_time() - begun, memory_mb() - before
    read = [(text, LANGUAGE) for text in texts]
    put_s = min(turn_s(lambda: tagger.tag(read)) for _ in range(turns))
    known = {name for mentions in tagger.tag(read) for _, _, _, _, name in mentions}
    return Cost(load_s, used, put_s, sum(given.about(entity_id("PERSON", name)) is not None for name in known))


def memory_mb() -> float:
    """What this process has of the machine's memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6


def names(texts: Sequence[str], count: int) -> list[str]:
    """Pairs of words with capitals: those that stand in the texts, and as many more as it takes."""
    found = dict.fromkeys(pair for text in texts for pair in re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", text))
    words = sorted({word for pair in found for word in pair.split()})
    chosen, some = {name.lower(): name for name in list(found)[: count // 2]}, random.Random(1)
    while len(chosen) < count:
        name = f"{some.choice(words)} {some.choice(words)}{some.choice(('', 'son', 'ov', 'a'))}"
        chosen.setdefault(name.lower(), name)
    return list(chosen.values())


def main() -> None:
    """Print both rates and their ratio, and what names cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--names", type=int, default=0)
    arguments = parser.parse_args()
    texts = read(arguments.file, arguments.rows)
    bare_s, ours_s = compare(texts, arguments.turns)
    print(f"spaCy {version('spacy')}, {len(texts)} texts of {sum(map(len, texts)) / len(texts):.0f} characters")
    print(f"bare nlp.pipe {len(texts) / bare_s:7.1f} texts for each second of a processor")
    print(f"tagger        {len(texts) / ours_s:7.1f}, which is {bare_s / ours_s:.3f} of that")
    if arguments.names:
        cost = with_names(texts, arguments.names, arguments.turns)
        share = cost.put_s / ours_s
        print(f"{arguments.names} names, {cost.found} of them in the texts: {share:.1%} of the tagger's time")
        print(f"they take {cost.megabytes:.0f} MB in tag and relate together, and {cost.load_s:.1f} s to read")


if __name__ == "__main__":
    main()
