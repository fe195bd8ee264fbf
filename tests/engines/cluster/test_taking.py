"""How much an agent takes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from streams.engines.cluster.taking import rounds, together
from streams.engines.cluster.transport import Fetched
from tests.engines.cluster.test_offsets import OTHER, PARTITION, record

LONG_S = 30.0


def fetched(partition: TP, offsets: Iterable[int]) -> Fetched:
    return Fetched(partition, [record(offset, partition) for offset in offsets], generation_id=1)


def queue(*counts: int) -> asyncio.Queue[Fetched]:
    """Fetches of so many records that wait."""
    waiting: asyncio.Queue[Fetched] = asyncio.Queue()
    for count in counts:
        waiting.put_nowait(fetched(PARTITION, range(count)))
    return waiting


def sizes(fetches: Iterable[Fetched]) -> list[int]:
    return [len(one.records) for one in fetches]


async def test_what_is_there_is_taken_at_once_when_it_is_enough() -> None:
    assert sizes(await together(queue(4, 7, 1), most=4, enough=10, within_s=LONG_S)) == [4, 7, 1]


async def test_no_more_fetches_are_taken_than_may_be() -> None:
    waiting = queue(1, 2, 3, 4, 5)
    assert sizes(await together(waiting, most=4, enough=100, within_s=LONG_S)) == [1, 2, 3, 4]
    assert waiting.qsize() == 1


async def test_what_is_not_enough_waits_a_while_for_more() -> None:
    waiting = queue(4)
    taking = asyncio.create_task(together(waiting, most=4, enough=10, within_s=LONG_S))
    await asyncio.sleep(0.01)
    waiting.put_nowait(fetched(PARTITION, range(6)))
    assert sizes(await taking) == [4, 6]

    assert sizes(await together(queue(4), most=4, enough=10, within_s=0.01)) == [4]


@given(st.lists(st.tuples(st.sampled_from([PARTITION, OTHER]), st.integers(1, 30))), st.integers(1, 20))
def test_rounds_hold_every_record_in_its_partitions_order(counts: list[tuple[TP, int]], most: int) -> None:
    place = dict.fromkeys((PARTITION, OTHER), 0)
    fetches = []
    for partition, count in counts:
        fetches.append(fetched(partition, range(place[partition], place[partition] + count)))
        place[partition] += count
    made = list(rounds(fetches, most))
    for partition, count in place.items():
        offsets = [one.offset for parts in made for one in parts.get(partition, ())]
        assert offsets == list(range(count))
    assert all(sum(map(len, parts.values())) == most for parts in made[:-1])
    assert all(0 < sum(map(len, parts.values())) <= most for parts in made[-1:])
