"""How much the whole pipeline costs beside finding entities alone, and whether its memory stays flat.

    python -m benchmarks.embedded [--corpus FILE] [--rows N]

Replays articles into a new data folder, then passes the texts that were searched for entities through bare
`nlp.pipe`: the same models, components and batch size, as it is called by default (in one process), and with as
many processes as the replay has. All times begin before the models are loaded. Without a corpus (JSON lines as
`streams replay` takes them) the articles are those of `tests/quality/stream.jsonl` again and again, each time 60
days later: by then no story is open and no text remembered. Memory is read from /proc, so on Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import platform
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import timedelta
from importlib.metadata import version
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from deploy.processes import resident_mb
from streams import codec
from streams.engines.embedded import EmbeddedEngine
from streams.index.search import DocumentQuery
from streams.replay import replay
from streams.rows import Row, read_rows
from streams.settings import Settings, load
from streams.tag.models import Models
from streams.tag.pool import TagPool
from streams.tag.tagger import searchable

STREAM = Path(__file__).parent.parent / "tests" / "quality" / "stream.jsonl"
STREAM_ROWS = 4000
APART = timedelta(days=60)
MEMORY_EVERY = 5000
BATCH_SIZE = 128
"""As in `streams.tag.tagger`."""

Texts = dict[str, list[str]]
"""By language."""


class Spent(NamedTuple):
    """Seconds on the wall, and of the processors by this process and by its children."""

    wall_s: float
    own_cpu_s: float
    children_cpu_s: float

    @property
    def cpu_s(self) -> float:
        """Of the processors in all."""
        return self.own_cpu_s + self.children_cpu_s


class Memory(NamedTuple):
    """Resident megabytes after a number of rows."""

    rows: int
    main_mb: float
    tagging_mb: float


def main() -> None:
    """Run both and print what they took."""
    options = _options()
    print(_machine())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.jsonl")
        rows = list(islice(read_rows(options.corpus) if options.corpus else again_and_again(), options.rows))
        file.write_bytes(b"\n".join(map(codec.encode, rows)))
        settings = load(data=Path(folder, "data"))
        watched = WatchedReplay(settings, file)
        texts = texts_of(settings)
        bare = {count: in_a_process_of_its_own(texts, settings, count) for count in {1, watched.processes}}
    print(_corpus(options.corpus or STREAM, len(rows)))
    print_times(len(rows), watched, bare)
    print_memory(watched.memory)


def again_and_again() -> Iterator[Row]:
    """The labelled stream without end, each time around with its own ids and addresses, and later."""
    rows = list(read_rows(STREAM))
    for turn in count():
        for row in rows:
            later = row.ts and row.ts + turn * APART
            yield replace(row, id=f"{row.id}-{turn}", url=f"{row.url}-{turn}", ts=later)


class WatchedReplay:
    """A replay that was run: what it took, and the memory on the way."""

    def __init__(self, settings: Settings, file: Path) -> None:
        self.processes = TagPool.from_settings(settings).processes
        self.memory: list[Memory] = []
        self._rows = 0
        self.spent = _timed(lambda: asyncio.run(replay(settings, file, None, notify=False, done=self._done)))

    def _done(self, rows: int) -> None:
        before, self._rows = self._rows, self._rows + rows
        if before // MEMORY_EVERY < self._rows // MEMORY_EVERY:
            tagging = [child.pid for child in multiprocessing.active_children()]
            self.memory.append(Memory(self._rows, resident_mb(os.getpid()), sum(map(resident_mb, tagging))))


def texts_of(settings: Settings) -> Texts:
    """The texts that a replay has searched for entities, read from what it stored."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    with closing(EmbeddedEngine.open(settings.data)) as engine:
        for document in engine.search.scan(DocumentQuery()):
            if document.language in settings.models:
                text = searchable(f"{document.title}\n{document.text}", settings.tag_max_chars)
                texts[document.language].append(text)
    return dict(texts)


def in_a_process_of_its_own(texts: Texts, settings: Settings, processes: int) -> Spent:
    """Bare `nlp.pipe`, where nothing was loaded before."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        return other.submit(bare_pipe, texts, settings, processes).result()


def bare_pipe(texts: Texts, settings: Settings, processes: int) -> Spent:
    """Only spaCy."""

    def run() -> None:
        models = Models(settings.models)
        for language, some in texts.items():
            nlp = models.load(language)
            assert nlp is not None
            for doc in nlp.pipe(some, batch_size=BATCH_SIZE, n_process=processes):
                _ = doc.ents

    return _timed(run)


def _timed(work: Callable[[], object]) -> Spent:
    wall_s, own_s, children_s = time.perf_counter(), *_cpu_s()
    work()
    own_after_s, children_after_s = _cpu_s()
    return Spent(time.perf_counter() - wall_s, own_after_s - own_s, children_after_s - children_s)


def _cpu_s() -> tuple[float, float]:
    """Processor seconds of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own, of_children = (one.ru_utime + one.ru_stime for one in used)
    return own, of_children


def print_times(rows: int, whole: WatchedReplay, bare: Mapping[int, Spent]) -> None:
    """All, and how the replay compares with each `nlp.pipe`, by its number of processes."""

    def line(name: str, spent: Spent) -> str:
        cpu = f"processors {spent.own_cpu_s:.1f} s, of children {spent.children_cpu_s:.1f} s"
        return f"{name:30} {spent.wall_s:7.1f} s {rows / spent.wall_s:7.1f} rows/s   {cpu}"

    print(line(f"streams replay, {whole.processes} tagging", whole.spent))
    for processes, spent in bare.items():
        print(line(f"bare nlp.pipe, {processes} in all", spent))
        ratio, of_cpu = whole.spent.wall_s / spent.wall_s, whole.spent.cpu_s / spent.cpu_s
        print(f"{'the replay beside it':30} {ratio:7.2f} of its time, {of_cpu:.2f} of its processor time")


def print_memory(memory: Sequence[Memory]) -> None:
    """Resident memory on the way, and how it compares with the first reading."""
    for at in memory:
        growth = (at.main_mb + at.tagging_mb) / (memory[0].main_mb + memory[0].tagging_mb)
        used = f"main {at.main_mb:5.0f} MB, tagging {at.tagging_mb:5.0f} MB"
        print(f"after {at.rows:6,} rows  {used}   {growth:.2f} of the first")


def _machine() -> str:
    load_1 = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"spaCy {version('spacy')}, load {load_1:.1f}"
    )


def _corpus(file: Path, rows: int) -> str:
    return f"{rows:,} rows of {file.name} (sha256 {hashlib.sha256(file.read_bytes()).hexdigest()})"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The embedded pipeline beside bare nlp.pipe.")
    parser.add_argument("--corpus", type=Path, help="JSON lines of articles; default: the labelled stream")
    parser.add_argument("--rows", type=int, help=f"how many (default: all, or {STREAM_ROWS} of the stream)")
    options = parser.parse_args()
    if options.corpus is None and options.rows is None:
        options.rows = STREAM_ROWS
    return options


if __name__ == "__main__":
    main()
