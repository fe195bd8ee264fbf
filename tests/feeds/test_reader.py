"""The reader, with a real server and a store that keeps its promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from streams.codec import content_id
from streams.errors import FetchError, StorageError
from streams.feeds import reader as module
from streams.feeds.fetch import Fetched, Fetcher
from streams.feeds.judging import PROBE_S
from streams.feeds.poll import Polled
from streams.feeds.reader import PollSummary, Reader
from streams.records import Feed, FeedState, Moved, RawItem
from streams.settings import load
from tests.feeds.documents import item, rss
from tests.feeds.hostile import serving

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = load(fetch_timeout_s=1, max_body_bytes=100_000, fetch_concurrency=4, poll_min_s=60)


def subscription(url: str) -> Feed:
    return Feed(id=content_id(url), url=url)


class MemoryStore:
    """Feeds, states and items in memory; `saves` are the ids of the feeds in the order saved."""

    def __init__(self, *urls: str) -> None:
        self.subscriptions = [subscription(url) for url in urls]
        self.known: dict[str, FeedState] = {}
        self.items: list[RawItem] = []
        self.saves: list[str] = []

    def feeds(self) -> list[Feed]:
        return list(self.subscriptions)

    def states(self, feed_ids: Sequence[str]) -> dict[str, FeedState]:
        return {feed_id: self.known[feed_id] for feed_id in feed_ids if feed_id in self.known}

    def version(self) -> object:
        return [feed.id for feed in self.subscriptions]

    async def save(self, polled: Sequence[Polled]) -> None:
        await asyncio.sleep(0)
        for one in polled:
            self.known[one.state.feed_id] = one.state
            self.items += one.items
            self.saves.append(one.state.feed_id)

    def problems(self) -> dict[str, str | None]:
        """The kind of problem of each feed, by the last part of its URL."""
        return {
            feed.url.rpartition("/")[2]: (problem.kind if (problem := self.known[feed.id].problem) else None)
            for feed in self.subscriptions
            if feed.id in self.known
        }


class Answers:
    """Fetches from a table; counts how many fetches are under way."""

    def __init__(self, answers: dict[str, bytes], delay_s: Callable[[str], float] = lambda url: 0.0) -> None:
        self.answers = answers
        self.delay_s = delay_s
        self.under_way = 0
        self.most = 0
        self.asked: list[str] = []

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        self.asked.append(url)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.delay_s(url))
            return Fetched(status=200, url=url, body=self.answers[url])
        finally:
            self.under_way -= 1


@pytest.fixture
async def host() -> AsyncIterator[str]:
    async def laughs(request: web.Request) -> web.Response:
        declared = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        return web.Response(body=f"<!DOCTYPE rss [{declared}]>".encode() + rss("<title>&l9;</title>")[21:])

    async def html(request: web.Request) -> web.Response:
        return web.Response(text="<!DOCTYPE html><html><p>Hello</p></html>", content_type="text/html")

    async def latin(request: web.Request) -> web.Response:
        return web.Response(body=rss("<title>Été</title>").decode().encode("cp1252"), content_type="text/xml")

    async with serving({"/laughs": laughs, "/html": html, "/latin": latin}) as found:
        yield found


async def test_each_bad_feed_gets_its_problem_and_the_good_ones_are_read(host: str) -> None:
    expected = {
        "feed": None,
        "drip": "time-out",
        "endless": "too-large",
        "gzip-bomb": "too-large",
        "large": "too-large",
        "loop": "too-many-redirects",
        "to-private": "address-refused",
        "404": "http-404",
        "empty": "empty",
        "html": "html",
        "zstd": "bad-encoding",
        "laughs": None,
        "latin": None,
        "br": None,
    }
    async with aiohttp.ClientSession() as session:
        for path in ("gzip-bomb", "large"):  # the server may need longer to make them than a fetch may take
            await session.head(f"http://{host}/{path}")
    store = MemoryStore(*(f"http://{host}/{path}" for path in expected))
    settings = SETTINGS.model_copy(update={"fetch_timeout_s": 2.0})
    async with Fetcher(settings, allowed=[host]) as fetcher:
        with capture_logs() as logs:
            summary = await Reader(store, fetcher, settings, lambda: NOON).poll_all()
    assert store.problems() == expected
    assert summary == PollSummary(feeds=14, failed=10, quiet=0, items=6)
    assert sorted(line["kind"] for line in logs) == sorted(kind for kind in expected.values() if kind)
    assert {one.title for one in store.items} >= {"Story 1", "Story 2", "Été"}
    laughs, latin = (store.known[content_id(f"http://{host}/{path}")] for path in ("laughs", "latin"))
    assert "xml-entities" in [problem.kind for problem in laughs.item_problems]
    assert [problem.kind for problem in latin.item_problems] == ["wrong-encoding"]


async def test_polling_again_hands_on_nothing_twice(host: str) -> None:
    store = MemoryStore(f"http://{host}/conditional", f"http://{host}/feed")
    async with Fetcher(SETTINGS, allowed=[host]) as fetcher:
        first = await Reader(store, fetcher, SETTINGS, lambda: NOON).poll_all()
        again = await Reader(store, fetcher, SETTINGS, lambda: NOON + timedelta(hours=1)).poll_all()
    assert (first.items, again.items, again.quiet) == (4, 0, 2)
    assert len(store.items) == 4


async def test_results_are_saved_in_the_order_of_the_subscriptions_within_bounds() -> None:
    urls = [f"https://{n}.example/rss" for n in range(20)]
    fetcher = Answers(dict.fromkeys(urls, rss(item(1))), delay_s=lambda url: 0.03 if "0" in url else 0.0)
    store = MemoryStore(*urls)
    await Reader(store, fetcher, SETTINGS, lambda: NOON).poll_all()
    assert store.saves == [feed.id for feed in store.subscriptions]
    assert fetcher.most == SETTINGS.fetch_concurrency


async def test_backfill_can_be_asked_for() -> None:
    url = "https://herald.example/rss"
    store = MemoryStore(url)
    await Reader(store, Answers({url: rss(item(1))}), SETTINGS, lambda: NOON).poll_all()
    later = Answers({url: rss(item(2), item(1))})
    await Reader(store, later, SETTINGS, lambda: NOON, backfill_all=True).poll_all()
    assert [one.backfill for one in store.items] == [True, True]


async def test_a_fault_of_ours_is_one_feeds_problem_too() -> None:
    good, bad = "https://good.example/rss", "https://bad.example/rss"
    store = MemoryStore(bad, good)
    with capture_logs() as logs:
        summary = await Reader(store, Answers({good: rss(item(1))}), SETTINGS, lambda: NOON).poll_all()
    assert (summary.failed, summary.items) == (1, 1)
    problem = store.known[content_id(bad)].problem
    assert problem is not None
    assert problem.kind == "internal"
    assert "KeyError" in problem.message
    assert [line["log_level"] for line in logs] == ["error"]


class FullStore(MemoryStore):
    async def save(self, polled: Sequence[Polled]) -> None:
        raise StorageError("the disk is full")


async def test_a_fault_of_the_store_ends_the_reader_and_leaves_nothing_running() -> None:
    urls = [f"https://{n}.example/rss" for n in range(10)]
    fetcher = Answers(dict.fromkeys(urls, rss(item(1))), delay_s=lambda url: 0.0 if "0" in url else 60.0)
    reader = Reader(FullStore(*urls), fetcher, SETTINGS, lambda: NOON)
    with pytest.raises(StorageError):
        await reader.poll_all()
    assert fetcher.under_way == 0
    with pytest.raises(StorageError):
        await reader.run(asyncio.Event())
    assert fetcher.under_way == 0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (what is waited for is the reader's own doing)
            await asyncio.sleep(0.01)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def test_running_feeds_are_polled_when_they_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    old, new = "https://old.example/rss", "https://new.example/rss"
    fetcher = Answers({old: rss(item(1)), new: rss(item(1))})
    store, clock, stop = MemoryStore(old), Clock(), asyncio.Event()
    run = asyncio.create_task(Reader(store, fetcher, SETTINGS, clock).run(stop))
    await until(lambda: store.saves == [content_id(old)])

    store.subscriptions.append(subscription(new))
    await until(lambda: store.saves[1:] == [content_id(new)])
    assert fetcher.asked == [old, new]

    clock.now += timedelta(hours=1)
    await until(lambda: len(store.saves) == 4)
    assert sorted(fetcher.asked) == sorted([old, new, old, new])

    store.subscriptions.pop(0)
    clock.now += timedelta(days=1)
    await until(lambda: len(store.saves) == 5)
    assert fetcher.asked[4:] == [new]
    stop.set()
    await run


async def test_a_clock_that_is_set_back_silences_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    url = "https://old.example/rss"
    fetcher = Answers({url: rss(item(1))})
    store, clock, stop = MemoryStore(url), Clock(), asyncio.Event()
    run = asyncio.create_task(Reader(store, fetcher, SETTINGS, clock).run(stop))
    await until(lambda: len(store.saves) == 1)
    await asyncio.sleep(0.05)

    clock.now -= timedelta(days=1)
    await asyncio.sleep(0.05)
    assert len(store.saves) == 1
    clock.now += timedelta(hours=1)
    await until(lambda: len(store.saves) == 2)
    stop.set()
    await run


async def test_running_goes_on_with_the_times_that_were_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    late, soon = "https://late.example/rss", "https://soon.example/rss"
    store, clock, stop = MemoryStore(late, soon), Clock(), asyncio.Event()
    for url, due in ((late, timedelta(hours=1)), (soon, timedelta(hours=-1))):
        store.known[content_id(url)] = FeedState(feed_id=content_id(url), due_at=NOON + due)
    fetcher = Answers({late: rss(item(1)), soon: rss(item(1))})
    run = asyncio.create_task(Reader(store, fetcher, SETTINGS, clock).run(stop))
    await until(lambda: store.saves == [content_id(soon)])
    await asyncio.sleep(0.05)
    assert fetcher.asked == [soon]
    stop.set()
    await run


async def test_a_slow_feed_is_not_asked_by_two_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    slow, quick = "https://slow.example/rss", "https://quick.example/rss"
    fetcher = Answers(dict.fromkeys((slow, quick), rss(item(1))), delay_s=lambda url: 60.0 if url == slow else 0.0)
    store, clock, stop = MemoryStore(slow, quick), Clock(), asyncio.Event()
    run = asyncio.create_task(Reader(store, fetcher, SETTINGS, clock).run(stop))
    for polls in range(1, 4):
        await until(lambda polls=polls: len(store.saves) == polls)  # type: ignore[misc]
        clock.now += timedelta(days=1)
    assert fetcher.asked.count(slow) == 1
    stop.set()
    await run
    assert fetcher.under_way == 0


async def test_polls_that_end_soon_after_each_other_are_saved_with_one_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TURN_S", 0.4)
    urls = [f"https://{n}.example/rss" for n in range(3)]
    fetcher = Answers({}, delay_s=lambda url: 0.01 * urls.index(url))
    store, writes = MemoryStore(*urls), list[int]()
    save = store.save

    async def counted(polled: Sequence[Polled]) -> None:
        writes.append(len(polled))
        await save(polled)

    store.save = counted  # type: ignore[method-assign]
    stop = asyncio.Event()
    run = asyncio.create_task(Reader(store, fetcher, SETTINGS, lambda: NOON).run(stop))
    await until(lambda: len(store.saves) == len(urls))
    assert writes == [3]
    stop.set()
    await run


async def test_no_more_fetches_are_under_way_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    urls = [f"https://{n}.example/rss" for n in range(12)]
    fetcher = Answers(dict.fromkeys(urls, rss(item(1))), delay_s=lambda url: 0.02)
    store, stop = MemoryStore(*urls), asyncio.Event()
    run = asyncio.create_task(Reader(store, fetcher, SETTINGS, lambda: NOON).run(stop))
    await until(lambda: len(store.saves) == len(urls))
    assert fetcher.most == SETTINGS.fetch_concurrency
    stop.set()
    await run


class Line(Answers):
    """Answers while it is up; `busy` hosts ask to be left alone."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        super().__init__(answers)
        self.up = True
        self.dead: set[str] = set()
        self.busy: dict[str, float] = {}

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        answer = await super().fetch(url, etag, last_modified)
        if not self.up or url in self.dead:
            raise FetchError("time-out", "no answer")
        host = url.split("/")[2]
        if host in self.busy:
            raise FetchError("http-429", "too many", self.busy[host], host)
        return answer


