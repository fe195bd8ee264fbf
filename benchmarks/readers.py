"""How fast feeds are read, from a farm of them on this machine: our reader up to stored, deduplicated articles.

    .venv/bin/python -m benchmarks.readers [--feeds N] [--items N]

In the same run, for comparison: bare GETs by aiohttp, as many at once, that read whole bodies, and bare
`feedparser.parse` of the same documents on one core. Each feed has a host of its own (127.x.y.z), so each request
is a connection of its own, ours and the bare ones; the farm has a process of its own and shares the processors
with who asks it. Gaps between requests are for others' hosts and play no part. Processor seconds are those of the
main process and of the processes that parse and prepare, never the farm's: on a machine that does other things too
they say more than the clock. What starting those processes takes, up to a first answer, is told, and not counted
where the rate of feeds that change is given, as feedparser is not started for each poll either: a reader keeps
them. Nor does the main process load there what it loads once: it has polled these feeds before.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from statistics import median

import aiohttp
import feedparser
from aiohttp import web

from streams import codec, isolation
from streams.clock import now
from streams.engines.consumer import Consumer
from streams.engines.sqlite import Store
from streams.engines.stages import BATCH, INPUTS, identifying
from streams.engines.subscriptions import Subscriptions
from streams.engines.work import StageSpec
from streams.feeds import isolated
from streams.feeds.fetch import Fetcher
from streams.feeds.opml import feed_from_url
from streams.feeds.reader import Reader
from streams.identify.pool import WORKER, PreparePool
from streams.identify.worker import Portion
from streams.records import RawItem, Source
from streams.settings import Settings, load

PORT = 18480
TAG = '"1"'
AT_ONCE = 64
TIMES, CHANGED_TIMES = 9, 3
"""Polls of unchanged and of changed feeds: one alone says what else the machine did."""
PARSES = isolated.__name__
WORDS = ("bridge", "river", "council", "vote", "flood", "market", "harvest", "strike", "museum", "ferry")


def document(number: int, items: int, first: int = 0) -> bytes:
    """A feed of so many items."""
    entries = "".join(_entry(number, one, f"{number}-{one}") for one in range(first, first + items))
    head = f"<title>Site {number}</title><link>https://site{number}.example/</link>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{entries}</channel></rss>'.encode()


def _entry(number: int, one: int, name: str) -> str:
    text = " ".join(WORDS[(one * place + number) % len(WORDS)] for place in range(60))
    return (
        f"<item><title>{WORDS[one % 10]} {WORDS[(number + one) % 10]} {name}</title>"
        f"<link>https://site{number}.example/{name}</link><guid>{name}</guid>"
        f"<pubDate>Mon, 02 Mar 2026 {one % 24:02}:00:00 GMT</pubDate><author>desk@site{number}.example</author>"
        f"<description>&lt;p&gt;{text}.&lt;/p&gt;</description></item>"
    )


def farm(items: int) -> None:
    """Serve feeds until stopped: `/validated/N` knows ETags, `/plain/N` always sends the body, `/changing/N` has
    one item more each time.
    """
    made: dict[int, bytes] = {}
    asked: Counter[int] = Counter()

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if request.match_info["kind"] == "validated" and request.headers.get("If-None-Match") == TAG:
            return web.Response(status=304)
        if request.match_info["kind"] == "changing":
            asked[number] += 1
            return web.Response(body=document(number, items, asked[number]), content_type="application/rss+xml")
        body = made.get(number) or made.setdefault(number, document(number, items))
        return web.Response(body=body, headers={"ETag": TAG}, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/{kind}/{number}", answer)
    web.run_app(app, host="0.0.0.0", port=PORT, print=lambda *_: None, access_log=None)


def address(kind: str, number: int) -> str:
    """Of one feed, on a host of its own."""
    return f"http://127.1.{number // 250}.{number % 250 + 1}:{PORT}/{kind}/{number}"


async def bare(urls: list[str], tag: str | None = None) -> float:
    """Seconds for GETs of all, so many at once."""
    headers = {"If-None-Match": tag} if tag else {}
    begun, waiting = time.perf_counter(), iter(urls)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def work() -> None:
            for url in waiting:
                async with session.get(url, headers=headers) as response:
                    await response.read()

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return time.perf_counter() - begun


class Ours:
    """Our reader over a data folder, with the stage that makes articles of items."""

    def __init__(self, folder: Path, settings: Settings, urls: list[str]) -> None:
        self.store = Store(folder)
        self._woken = threading.Event()
        self.subscriptions = Subscriptions(self.store, self._woken.set)
        self.subscriptions.add([feed_from_url(url) for url in urls])
        self._settings = settings
        self._allowed = [url.split("/")[2] for url in urls]
        self._prepare = PreparePool.from_settings(settings)
        build = identifying(settings, self._prepare)
        identify = StageSpec("identify", INPUTS["identify"], build, BATCH, self._prepare.expect)
        self._identify = Consumer(
            identify, self.store, {topic: ["identify"] for topic in identify.inputs}, now, lambda _: None
        )

    @property
    def preparing(self) -> int:
        """How many processes prepare items; none are called for where few come at once."""
        return sum(child.process is not None for child in self._prepare.isolated.children)

    def rest(self) -> None:
        """End the processes that prepare items, so that their time is counted."""
        self._prepare.close()

    def close(self) -> None:
        """End the processes and close the folder."""
        self.rest()
        self.store.close()

    async def poll(self) -> tuple[float, float, int]:
        """Poll all feeds once: seconds, seconds until their articles are stored too, and items.

        Articles are made of items in a thread beside, as where both run in one process.
        """
        over = threading.Event()
        async with Fetcher(self._settings, self._allowed) as fetcher:
            begun = time.perf_counter()
            identified = asyncio.create_task(asyncio.to_thread(self._identify_until, over))
            found = await Reader(self.subscriptions, fetcher, self._settings, now).poll_all()
            polled = time.perf_counter() - begun
            over.set()
            self._woken.set()
            await identified
        if found.failed:
            raise SystemExit(f"{found.failed} feeds failed")
        return polled, time.perf_counter() - begun, found.items

    def _identify_until(self, over: threading.Event) -> None:
        while True:
            last = over.is_set()
            self._woken.clear()
            if not self._identify.step():
                if last:
                    return
                if not over.is_set():
                    self._woken.wait()


@asynccontextmanager
async def farmed(items: int) -> AsyncIterator[None]:
    """The farm in a process of its own."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __spec__.name, "--farm", str(items))
    try:
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                try:
                    await (await session.get(f"http://127.0.0.1:{PORT}/plain/0")).read()
                    break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await process.wait()


