"""How fast documents are matched with many rules: `python -m benchmarks.alerts [--corpus FILE]… [--no-lucene]`.

FILE holds JSON lines with `title` and `summary` or `text`; without one the committed texts are used, which are
few. Rules are made of the corpus's words (`alert_rules`). For each number of rules a process of its own loads
them, meets articles until its statistics have settled, and then is timed, hits with offsets, on one core;
processor time is told beside the clock's, as other work on the machine falsifies it less. Where Java and Maven are
there, the largest number is also given to Lucene Monitor, with the same articles, on one thread.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from msgspec.structs import replace

from benchmarks.alert_rules import Article, long_articles, read, rules
from benchmarks.lucene_monitor import run
from deploy.services.java import MissingError
from streams.alerts.match import Match
from streams.records import Document, Rule, Source

COMMITTED = [Path("tests/quality/stream.jsonl")]
MOST_ARTICLES = 22_000
SIZES = (1000, 15_000, 225_000)
SETTLING, TIMED, LONG, LONG_WORDS, ADDED = 6000, 3000, 500, 800, 3000
BATCH = 256
NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Rates(NamedTuple):
    """Documents a second by the clock, and by the processor; hits of each."""

    per_s: float
    per_cpu_s: float
    hits: float


class Result(NamedTuple):
    """What one process measured; memory is what the rules took, and all of it."""

    rules: int
    load_s: float
    rules_mb: float
    process_mb: float
    short: Rates
    long: Rates
    added_ms: tuple[float, float, float]


def measure(files: Sequence[Path], count: int) -> Result:
    """Load so many rules and match articles with them."""
    articles = read(files, MOST_ARTICLES)
    made = [
        Rule(id=f"r{number:06}", name=f"Rule {number}", query=one.query(), channels=["log"])
        for number, one in enumerate(rules(articles, count + ADDED))
    ]
    before = _memory_mb()
    begun = time.perf_counter()
    match = Match({rule.id: rule for rule in made[:count]})
    load_s = time.perf_counter() - begun
    short = [_document(number, one) for number, one in enumerate(_cycled(articles, SETTLING + TIMED))]
    _timed(match, short[:SETTLING])
    rates = _timed(match, short[SETTLING:])
    long = [_document(number, one) for number, one in enumerate(long_articles(articles, LONG, LONG_WORDS))]
    long_rates = _timed(match, long)
    process_mb = _memory_mb()
    return Result(count, load_s, process_mb - before, process_mb, rates, long_rates, _adding(match, made[count:]))


def _cycled(articles: Sequence[Article], count: int) -> Sequence[Article]:
    return (list(articles) * (1 + count // len(articles)))[-count:]


def _timed(match: Match, documents: Sequence[Document]) -> Rates:
    begun, cpu = time.perf_counter(), time.process_time()
    hits = sum(len(match.process(documents[at : at + BATCH])) for at in range(0, len(documents), BATCH))
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    return Rates(len(documents) / took, len(documents) / used, hits / len(documents))


def _adding(match: Match, added: Sequence[Rule]) -> tuple[float, float, float]:
    """Milliseconds that 99 of 100 rules need at most: to be added, changed, and taken out."""
    changed = [replace(one, query=other.query) for one, other in pairwise(added)]
    removed = [replace(one, deleted=True) for one in added]
    return _p99_ms(match, added), _p99_ms(match, changed), _p99_ms(match, removed)


def _p99_ms(match: Match, changes: Sequence[Rule]) -> float:
    took = sorted(_seconds(lambda rule=rule: match.process([rule])) for rule in changes)  # type: ignore[misc]
    return took[len(took) * 99 // 100] * 1000


def _seconds(task: Callable[[], object]) -> float:
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


def _document(number: int, article: Article) -> Document:
    return Document(
        id=f"d{number}",
        revision=1,
        url=None,
        title=article.title,
        text=article.text,
        summary="",
        language="en",
        source=Source(name="Source", domain="source.example"),
        feed_id="feed",
        published=NOW,
        fetched_at=NOW,
        created_at=NOW,
        version=1,
        story_id=f"d{number}",
    )


def _memory_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main() -> None:
    """Print what was measured for each number of rules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--rules", type=int, action="append", default=[])
    parser.add_argument("--no-lucene", action="store_true")
    parser.add_argument("--lucene-articles", type=int, default=400)
    arguments = parser.parse_args()
    files, sizes = arguments.corpus or COMMITTED, arguments.rules or SIZES
    print(f"Python {platform.python_version()}, {platform.machine()}")
    results = []
    for count in sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            results.append(pool.submit(measure, files, count).result())
        _print(results[-1])
    _print_growth(results[0], results[-1])
    if not arguments.no_lucene:
        try:
            _compare(files, results[-1], arguments.lucene_articles)
        except MissingError as error:
            print(f"Lucene Monitor was not measured: {error}")


def _print_growth(few: Result, many: Result) -> None:
    rules, load = many.rules / few.rules, many.load_s / few.load_s
    short, long = few.short.per_cpu_s / many.short.per_cpu_s, few.long.per_cpu_s / many.long.per_cpu_s
    print(
        f"{rules:.0f} times as many rules: {load:.0f} times as long to load, {short:.1f} times as long for",
        end=" ",
    )
    print(f"title and lead, {long:.1f} times for {LONG_WORDS} words")


def _print(result: Result) -> None:
    print(f"{result.rules} rules: loaded in {result.load_s:.1f} s, {result.rules_mb:.0f} MB", end=" ")
    print(f"(the process {result.process_mb:.0f} MB)")
    for name, rates in (("title and lead", result.short), (f"{LONG_WORDS} words", result.long)):
        print(f"  {name:15}{rates.per_s:7.0f} docs/s, {rates.per_cpu_s:7.0f} a processor second", end=", ")
        print(f"{rates.hits:.1f} hits each")
    added, changed, removed = result.added_ms
    print(f"  p99 of a rule added {added:.2f} ms, changed {changed:.2f} ms, taken out {removed:.2f} ms")


def _compare(files: Sequence[Path], ours: Result, count: int) -> None:
    articles = read(files, MOST_ARTICLES)
    for offsets in (True, False):
        with TemporaryDirectory() as folder:
            wanted = rules(articles, ours.rules)
            theirs = run(Path(folder), wanted, _cycled(articles, count), offsets=offsets)
        how = "with" if offsets else "without"
        print(f"Lucene Monitor 9.11.1 {how} offsets: loaded in {theirs.load_s:.1f} s", end=", ")
        print(f"{theirs.per_s:.1f} docs/s, {theirs.hits_per_document:.1f} hits each", end="")
        print(f": ours is {ours.short.per_s / theirs.per_s:.0f} times as fast")


if __name__ == "__main__":
    main()
