"""How fast copies are found, beside datasketch's MinHashLSH at equal recall, and what remembering a text takes.

    python -m benchmarks.copies [--rows N] [--words N] [--corpus FILE] [--remember N]

Each text of a stream is compared with all before it, and remembered. The baseline (`pip install datasketch`) is
its MinHash of 128 permutations over the same word shingles, in MinHashLSH with the highest threshold that recalls
as much. Without a corpus (JSON lines as `streams replay` takes them) the texts are of random words. A fifth of the
stream are copies of earlier texts, planted: equal ones, ones with one word in twenty changed, ones with half as
much added, and ones cut to their first 40 words. Recall is the part of these that is found.

With `--remember` so many texts are remembered instead; what one takes is printed, in bytes of state (key and
value) and of this process, and what comparing with all of them costs.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import random
import tempfile
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from streams.codec import content_id
from streams.engines.sqlite import Store
from streams.query.tokens import words
from streams.relate.anchors import AnchorIndex
from streams.relate.copies import NEAR_EQUAL, Arriving, Worded, find_copy, look_up
from streams.relate.related import CopyOf, Related, Wording
from streams.relate.rolling import WIDTH
from streams.relate.shingles import shingle
from streams.rows import read_rows
from streams.state import Buffered, Table

PERMUTATIONS = 128
THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
TOLERANCE = 0.005
COPIES = 0.2
CUT_TO = 40
VOCABULARY = 30_000
BATCH = 256
"""Texts that come at once, as to the stage."""
TIMES = 3
AT = datetime(2026, 3, 2, tzinfo=UTC)


class Text(NamedTuple):
    """One of the stream; `copied` is the text that it was made from."""

    id: str
    title: str
    text: str
    copied: str | None = None


class Run(NamedTuple):
    """What a finder made of a stream: texts a second of one processor, and the part of the copies found."""

    per_second: float
    recall: float


class Finder(Protocol):
    """Compares each text of a batch with those before it, and remembers it."""

    def pass_on(self, batch: Sequence[Text]) -> list[bool]:
        """Whether each is a copy."""
        ...


class Ours:
    """Remembers texts as the stage does once their stories are closed."""

    def __init__(self, state: MutableMapping[bytes, bytes]) -> None:
        self._table = Table(state, Related)
        self._index = AnchorIndex()
        self._arrived, self._began = 0, int(AT.timestamp())

    def pass_on(self, batch: Sequence[Text]) -> list[bool]:
        """Shingle them together, then decide one by one."""
        read = look_up(shingle((text.title, text.text) for text in batch), self._index)
        return [self._pass_on(text, worded) for text, worded in zip(batch, read, strict=True)]

    def _pass_on(self, text: Text, worded: Worded) -> bool:
        copy = find_copy(Arriving(text.id, "", "", AT), worded, self._index, self._remembered)
        if copy is None or copy.overlap.jaccard < NEAR_EQUAL:
            self._arrived += 1
            kept, at = worded.shingles.sketch, self._began + self._arrived
            copy_of = CopyOf(copy.original, copy.seq, copy.overlap.jaccard) if copy else None
            wording = Wording(seq=self._arrived, at=at, sketch=kept, copy_of=copy_of)
            self._table[text.id] = Related(wording)
            self._index.add(text.id, wording.seq, kept.anchors)
        return copy is not None

    def _remembered(self, article: str) -> Wording | None:
        value = self._table[article].value
        return value if isinstance(value, Wording) else None


class Baseline:
    """MinHashLSH over the same shingles."""

    def __init__(self, threshold: float) -> None:
        datasketch = _datasketch()
        self._lsh = datasketch.MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        self._blank = datasketch.MinHash(PERMUTATIONS)  # Making the permutations takes longest.

    def pass_on(self, batch: Sequence[Text]) -> list[bool]:
        """Ask for texts like each, and insert it."""
        return list(map(self._pass_on, batch))

    def _pass_on(self, text: Text) -> bool:
        minhash = self._blank.copy()
        runs = (
            of[start : start + WIDTH] for of in (words(text.title), words(text.text)) for start in range(len(of))
        )
        minhash.update_batch({" ".join(run).encode() for run in runs if len(run) == WIDTH})
        found = self._lsh.query(minhash)
        self._lsh.insert(text.id, minhash)
        return bool(found)


def main() -> None:
    """Print the ratio, and what remembering takes."""
    options = _options()
    print(f"Python {platform.python_version()}, numpy {version('numpy')}, {os.cpu_count()} processors")
    if options.remember:
        remember(options.words, options.remember)
        return
    texts = list(with_copies(islice(_texts(options), options.rows)))
    mean = sum(len(words(text.text)) for text in texts) / len(texts)
    copies = sum(text.copied is not None for text in texts)
    print(f"{len(texts)} texts of {mean:.0f} words on average, {copies} of them copies")
    ours = measure(lambda: Ours({}), texts)
    print(f"streams     {ours.per_second:8.0f} texts/s  recall {ours.recall:.3f}")
    threshold, baseline = equal_recall(texts, ours.recall)
    print(
        f"MinHashLSH  {baseline.per_second:8.0f} texts/s  recall {baseline.recall:.3f}  (datasketch "
        f"{version('datasketch')}, {PERMUTATIONS} permutations, threshold {threshold})"
    )
    print(f"ratio {ours.per_second / baseline.per_second:.1f}")


def random_texts(length: int, seed: int = 1) -> Iterator[Text]:
    """Endless texts of `length` words, frequent and rare ones as in a language (Zipf's law), and their titles."""
    chance = random.Random(seed)
    vocabulary = [content_id(str(number))[: 3 + number % 8] for number in range(VOCABULARY)]
    ranks = [1 / (rank + 3) for rank in range(VOCABULARY)]
    pool = chance.choices(vocabulary, ranks, k=1 << 20)
    number = 0
    while True:
        number += 1
        start = chance.randrange(len(pool) - length - 10)
        shuffled = pool[start : start + length + 10]
        chance.shuffle(shuffled)
        yield Text(content_id(str(seed), str(number)), " ".join(shuffled[:10]), " ".join(shuffled[10:]))


def with_copies(texts: Iterator[Text]) -> Iterator[Text]:
    """The texts, and copies of some of them right in between, by turns in each way of copying."""
    chance, earlier = random.Random(2), list[Text]()
    for text in texts:
        earlier.append(text)
        yield text
        if chance.random() < COPIES / (1 - COPIES):
            original = chance.choice(earlier)
            ways = (_equal, _changed, _added_to, _cut)
            copy = ways[chance.randrange(len(ways))](original.text.split(), chance)
            yield Text(content_id(text.id, "copy"), text.title, " ".join(copy), original.id)


def measure(make: Callable[[], Finder], texts: Sequence[Text]) -> Run:
    """Pass all texts on, the best of some times, as what else the machine does only slows them down.

    What is called a copy without having been made one is no recall.
    """
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    spent = []
    for _ in range(TIMES):
        finder = make()
        started = time.process_time()
        found = [is_found for batch in batches for is_found in finder.pass_on(batch)]
        spent.append(time.process_time() - started)
    of_copies = [is_found for text, is_found in zip(texts, found, strict=True) if text.copied]
    return Run(len(texts) / min(spent), sum(of_copies) / len(of_copies))


def equal_recall(texts: Sequence[Text], recall: float) -> tuple[float, Run]:
    """The baseline at the highest threshold that recalls as much, or at the lowest there is."""
    for threshold in THRESHOLDS:
        run = measure(partial(Baseline, threshold), texts)
        if run.recall >= recall - TOLERANCE:
            break
    return threshold, run


def remember(length: int, count: int) -> None:
    """Print what so many texts take, with their decisions in a file as in the embedded engine."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        buffer, texts, kept, state = Buffered(store.table("related")), random_texts(length, seed=3), 0, 0
        finder, _ = Ours(buffer), next(texts)
        before = _resident_bytes()
        for done in range(BATCH, count + 1, BATCH):
            batch = list(islice(texts, BATCH))
            started = time.process_time()
            finder.pass_on(batch)
            spent = time.process_time() - started
            kept += len(buffer.writes)
            state += sum(len(key) + len(value) for key, value in buffer.writes if value is not None)
            store.append([], {"related": buffer.changes})
            buffer.clear()
            if done % (count // 5 // BATCH * BATCH) == 0:
                in_process = _resident_bytes() - before
                print(
                    f"{kept} remembered: {BATCH / spent:.0f} texts/s, {state / kept:.0f} bytes of state a text",
                    end="",
                )
                print(f" and {in_process / kept:.0f} of this process")


def _equal(copy: list[str], _: random.Random) -> list[str]:
    return copy


def _changed(copy: list[str], chance: random.Random) -> list[str]:
    return [f"x{word}" if chance.random() < 0.05 else word for word in copy]


def _added_to(copy: list[str], chance: random.Random) -> list[str]:
    return copy + [f"x{word}" for word in copy[: len(copy) // 2]]


def _cut(copy: list[str], _: random.Random) -> list[str]:
    return copy[:CUT_TO]


def _texts(options: argparse.Namespace) -> Iterator[Text]:
    if options.corpus is None:
        return random_texts(options.words)
    return (Text(str(row.id), row.title, row.text or row.summary) for row in read_rows(options.corpus))


def _datasketch() -> Any:
    try:
        return importlib.import_module("datasketch")
    except ModuleNotFoundError:
        raise SystemExit("the baseline is not installed: .venv/bin/pip install datasketch") from None


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4000, help="texts, before copies are added")
    parser.add_argument("--words", type=int, default=50, help="of each random text")
    parser.add_argument("--corpus", type=Path, help="JSON lines as `streams replay` takes them")
    parser.add_argument("--remember", type=int, default=0, help="texts to remember instead, 5,000 at least")
    return parser.parse_args()


if __name__ == "__main__":
    main()