def used_s() -> float:
    """Seconds of processors that this process took, and those of its children that have ended."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def start_s(module: str, request: bytes) -> float:
    """Processor seconds until a process of that module has started and answered a first request."""
    begun = used_s()
    command = (sys.executable, "-m", module)
    subprocess.run(command, input=isolation.framed(request), stdout=subprocess.DEVNULL, check=True)
    return used_s() - begun


def starts_s(settings: Settings, preparing: int) -> float:
    """What those processes took to start that parse, and so many that prepare."""
    body = document(0, 1)
    read = codec.encode(isolation.ToRead(body=body, url="", content_type=None))
    item = RawItem(feed_id="0", source=Source(name="", domain=""), fetched_at=now(), title=body.decode())
    portion = codec.encode(Portion(items=[item], max_text_chars=settings.max_text_chars))
    parsing = settings.parse_processes or os.cpu_count() or 1
    return sum(start_s(PARSES, read) for _ in range(parsing)) + sum(
        start_s(WORKER, portion) for _ in range(preparing)
    )


async def first_and_unchanged(folder: Path, kind: str, feeds: int) -> None:
    """The first poll of all feeds, and one of the same, nothing of which has changed."""
    urls = [address(kind, number) for number in range(feeds)]
    await bare(urls)  # the farm makes its documents
    begun = used_s()
    with closing(Ours(folder / kind, load(fetch_concurrency=AT_ONCE), urls)) as ours:
        polled, stored, count = await ours.poll()
        ours.rest()
        print(f"first poll, {kind}: {polled:.1f} s; {count} articles stored after {stored:.1f} s;", end=" ")
        print(f"{used_s() - begun:.1f} s of processors")
        by_clock, by_processor = list[float](), list[float]()
        for _ in range(TIMES):
            begun = used_s()
            unchanged, _, _ = await ours.poll()
            between = used_s()
            gets = await bare(urls, TAG if kind == "validated" else None)
            used, bare_used = between - begun, used_s() - between
            by_clock.append(gets / unchanged)
            by_processor.append(bare_used / used)
            print(f"unchanged, {kind}: {unchanged:.2f} s, bare GETs {gets:.2f} s: {gets / unchanged:.2f};", end="")
            print(f" by processor time {used:.2f} s, bare {bare_used:.2f} s: {bare_used / used:.2f}", flush=True)
        print(f"unchanged, {kind}, median: {median(by_clock):.2f}; by processor time {median(by_processor):.2f}")


def parse_rate(documents: list[bytes]) -> float:
    """Documents that bare feedparser parses in a processor second."""
    begun = time.process_time()
    for one in documents:
        feedparser.parse(io.BytesIO(one))
    return len(documents) / (time.process_time() - begun)


async def changed(folder: Path, feeds: int, documents: list[bytes]) -> None:
    """Polls of feeds that have one item more each time, after a first one, with bare feedparser beside each."""
    urls = [address("changing", number) for number in range(feeds)]
    settings = load(fetch_concurrency=AT_ONCE)
    with closing(Ours(folder / "changing", settings, urls)) as ours:
        await ours.poll()
        ours.rest()
        await ours.poll()  # the main process loads what it needs
        ours.rest()
        by_clock, by_processor = list[float](), list[float]()
        for _ in range(CHANGED_TIMES):
            begun = used_s()
            polled, stored, count = await ours.poll()
            preparing = ours.preparing
            ours.rest()
            used = used_s() - begun
            parsed, starts = parse_rate(documents), starts_s(settings, preparing)
            by_clock.append(feeds / polled / parsed)
            by_processor.append(feeds / (used - starts) / parsed)
            print(
                f"changed: {polled:.1f} s, {count} articles stored after {stored:.1f} s; {by_clock[-1]:.2f}",
                end=" ",
            )
            print(f"of feedparser on one core, {parsed:.0f} feeds/s; by processor time {used:.1f} s,", end=" ")
            print(
                f"{starts:.1f} of them to start processes: {by_processor[-1]:.2f} of it without these", flush=True
            )
    print(f"changed, median: {median(by_clock):.2f}; by processor time {median(by_processor):.2f}")


async def measure(feeds: int, items: int) -> None:
    """Measure and print."""
    documents = [document(number, items) for number in range(min(feeds, 300))]
    with tempfile.TemporaryDirectory() as folder:
        async with farmed(items):
            for kind in ("validated", "plain"):
                await first_and_unchanged(Path(folder), kind, feeds)
            await changed(Path(folder), feeds, documents)
    print(f"{feeds} feeds of {items} items, {os.cpu_count()} cores")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1100)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--farm", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.farm:
        farm(asked.farm)
    else:
        asyncio.run(measure(asked.feeds, asked.items))
