"""How fresh what feeds bring is, for how many requests: our schedule and fixed intervals on one invented world.

    .venv/bin/python -m benchmarks.polling [--feeds N] [--days N] [--worth S]

The schedule, the politeness and the treatment of failures and moves are the reader's own code; only time and
the network are invented. A request takes 0.3 s, and 10 s where nobody answers. The fixed intervals are spared all
failures and all politeness: each of their requests finds its host at once. Hosts know nothing of each other, so
the world is run in parts, each with its share of the requests that may be under way, in as many processes as there
are cores; no more than one part for each is in memory. Interrupted, it prints what came of the parts that were
over, which are a sample of the world, for hosts stand in it in no order.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from typing import NamedTuple

from benchmarks.delays import Known, Outcome
from benchmarks.simulation import CONCURRENCY, Simulation, fixed
from benchmarks.world import DAY_S, SimulatedFeed, World, root_of_hours
from streams.settings import load

PART = 500
FIXED = {"every 15 min": 900.0, "every 60 min": 3600.0}


class Job(NamedTuple):
    """One part of a world, for a process: its hosts, and what is simulated on it for so many seconds."""

    feeds: int
    days: int
    hosts: range
    seconds: float
    worths: Sequence[float]


class Found(NamedTuple):
    """What came of so many feeds: of each schedule, and what only the world knows."""

    feeds: int
    outcomes: dict[str, Outcome]
    known: Known


@cache
def world_of(feeds: int, days: int) -> World:
    """A world, made once in each process."""
    return World(feeds, days)


def known_of(feeds: Sequence[SimulatedFeed], days: int) -> Known:
    """What only the world knows, of the feeds whose hosts ever answer."""
    means = [mean for feed in feeds if feed.host.answers(0.0) for mean in feed.means[:days]]
    return Known(sum(means), root_of_hours() * sum(mean**0.5 for mean in means))


def run_part(job: Job) -> Found:
    """What comes of one part."""
    feeds = world_of(job.feeds, job.days).part(job.hosts)
    share = max(1, round(CONCURRENCY * len(feeds) / job.feeds))
    found = {
        f"ours, {worth:g}": Simulation(feeds, load(poll_worth_s=worth), share).run(job.seconds)
        for worth in job.worths
    }
    found |= {name: fixed(feeds, interval_s, job.seconds) for name, interval_s in FIXED.items()}
    return Found(len(feeds), found, known_of(feeds, int(job.seconds // DAY_S)))


def simulate(feeds: int, seconds: float, worths: Sequence[float], processes: int) -> Found:
    """What comes of all parts together, or of those that were over when it was interrupted."""
    days = int(seconds // DAY_S) + 1
    jobs = [Job(feeds, days, hosts, seconds, worths) for hosts in world_of(feeds, days).parts(PART)]
    total = Found(0, {}, Known(0.0, 0.0))
    with ProcessPoolExecutor(processes) as pool:
        running = [pool.submit(run_part, job) for job in jobs]
        try:
            for one in as_completed(running):
                total = _joined(total, one.result())
                sys.stderr.write(f"\r{total.feeds:,} of {feeds:,} feeds")
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
    sys.stderr.write("\n")
    return total


def _joined(total: Found, found: Found) -> Found:
    for name, outcome in found.outcomes.items():
        total.outcomes.setdefault(name, Outcome()).join(outcome)
    known = Known(total.known.items + found.known.items, total.known.roots + found.known.roots)
    return Found(total.feeds + found.feeds, total.outcomes, known)


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=4000)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--worth", type=float, action="append", help="STREAMS_POLL_WORTH_S; repeatable")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    seconds, worths = asked.days * DAY_S, asked.worth or [load().poll_worth_s]
    feeds, total, known = simulate(asked.feeds, seconds, worths, asked.processes)
    print(
        "| STREAMS_POLL_WORTH_S | mean delay, min | median | 90th | requests a feed and day | brought nothing ",
        end="",
    )
    print("| most to a host in an hour | late |\n|---|---|---|---|---|---|---|---|")
    for name, outcome in total.items():
        print(outcome.line(name, feeds, asked.days))
    for name, outcome in total.items():
        if outcome.used_s:
            least = known.least_delay_s(outcome.requests) / 60
            print(
                f"{name}: {outcome.requests:,} requests scheduled in {outcome.used_s:.0f} s of a core "
                f"({outcome.used_s / seconds:.3%} of it in virtual time), {outcome.lost} feeds moved away unseen; "
                f"with all rates known beforehand no schedule is below {least:.1f} min"
            )
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{feeds:,} feeds, {asked.days:g} days; a process took {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
