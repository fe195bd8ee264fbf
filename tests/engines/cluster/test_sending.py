"""Where ticks go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.engines.cluster.sending import ticked


@given(st.integers(1, 12), st.integers(1, 12))
def test_ticks_of_all_partitions_together_reach_each_next_partition_once(of: int, goals: int) -> None:
    reached = [goal for partition in range(of) for goal in ticked(partition, of, goals)]
    assert sorted(reached) == list(range(goals))