@asynccontextmanager
async def at_work(store: MemoryStore, line: Line, clock: Clock) -> AsyncIterator[Reader]:
    stop, reader = asyncio.Event(), Reader(store, line, SETTINGS, clock)
    run = asyncio.create_task(reader.run(stop))
    try:
        yield reader
    finally:
        stop.set()
        await run


URLS = [f"https://{n}.example/rss" for n in range(8)]


async def test_when_nobody_answers_polling_pauses_blames_no_feed_and_goes_on_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    line, store, clock = Line(dict.fromkeys(URLS, rss(item(1)))), MemoryStore(*URLS), Clock()
    async with at_work(store, line, clock) as reader:
        await until(lambda: len(store.saves) == len(URLS))
        line.up = False
        clock.now += timedelta(days=1)
        await until(lambda: reader.held_up() is not None)
        await until(lambda: line.under_way == 0)
        asked = len(line.asked)
        await asyncio.sleep(0.05)
        assert len(line.asked) == asked
        clock.now += timedelta(seconds=PROBE_S)
        await until(lambda: len(line.asked) == asked + 1)
        assert set(store.problems().values()) == {None}
        line.up = True
        clock.now += timedelta(seconds=PROBE_S)
        await until(lambda: len(store.saves) == 2 * len(URLS))
        assert reader.held_up() is None
    assert all(state.failures == 0 for state in store.known.values())


