"""The simulation of the schedule, on a world small enough for every test run."""

from __future__ import annotations

import statistics

import pytest

from benchmarks.polling import Outcome, Simulation, fixed
from benchmarks.world import DAY_S, SimulatedFeed, make_world
from streams.settings import load

DAYS = 4


@pytest.fixture(scope="module")
def world() -> list[SimulatedFeed]:
    return make_world(300, DAYS + 1)


@pytest.fixture(scope="module")
def ours(world: list[SimulatedFeed]) -> Outcome:
    return Simulation(world, load()).run(DAYS * DAY_S)


def test_items_come_sooner_than_at_a_quarter_of_an_hour_with_less_than_half_of_the_requests(
    world: list[SimulatedFeed], ours: Outcome
) -> None:
    quarter = fixed(world, 900, DAYS * DAY_S)
    assert statistics.fmean(ours.delays) < statistics.fmean(quarter.delays)
    assert ours.requests < quarter.requests / 2
    assert ours.wasted / ours.requests < quarter.wasted / quarter.requests


def test_almost_all_polls_begin_on_time_and_no_host_is_flooded(ours: Outcome) -> None:
    assert ours.late < 0.01 * ours.requests
    assert ours.busiest <= 3600


def test_the_same_world_comes_to_the_same(world: list[SimulatedFeed]) -> None:
    again = [Simulation(world, load()).run(DAY_S / 4) for _ in range(2)]
    assert again[0] == again[1]
