"""Each alarm, with its page, and each provoked once: the metrics of real code in trouble, given to Prometheus."""

from __future__ import annotations

import asyncio
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import yaml

from deploy.monitoring.__main__ import FOLDER, files
from deploy.monitoring.alarms import ALARMS, JOB, Alarm
from deploy.tools import PROMTOOL
from streams.alerts.channels import Channel
from streams.alerts.notify import Notifier
from streams.condition import Condition
from streams.engines import measure
from streams.engines.consumer import Consumer
from streams.engines.meter import Meter
from streams.engines.sqlite import Store
from streams.engines.work import StageSpec
from streams.errors import FetchError, RecordError, ServiceError
from streams.feeds.entries import ParsedFeed
from streams.feeds.fetch import Fetched
from streams.feeds.isolated import IsolatedParser
from streams.feeds.parse import parse
from streams.feeds.reader import Reader
from streams.probes import probed
from streams.records import Record, Topic
from streams.settings import load
from streams.stage import Output
from streams.tag import pool, worker
from tests.alerts.fakes import DeadChannel, FakeChannel, MemoryOutbox, delivery
from tests.deploy.compose import METRICS_PORT, ours
from tests.deploy.monitoring.exposed import unknown
from tests.deploy.monitoring.scrapes import Scrapes, forget_others
from tests.factories import NOON, article, document, raw_item
from tests.feeds.documents import item, rss
from tests.feeds.test_reader import SETTINGS, Answers, MemoryStore
from tests.index.test_elastic_bulk import Bulk, numbered, written
from tests.ports import free_port
from tests.tools import run

PAGES = Path(__file__).parents[3] / "docs" / "operations" / "alarms"
OPERATIONS = PAGES.parents[1] / "operations.md"
COMMANDS = (PAGES.parents[1] / "commands.md").read_text(encoding="utf-8")
BY_NAME = {alarm.name: alarm for alarm in ALARMS}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def alone() -> None:
    forget_others()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Feeds are parsed in this process: starting others takes longer than all else here."""

    async def parsed(_: IsolatedParser, body: bytes, *, url: str, content_type: str | None) -> ParsedFeed:
        return parse(body, url=url, content_type=content_type)

    monkeypatch.setattr(IsolatedParser, "parse", parsed)


def scrapes(name: str) -> Scrapes:
    return Scrapes(BY_NAME[name])


def test_the_files_are_what_the_code_makes() -> None:
    made = {FOLDER / path: text for path, text in files()}
    assert {path: path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.*")} == made


def test_prometheus_takes_the_rules() -> None:
    checked = run(PROMTOOL, "check", "rules", "--lint=all", "--lint-fatal", FOLDER / "rules.yml")
    assert checked.returncode == 0, checked.stderr
    assert f"{len(ALARMS)} rules found" in checked.stdout


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_each_alarm_has_a_page_that_says_what_it_means_how_to_confirm_and_what_to_do(alarm: Alarm) -> None:
    page = (PAGES / alarm.page).read_text(encoding="utf-8")
    assert page.startswith(f"# {alarm.name}\n")
    assert re.findall("^## (.*)$", page, re.MULTILINE) == ["What it means", "How to confirm", "What to do"]
    for command in re.findall(r"`(streams [a-z]+(?: [a-z]+)?)", page):
        assert f"### `{command}" in COMMANDS
    for link in re.findall(r"\]\(([^)#]+)", page):
        assert (PAGES / link).exists()


def test_the_docs_list_all_alarms_and_prometheus_takes_the_settings_that_they_show(tmp_path: Path) -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\w+)\]\(operations/alarms/([\w.-]+)\) \| (\w+) \|", text, re.MULTILINE)
    assert listed == [(alarm.name, alarm.page, alarm.severity) for alarm in ALARMS]
    [settings] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "prometheus.yml").write_text(settings)
    checked = run(PROMTOOL, "check", "config", "--syntax-only", "prometheus.yml", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr
    [scraped] = yaml.safe_load(settings)["scrape_configs"]
    assert scraped["job_name"] == JOB
    targets = {f"{name}:{METRICS_PORT}" for name in ours() if name != "setup"}
    assert {target for group in scraped["static_configs"] for target in group["targets"]} == targets


def test_no_page_is_about_an_alarm_that_is_not_there() -> None:
    assert {path.name for path in PAGES.iterdir()} == {alarm.page for alarm in ALARMS}


def test_every_alarm_is_provoked_here() -> None:
    provoked = set(re.findall(r'scrapes\("(\w+)"\)', Path(__file__).read_text(encoding="utf-8")))
    assert provoked == set(BY_NAME)


async def test_a_process_that_is_gone(tmp_path: Path) -> None:
    seen, settings = scrapes("StreamsProcessDown"), load(metrics_port=free_port())

    async def up() -> float:
        with suppress(aiohttp.ClientError):
            async with aiohttp.request("GET", f"http://127.0.0.1:{settings.metrics_port}/metrics") as answer:
                return float(answer.status == 200)
        return 0.0

    async with probed(settings, Condition()):
        seen.take(5, {"up": await up()})
    seen.silent()
    seen.take(7, {"up": await up()})
    seen.fires(job="streams", instance="here:9400")
    seen.check(tmp_path)


def test_a_process_that_starts_again_and_again(tmp_path: Path) -> None:
    seen, metric = scrapes("StreamsProcessRestarts"), "process_start_time_seconds"
    starts = f"from prometheus_client import REGISTRY; print(REGISTRY.get_sample_value('{metric}'))"
    for number in range(4):
        if number == 3:
            seen.silent()
        started = subprocess.run([sys.executable, "-c", starts], capture_output=True, text=True, check=True)
        seen.take(2, {metric: float(started.stdout)})
    seen.fires(job="streams", instance="here:9400")
    seen.check(tmp_path)


def test_a_process_that_has_nearly_all_files_open_that_it_may(tmp_path: Path) -> None:
    seen, before = scrapes("StreamsFileDescriptors"), resource.getrlimit(resource.RLIMIT_NOFILE)
    seen.take(5)
    seen.silent()
    with ExitStack() as end:
        end.callback(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        for _ in range(100):
            end.enter_context(Path("/dev/null").open())
        used = len(list(Path("/proc/self/fd").iterdir()))
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + used // 10, before[1]))
        seen.take(12)
    seen.fires(job="streams", instance="here:9400")
    seen.check(tmp_path)


class Raises:
    """A stage that processes nothing."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def process(self, batch: object) -> list[Output]:
        raise self._error


