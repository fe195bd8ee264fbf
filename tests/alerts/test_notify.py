from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import count

import msgspec
import pytest

from streams.alerts.channels import Channel
from streams.alerts.notify import AT_ONCE, Notifier, waits
from streams.errors import RecordError, ServiceError, StorageError
from streams.records import Delivery
from tests.alerts.fakes import DeadChannel, FakeChannel, MemoryOutbox, delivery
from tests.counted import Counted

AWAY = ServiceError("channel desk: no answer")
REFUSED = RecordError("channel desk: the webhook answered 404")
FULL = StorageError("the disk is full")


def notifier(**channels: Channel) -> Notifier:
    return Notifier(channels, poll_s=0.01, retry_s=0.01)


async def run_until(told: Callable[[], bool], at_work: Notifier, outbox: MemoryOutbox) -> None:
    """Run the notifier until `told` holds; fails when that takes long."""
    stop = asyncio.Event()
    running = asyncio.create_task(at_work.run(outbox, stop))
    deadline = time.monotonic() + 10
    while not told() and not running.done():
        assert time.monotonic() < deadline, "took too long"
        await asyncio.sleep(0.005)
    stop.set()
    await running


async def test_each_delivery_goes_to_its_channel_once_and_in_order() -> None:
    log, desk = FakeChannel(), FakeChannel()
    outbox = MemoryOutbox([delivery("a", "log"), delivery("b", "desk"), delivery("c", "log")])

    await notifier(log=log, desk=desk).deliver_pending(outbox)

    assert (log.taken, desk.taken) == (["a", "c"], ["b"])
    assert set(outbox.became.values()) == {"done"}


async def test_more_than_one_handful_is_delivered() -> None:
    log = FakeChannel()
    outbox = MemoryOutbox(delivery(f"s{n}") for n in range(AT_ONCE + 5))

    await notifier(log=log).deliver_pending(outbox)

    assert log.taken == [f"s{n}" for n in range(AT_ONCE + 5)]


async def test_a_digest_is_one_message_and_is_settled_as_one() -> None:
    desk = FakeChannel(AWAY)
    one, two, alone = (delivery(story, "desk") for story in "abc")
    digest = [msgspec.structs.replace(made, digest="noon") for made in (one, two)]
    outbox = MemoryOutbox([*digest, alone])

    await run_until(lambda: set(outbox.became.values()) == {"done"}, notifier(desk=desk), outbox)

    assert (desk.tries, desk.taken) == (3, ["a", "b", "c"])
    assert (len(outbox.put_offs), outbox.settled) == (1, [2, 1])


async def test_a_channel_that_makes_no_one_message_of_a_digest_is_told_of_each_alert_once() -> None:
    hook = FakeChannel(joins=False)
    digest = [msgspec.structs.replace(delivery(story, "hook"), digest="noon") for story in "abc"]
    outbox = MemoryOutbox(digest)
    refused = FakeChannel(REFUSED, joins=False)

    await notifier(hook=hook).deliver_pending(outbox)
    assert (hook.taken, outbox.settled) == (["a", "b", "c"], [1, 1, 1])

    again = MemoryOutbox(digest)
    await notifier(hook=refused).deliver_pending(again)
    assert list(again.became.values()) == ["channel desk: the webhook answered 404", "done", "done"]


async def test_a_refused_delivery_is_noted_with_its_error_and_the_next_goes_on() -> None:
    desk = FakeChannel(REFUSED)
    first, second = delivery("a", "desk"), delivery("b", "desk")
    outbox = MemoryOutbox([first, second])

    await notifier(desk=desk).deliver_pending(outbox)

    assert outbox.became == {first.key: "channel desk: the webhook answered 404", second.key: "done"}


async def test_a_channel_that_is_not_there_fails_its_deliveries_and_says_what_to_do() -> None:
    gone = delivery("a", "gone")
    outbox = MemoryOutbox([gone])

    await notifier(log=FakeChannel()).deliver_pending(outbox)

    error = outbox.became[gone.key]
    assert error == "channel gone is not there: name it in STREAMS_CHANNELS or take it out of the rule bridge"


