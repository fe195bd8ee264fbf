"""The simulation of the schedule, on a world small enough for every test run."""

from __future__ import annotations

import pytest

from benchmarks.delays import Delays, Outcome
from benchmarks.polling import known_of
from benchmarks.simulation import Simulation, fixed
from benchmarks.world import DAY_S, REDIRECTED_S, Host, Move, SimulatedFeed, World, make_world
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
    assert ours.delays.mean_s < quarter.delays.mean_s
    assert ours.requests < quarter.requests / 2
    assert ours.wasted / ours.requests < quarter.wasted / quarter.requests


def test_no_schedule_is_much_better_even_with_all_rates_known_beforehand(
    world: list[SimulatedFeed], ours: Outcome
) -> None:
    least_s = known_of(world, DAYS).least_delay_s(ours.requests)
    assert 0.8 * least_s < ours.delays.mean_s < 1.4 * least_s


def test_almost_all_polls_begin_on_time_and_no_host_is_flooded(ours: Outcome) -> None:
    assert ours.late < 0.01 * ours.requests
    assert ours.busiest <= 3600


def test_the_same_world_comes_to_the_same(world: list[SimulatedFeed]) -> None:
    again = [Simulation(world, load()).run(DAY_S / 4).figures() for _ in range(2)]
    assert again[0] == again[1]


def test_a_world_is_the_same_whole_or_in_parts(world: list[SimulatedFeed]) -> None:
    whole = World(300, DAYS + 1)
    parts = whole.parts(50)
    assert len(parts) > 1
    assert [feed for part in parts for feed in whole.part(part)] == world


def test_a_feed_that_moves_is_followed_and_loses_nothing() -> None:
    items = [hour * 3600.0 for hour in range(24 * 20)]
    move = Move(2 * DAY_S, Host("new.example", ()))
    feed = SimulatedFeed("1", Host("old.example", ()), items, (), move)
    outcome = Simulation([feed], load()).run(2 * DAY_S + REDIRECTED_S + 3 * DAY_S)
    assert outcome.lost == 0
    assert outcome.delays.count > 24 * 19 - 3


def test_delays_have_their_mean_and_quantiles_whole_or_joined() -> None:
    whole, part = Delays(), Delays()
    whole.add([10.0, 20.0, 30.0])
    part.add([40.0, 1e9])
    whole.join(part)
    assert whole.count == 5
    assert whole.mean_s == pytest.approx((100.0 + 1e9) / 5)
    assert whole.quantile_s(0.5) == 30.0