def consumer(store: Store, stage: str, error: Exception) -> Consumer:
    spec = StageSpec(stage, (Topic.RAW_ITEMS,), lambda _: Raises(error), 10)
    return Consumer(spec, store, {Topic.RAW_ITEMS: [stage]}, lambda: NOON, lambda outputs: None)


def wait_for(store: Store, *records: Record) -> None:
    store.append(Output(Topic.RAW_ITEMS, "k", record) for record in records)


def test_a_record_that_is_put_aside(store: Store, tmp_path: Path) -> None:
    seen, broken = scrapes("StreamsDeadLetters"), consumer(store, "identify", ValueError("boom"))
    seen.take(5)
    seen.silent()
    wait_for(store, raw_item())
    broken.step()
    seen.take(5)
    seen.fires(stage="identify")
    seen.check(tmp_path)


def test_a_stage_that_does_less_than_what_comes_in(store: Store, tmp_path: Path) -> None:
    seen, few = scrapes("StreamsLagRises"), [raw_item()] * 400
    for minutes in (16, 5, 5, 5, 5, 5):
        wait_for(store, *few)
        measure.measure_lags(store)
        seen.take(minutes)
        if seen.minutes == 26:
            seen.silent()
    seen.fires(stage="identify")
    seen.check(tmp_path)


def test_a_stage_that_waits_for_a_service(tmp_path: Path) -> None:
    seen, meter = scrapes("StreamsServiceAway"), Meter("index", lambda: NOON, 5.0)
    seen.take(5)
    seen.silent()
    for _ in range(8):
        with pytest.raises(ServiceError) as away, written(Bulk(d0=(429, {"type": "busy"})), numbered(1)):
            pass
        meter.waits(away.value)
        seen.take()
    seen.fires(stage="index")
    seen.check(tmp_path)


@pytest.mark.parametrize(("seconds", "fires"), [(3, False), (200, True)])
def test_news_that_are_late(seconds: int, fires: bool, tmp_path: Path) -> None:
    seen, meter = scrapes("StreamsNewsLate"), Meter("index", lambda: NOON, 5.0)
    for _ in range(20):
        meter.carried_out([document(fetched_at=NOON - timedelta(seconds=seconds))], [])
        seen.take()
    seen.fires() if fires else seen.silent()
    seen.check(tmp_path)


async def polled(store: MemoryStore, answers: dict[str, bytes], hours: int = 0) -> None:
    """One round of a reader over the feeds; those without an answer fail."""
    at_once = SETTINGS.model_copy(update={"host_gap_s": 0.0, "host_concurrency": 8})
    await Reader(store, Answers(answers), at_once, lambda: NOON + timedelta(hours=hours)).poll_all()


async def test_feeds_that_bring_nothing_any_more(tmp_path: Path) -> None:
    seen, url = scrapes("StreamsNothingRead"), "https://herald.example/rss"
    store = MemoryStore(url)
    await polled(store, {url: rss(item(1))})
    seen.take(5)
    for hour in range(1, 5):
        await polled(store, {url: rss(item(1), item(2))}, hour)
        seen.take(60)
        if hour == 2:
            seen.silent()
    seen.fires()
    seen.check(tmp_path)