async def test_trying_once_leaves_what_a_dead_channel_cannot_take_for_the_next_time() -> None:
    desk, log = DeadChannel(AWAY), FakeChannel()
    outbox = MemoryOutbox([delivery("a", "desk"), delivery("b", "desk"), delivery("c", "log")])

    await notifier(desk=desk, log=log).deliver_pending(outbox)

    assert (desk.tries, log.taken) == (1, ["c"])
    assert outbox.channels() == ["desk"]


async def test_a_dead_channel_holds_up_no_other() -> None:
    desk, log = DeadChannel(AWAY), FakeChannel()
    outbox = MemoryOutbox(delivery(f"s{n}", "desk") for n in range(3 * AT_ONCE))
    outbox.add(delivery("x", "log"))

    await run_until(lambda: outbox.channels() == ["desk"] and desk.tries > 2, notifier(desk=desk, log=log), outbox)

    assert log.taken == ["x"]


async def test_a_channel_that_comes_back_gets_what_waited_for_it() -> None:
    desk = FakeChannel(AWAY, AWAY)
    outbox = MemoryOutbox([delivery("a", "desk"), delivery("b", "desk")])

    await run_until(lambda: not outbox.channels(), notifier(desk=desk), outbox)

    assert (desk.taken, desk.tries) == (["a", "b"], 4)
    assert outbox.put_offs == [("channel desk: no answer", 1, 0.01), ("channel desk: no answer", 2, 0.02)]


async def test_what_has_moved_to_another_process_is_not_told_here() -> None:
    outbox = MemoryOutbox([delivery("a", "desk"), delivery("b", "desk")])

    class Desk(FakeChannel):
        async def send(self, deliveries: Sequence[Delivery]) -> None:
            outbox.move()
            await super().send(deliveries)

    desk = Desk(AWAY)
    looks = count()
    await run_until(lambda: bool(outbox.put_offs) and next(looks) > 10, notifier(desk=desk), outbox)

    assert (desk.tries, len(outbox.put_offs), set(outbox.became.values())) == (1, 1, {None})


async def test_each_try_is_counted_by_channel_and_outcome() -> None:
    counted = {
        outcome: Counted("streams_deliveries_total", channel="counted", outcome=outcome)
        for outcome in ("made", "refused", "put_off")
    }
    channel, outbox = FakeChannel(AWAY, REFUSED), MemoryOutbox(delivery(story, "counted") for story in "abc")
    await run_until(lambda: not outbox.channels(), notifier(counted=channel), outbox)
    assert {outcome: count() for outcome, count in counted.items()} == {"made": 2, "refused": 1, "put_off": 1}


async def test_what_comes_while_it_runs_is_delivered_too() -> None:
    log, outbox = FakeChannel(), MemoryOutbox()
    names = ["a", "b", "c"]

    def told() -> bool:
        if len(log.taken) + len(names) == 3 and names:
            outbox.add(delivery(names.pop(0)))
        return len(log.taken) == 3

    await run_until(told, notifier(log=log), outbox)

    assert log.taken == ["a", "b", "c"]


async def test_stopping_does_not_wait_for_a_dead_channel() -> None:
    desk = DeadChannel(ServiceError("away", retry_after_s=3600.0))
    outbox = MemoryOutbox([delivery("a", "desk")])
    began = time.monotonic()

    await run_until(lambda: desk.tries == 1, notifier(desk=desk), outbox)

    assert time.monotonic() - began < 5
    assert outbox.channels() == ["desk"]


async def test_a_channel_s_own_wish_for_a_pause_is_kept() -> None:
    desk = DeadChannel(ServiceError("away", retry_after_s=3600.0))
    log = FakeChannel(*[AWAY] * 5)
    outbox = MemoryOutbox([delivery("a", "desk"), delivery("b", "log")])

    await run_until(lambda: log.taken == ["b"], notifier(desk=desk, log=log), outbox)

    assert desk.tries == 1


@pytest.mark.parametrize("way", ["run", "once"])
async def test_a_full_disk_is_told_at_once(way: str) -> None:
    at_work = notifier(file=DeadChannel(FULL))
    outbox = MemoryOutbox([delivery("a", "file")])

    with pytest.raises(StorageError, match="the disk is full"):
        await (at_work.run(outbox, asyncio.Event()) if way == "run" else at_work.deliver_pending(outbox))

    assert outbox.channels() == ["file"]


def test_waits_grow_up_to_five_minutes() -> None:
    grown = waits(1.0)

    assert [next(grown) for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