async def test_one_host_that_fails_while_others_answer_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    line, store, clock = Line(dict.fromkeys(URLS, rss(item(1)))), MemoryStore(*URLS), Clock()
    async with at_work(store, line, clock) as reader:
        await until(lambda: len(store.saves) == len(URLS))
        line.dead = {URLS[0]}
        clock.now += timedelta(days=1)
        await until(lambda: len(store.saves) == 2 * len(URLS))
        assert reader.held_up() is None
    failing = [feed_id for feed_id, state in store.known.items() if state.failures]
    assert failing == [content_id(URLS[0])]


async def test_a_host_that_asks_for_it_is_left_alone_with_all_of_its_feeds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    urls = [f"https://busy.example/{n}" for n in range(3)] + ["https://other.example/rss"]
    line, store, clock = Line(dict.fromkeys(urls, rss(item(1)))), MemoryStore(*urls), Clock()
    line.busy = {"busy.example": 7200.0}
    async with at_work(store, line, clock):
        await until(lambda: len(store.saves) == 2)
        for _ in range(5):
            clock.now += timedelta(minutes=20)
            await asyncio.sleep(0.03)
        assert sum("busy" in url for url in line.asked) == 1
        line.busy = {}
        for _ in range(10):
            clock.now += timedelta(minutes=20)
            await asyncio.sleep(0.03)
        assert {url for url in line.asked if "busy" in url} == set(urls[:3])


async def test_a_single_round_does_not_wait_for_a_host_that_asks_to_be_left_alone() -> None:
    urls = ["https://busy.example/1", "https://other.example/rss", "https://busy.example/2"]
    line, store = Line(dict.fromkeys(urls, rss(item(1)))), MemoryStore(*urls)
    line.busy = {"busy.example": 7200.0}
    summary = await Reader(store, line, SETTINGS, lambda: NOON).poll_all()
    assert (summary.feeds, summary.failed, summary.items) == (3, 2, 1)
    assert store.problems() == {"1": "http-429", "rss": None, "2": "host-busy"}


async def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    old, new = "https://old.example/rss", "https://new.example/rss"
    store, line, clock = MemoryStore(old), Line({new: rss(item(1))}), Clock()
    moved = Moved(url=new, since=NOON, seen=3, settled=True)
    store.known[content_id(old)] = FeedState(feed_id=content_id(old), moved=moved)
    async with at_work(store, line, clock):
        await until(lambda: len(store.saves) == 1)
    assert line.asked == [new]
    assert store.known[content_id(old)].moved == moved
