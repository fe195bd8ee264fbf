from __future__ import annotations

from datetime import timedelta

import pytest

from streams.errors import QueryError
from streams.volumes import MOST_STEPS, compared, step_for
from tests.factories import document
from tests.web.fakes import NOW, FakeSearch

HOUR = timedelta(hours=1)


def test_each_query_is_counted_in_even_steps_and_nothing_twice() -> None:
    moments = [NOW - HOUR * 30, NOW - HOUR * 24, NOW - HOUR * 23.5, NOW - HOUR * 2, NOW - HOUR]
    found = [document(id=str(number), title="A bridge", published=at) for number, at in enumerate(moments)]
    search = FakeSearch([*found, document(id="f", title="A ferry", text="ferry", published=NOW - HOUR)])
    compare = compared(search, ["bridge", "ferry"], NOW - HOUR * 24, NOW)
    assert (compare.step_s, len(compare.starts)) == (3600.0, 24)
    bridge, ferry = compare.volumes
    assert (bridge.total, sum(bridge.counts), ferry.total) == (4, 4, 1)
    assert (bridge.counts[0], bridge.counts[22], ferry.counts[23]) == (2, 1, 1)
    assert not bridge.approximate


def test_the_last_step_ends_when_the_time_does() -> None:
    late = document(id="late", title="bridge", published=NOW)
    compare = compared(FakeSearch([late]), ["bridge"], NOW - timedelta(days=100), NOW)
    assert compare.starts[-1] < NOW
    assert compare.volumes[0].total == 0


@pytest.mark.parametrize("days", [1, 2, 6, 30, 90, 365, 3650])
def test_no_time_has_too_many_steps(days: int) -> None:
    span = timedelta(days=days)
    assert -(-span // step_for(span)) <= MOST_STEPS or days == 36500


def test_a_wrong_query_is_refused_before_anything_is_counted() -> None:
    with pytest.raises(QueryError):
        compared(FakeSearch(), ["bridge", "("], NOW - HOUR, NOW)