class Silent:
    """A network in which no name is known."""

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        raise FetchError("dns", "no such host")


async def test_a_network_that_is_away(tmp_path: Path) -> None:
    seen, urls = scrapes("StreamsNetworkAway"), [f"https://herald{number}.example/rss" for number in range(6)]
    seen.take(5)
    seen.silent()
    reader, stop = Reader(MemoryStore(*urls), Silent(), SETTINGS, lambda: NOON), asyncio.Event()
    running = asyncio.create_task(reader.run(stop))
    async with asyncio.timeout(10):
        while not reader.held_up():  # noqa: ASYNC110 (what is waited for is the reader's own doing)
            await asyncio.sleep(0.01)
    seen.take(7)
    stop.set()
    await running
    seen.fires(instance="here:9400")
    seen.check(tmp_path)


async def test_many_feeds_that_fail(tmp_path: Path) -> None:
    seen, urls = scrapes("StreamsFeedsFail"), [f"https://herald{number}.example/rss" for number in range(8)]
    store, answers = MemoryStore(*urls), dict.fromkeys(urls, rss(item(1)))
    await polled(store, answers)
    seen.take(5)
    seen.silent()
    await polled(store, dict.fromkeys(urls[:5], rss(item(1))), hours=1)
    seen.take(62)
    seen.fires()
    seen.check(tmp_path)


async def test_many_feeds_of_one_host_that_fail(tmp_path: Path) -> None:
    seen, urls = scrapes("StreamsHostFails"), [f"https://herald.example/{number}" for number in range(5)]
    store = MemoryStore(*urls)
    await polled(store, dict.fromkeys(urls, rss(item(1))))
    seen.take(5)
    seen.silent()
    await polled(store, {}, hours=1)
    seen.take(122)
    seen.fires(host="herald.example")
    seen.check(tmp_path)


async def told(channel: Channel, stories: str) -> None:
    """Deliver these alerts to the channel, as far as it takes them."""
    await Notifier({"desk": channel}).deliver_pending(MemoryOutbox(delivery(story, "desk") for story in stories))


async def test_a_channel_that_refuses_an_alert(tmp_path: Path) -> None:
    seen = scrapes("StreamsDeliveriesRefused")
    await told(FakeChannel(), "ab")
    seen.take(5)
    seen.silent()
    await told(FakeChannel(RecordError("the webhook answered 404")), "c")
    seen.take(2)
    seen.fires(channel="desk")
    seen.check(tmp_path)


async def test_a_channel_that_takes_nothing(tmp_path: Path) -> None:
    seen = scrapes("StreamsDeliveriesWait")
    await told(FakeChannel(ServiceError("no answer")), "a")
    await told(FakeChannel(), "a")
    seen.take(5)
    for _ in range(4):
        await told(DeadChannel(ServiceError("no answer")), "b")
        seen.take(5)
        if seen.minutes == 15:
            seen.silent()
    seen.fires(channel="desk")
    seen.check(tmp_path)


def ticking(step_s: float) -> Callable[[], float]:
    """A clock that goes on by so much whenever it is asked."""
    moments = iter(range(1_000_000))
    return lambda: next(moments) * step_s


@pytest.mark.parametrize(("seconds", "fires"), [(0.2, False), (20.0, True)])
def test_an_elasticsearch_that_writes_slowly(
    seconds: float, fires: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = scrapes("StreamsBulkSlow")
    monkeypatch.setattr("prometheus_client.context_managers.default_timer", ticking(seconds))
    for _ in range(4):
        with written(Bulk(), numbered(1)):
            seen.take(6)
    seen.fires() if fires else seen.silent()
    seen.check(tmp_path)


@pytest.mark.parametrize(("seconds", "fires"), [(0.1, False), (1.0, True)])
def test_models_that_are_slow_while_articles_wait(
    seconds: float, fires: bool, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = scrapes("StreamsModelSlow")
    monkeypatch.setattr("streams.tag.worker.time.perf_counter", ticking(seconds))
    store.append(Output(Topic.ARTICLES, "k", article()) for _ in range(101))
    measure.measure_lags(store)
    for _ in range(50):
        done: Future[tuple[float, list[str]]] = Future()
        done.set_result(worker.timed(lambda texts: list(texts), ["text"] * 5))
        pool._gathered([pool.Hand("entities", list(range(5)), done)])
        seen.take()
    seen.fires() if fires else seen.silent()
    seen.check(tmp_path)


def test_what_no_process_exposes_is_noticed() -> None:
    asked = 'sum by (stage, colour) (streams_lag_records{topic="a", shape=~"b"}) / streams_nonsense_total'
    assert unknown(asked) == ["streams_lag_records{shape}", "streams_nonsense_total", "colour"]


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_each_alarm_is_about_metrics_and_labels_that_are_there(alarm: Alarm) -> None:
    assert unknown(alarm.expression) == []
