"""How much tagging costs over the bare model: `python -m benchmarks.entities FILE [--rows N] [--turns N]`.

FILE holds JSON lines with `title` and `summary` or `text`; of each the title and the first 70 words are read.
Bare is spaCy's own `nlp.pipe` with the entity recogniser only, over the same texts in batches of the same size and
the same order. Both take turns in one process, and the best turn of each counts: other work makes turns slower.
Processor time is compared, which a busy machine falsifies less than the clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import msgspec

from streams.settings import load
from streams.tag.models import Models
from streams.tag.tagger import Tagger

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


def main() -> None:
    """Print both rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    texts = read(arguments.file, arguments.rows)
    bare_s, ours_s = compare(texts, arguments.turns)
    print(f"spaCy {version('spacy')}, {len(texts)} texts of {sum(map(len, texts)) / len(texts):.0f} characters")
    print(f"bare nlp.pipe {len(texts) / bare_s:7.1f} texts for each second of a processor")
    print(f"tagger        {len(texts) / ours_s:7.1f}, which is {bare_s / ours_s:.3f} of that")


if __name__ == "__main__":
    main()
