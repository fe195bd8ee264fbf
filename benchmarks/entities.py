"""How much tagging costs over the bare model: `python -m benchmarks.entities FILE [options]`.

FILE holds JSON lines with `title` and `summary` or `text`; of each the title and the first 70 words are read.
Bare is spaCy's own `nlp.pipe` with the entity recogniser only, over the same texts in batches of the same size and
the same order. Both take turns in one process, and the best turn of each counts: other work makes turns slower.
Processor time is compared, which a busy machine falsifies less than the clock. Each option adds a measurement:

--names N      so many users' names, each `always` one, read from a file and put into the same texts as well: pairs
               of words with capitals that stand in the texts, and others
--processes    two tagging processes beside one, by the clock: they want two free cores
--articles N   so many articles through tagging processes, and what these hold in memory; after the end of FILE
               it is told again in other words
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.entity_names import with_names
from benchmarks.entity_pool import held, wall_s
from benchmarks.entity_texts import LANGUAGE, read, told_again, turn_s
from streams.settings import Settings, load
from streams.tag.models import Models
from streams.tag.tagger import Tagger

BATCH = 128
PARTS = 10
"""How often memory is looked at."""


def compare(models: Models, tagger: Tagger, texts: Sequence[str], turns: int) -> tuple[float, float]:
    """The processor seconds of the best turns: of bare `nlp.pipe`, and of our tagger."""
    nlp = models.load(LANGUAGE)
    assert nlp is not None
    by_length = sorted(texts, key=len)
    bare, ours = [], []
    for _ in range(turns):
        bare.append(turn_s(lambda: sum(1 for _ in nlp.pipe(by_length, batch_size=BATCH))))
        ours.append(turn_s(lambda: tagger.tag([(text, LANGUAGE) for text in texts])))
    return min(bare), min(ours)


def print_speed(settings: Settings, texts: Sequence[str], turns: int, names: int) -> None:
    """Both rates and their ratio, and what names cost."""
    models = Models({LANGUAGE: settings.models[LANGUAGE]})
    models.load_all()
    tagger = Tagger(models, settings.tag_max_chars, BATCH)
    bare_s, ours_s = compare(models, tagger, texts, turns)
    print(f"bare nlp.pipe {len(texts) / bare_s:7.1f} texts for each second of a processor")
    print(f"tagger        {len(texts) / ours_s:7.1f}, which is {bare_s / ours_s:.3f} of that (aim: .95)")
    if names:
        cost = with_names(tagger, texts, names, turns)
        share = cost.put_s / ours_s
        print(
            f"{names} names, {cost.found} of them in the texts: {share:.1%} of the tagger's time (aim: 10%), ",
            end="",
        )
        print(f"{cost.megabytes:.0f} MB in tag and relate together (aim: 300), {cost.load_s:.1f} s to read")


def print_processes(settings: Settings, texts: Sequence[str], turns: int) -> None:
    """What a second process brings."""
    one_s, two_s = wall_s(settings, texts, turns)
    print(f"one process   {len(texts) / one_s:7.1f} texts a second")
    print(f"two processes {len(texts) / two_s:7.1f}, which is {one_s / two_s:.2f} times that (aim: 1.7)")


def print_memory(settings: Settings, texts: Sequence[str], articles: int) -> None:
    """What the processes hold, and how that compares with what they held after the first part."""
    first = 0.0
    for step in held(settings, told_again(texts, articles), max(1, articles // PARTS)):
        first = first or step.megabytes
        ratio = step.megabytes / first
        print(f"after {step.articles:6} articles {step.megabytes:7.0f} MB, {ratio:.3f} of the first", flush=True)


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--names", type=int, default=0)
    parser.add_argument("--processes", action="store_true")
    parser.add_argument("--articles", type=int, default=0)
    arguments = parser.parse_args()
    settings, texts = load(), read(arguments.file, arguments.rows)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, spaCy {version('spacy')}"
    print(f"{machine}, {settings.models[LANGUAGE]}")
    print(f"{len(texts)} texts of {sum(map(len, texts)) / len(texts):.0f} characters")
    print_speed(settings, texts, arguments.turns, arguments.names)
    if arguments.processes:
        print_processes(settings, texts, arguments.turns)
    if arguments.articles:
        print_memory(settings, read(arguments.file), arguments.articles)


if __name__ == "__main__":
    main()
