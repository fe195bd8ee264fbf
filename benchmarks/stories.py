"""How fast copies and stories are decided, whether that stays so in a long stream, and what it takes in memory.

    python -m benchmarks.stories [--rows N] [--titles] [--corpus FILE]

The relate stage alone, over a table of bytes in memory, one process, one core: its share of processor time, as the
wall tells of other work as well. The baseline is what every stage has to do with such records, decoding them from
their JSON and encoding what comes out. With `--titles` each headline has a vector, made before the clock starts;
making them is timed for itself. Without a corpus (JSON lines as `streams replay` takes them) the articles are of
random words: events by the day, each with rare words of its own, told about five times among words that all share.

The stage remembers the last 50,000 articles in detail, of those before only wording and sums: what three days of
500,000 articles take shows from 100,000 rows on. Engines keep the table on a disk, so what it takes in memory here
is told by itself. Articles are made in between, outside of the time that counts.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams import codec
from streams.codec import content_id
from streams.garbage import keep_what_stays
from streams.records import Source, TaggedArticle
from streams.relate.frequencies import load_frequencies
from streams.relate.related import Related
from streams.relate.stage import Relate
from streams.rows import read_rows
from streams.settings import load
from streams.stage import Output
from streams.state import Table
from streams.tag.encoder import Encoder, headline_of
from streams.tag.stage import headlines_of

BATCH = 256
STEPS = 10
A_DAY = 500_000
"""Articles a day, by which random ones are dated."""
DAYS = 3
"""Days that a story is open at least, by which sizes are scaled."""
BARE_RECORDS, BARE_TIMES = 5000, 20
"""Records of the baseline, and how often it is repeated, as it takes little time."""
EVENTS = 200
"""Told at any time."""
START = datetime(2026, 3, 2, tzinfo=UTC)


class Size(NamedTuple):
    """What so many rows take."""

    rows: int
    state_mb: float
    memory_mb: float
    table_mb: float


def main() -> None:
    """Print the pace and the memory after each tenth of the rows, and the baseline."""
    args = _arguments()
    articles = islice(_from_file(args.corpus) if args.corpus else _random_articles(), args.rows)
    print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {args.rows} articles"
    )
    _relate(iter(_with_vectors(list(articles))) if args.titles else articles, -(-args.rows // STEPS))


def _relate(articles: Iterator[TaggedArticle], step: int) -> None:
    settings, table = load(), dict[bytes, bytes]()
    relate = Relate(
        Table(table, Related),
        story_days=settings.story_days,
        recurrence_days=settings.recurrence_days,
        copy_days=settings.copy_days,
        frequencies=load_frequencies(),
    )
    keep_what_stays()  # as a worker does
    before = _resident_mb()
    print("    rows  docs/s  of the first  decode+encode: times  state MB  memory MB  of it the table")
    sizes: list[Size] = []
    first = 0.0
    while part := [codec.encode(article) for article in islice(articles, step)]:
        bare, pace = _run(part[:BARE_RECORDS] * BARE_TIMES, None), _run(part, relate)
        first = first or pace
        rows = len(part) + (sizes[-1].rows if sizes else 0)
        del part
        state = sum(len(key) + len(value) for key, value in table.items()) / 1e6
        sizes.append(Size(rows, state, _resident_mb() - before, _held_mb(table)))
        print(
            f"{rows:8} {pace:7.0f} {pace / first:13.2f} {bare / pace:21.0f} {state:9.1f} "
            f"{sizes[-1].memory_mb:10.1f} {sizes[-1].table_mb:16.1f}",
            flush=True,
        )
    print(
        f"at {A_DAY} articles a day and {DAYS} days, if it grows on as in the second half: "
        f"state {_scaled(sizes, 'state_mb'):.0f} MB, memory {_scaled(sizes, 'memory_mb'):.0f} MB, "
        f"of it the table {_scaled(sizes, 'table_mb'):.0f} MB"
    )


def _scaled(sizes: list[Size], name: str) -> float:
    """The size of DAYS days, growing on as from the middle to the end of the run."""
    middle, end = sizes[len(sizes) // 2 - 1], sizes[-1]
    grown: float = getattr(end, name) - getattr(middle, name)
    size: float = getattr(end, name)
    return size + grown / (end.rows - middle.rows) * (A_DAY * DAYS - end.rows)


def _run(records: list[bytes], relate: Relate | None) -> float:
    """Records a second of processor time; without the stage they are only decoded and encoded."""
    began = time.process_time()
    for begin in range(0, len(records), BATCH):
        batch = [codec.decode(record) for record in records[begin : begin + BATCH]]
        outputs: list[Output] = relate.process(batch) if relate else []
        for record in [output.record for output in outputs] or batch:
            codec.encode(record)
    return len(records) / (time.process_time() - began)


def _with_vectors(rows: list[TaggedArticle]) -> list[TaggedArticle]:
    encoder = Encoder(load().title_model)
    encoder.load()
    began = time.process_time()
    vectors: list[bytes] = []
    for begin in range(0, len(rows), BATCH):
        vectors += encoder.encode(headlines_of(rows[begin : begin + BATCH]))
    print(f"{len(rows) / (time.process_time() - began):.0f} headlines/s made into vectors")
    return [
        msgspec.structs.replace(row, headline_vector=vector) for row, vector in zip(rows, vectors, strict=True)
    ]


def _from_file(path: Path) -> Iterator[TaggedArticle]:
    for row in read_rows(path):
        yield _article(str(row.id), row.title, row.summary or row.text, row.publisher, row.ts or START)


def _random_articles() -> Iterator[TaggedArticle]:
    chance, number = random.Random(1), 0
    words = [f"w{content_id(str(rank))[:6]}" for rank in range(30_000)]
    likely = [1 / (rank + 10) for rank in range(len(words))]
    events: list[list[str]] = []
    while True:
        number += 1
        if len(events) < EVENTS or chance.random() < 0.2:
            events.append([f"e{content_id(str(number), str(part))[:8]}" for part in range(12)])
            events = events[-EVENTS:]
        event = chance.choice(events)
        own, common = chance.sample(event, 8), chance.choices(words, likely, k=50)
        lead = [*own[4:], *common[6:]]
        chance.shuffle(lead)
        at = START + timedelta(days=number / A_DAY)
        yield _article(str(number), " ".join([*own[:4], *common[:6]]), " ".join(lead), f"p{number % 900}", at)


def _article(name: str, title: str, text: str, publisher: str, at: datetime) -> TaggedArticle:
    return TaggedArticle(
        id=content_id(name),
        revision=1,
        url=None,
        title=headline_of(title, text),
        text=text,
        summary="",
        language="en",
        source=Source(name=publisher, domain=publisher),
        feed_id="benchmark",
        published=at,
        fetched_at=at,
        created_at=at,
    )


def _resident_mb() -> float:
    """The memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _held_mb(table: dict[bytes, bytes]) -> float:
    """The memory of a table."""
    return (
        sys.getsizeof(table) + sum(sys.getsizeof(key) + sys.getsizeof(value) for key, value in table.items())
    ) / 1e6


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast copies and stories are decided.")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--titles", action="store_true", help="with vectors of headlines")
    parser.add_argument("--corpus", type=Path, default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
