"""Whose fault it is when nothing answers."""

from __future__ import annotations

from streams.feeds.network import HELD_S, OWNERS, Network


def test_a_host_that_fails_while_others_answer_is_blamed_as_soon_as_one_does() -> None:
    network = Network[str]()
    assert network.silent("a.example", "a1", 100, 0) is None
    assert network.silent("a.example", "a2", 100, 1) is None
    assert network.answered() == ["a1", "a2"]
    assert network.answered() == []
    assert not network.away


def test_hosts_of_several_owners_that_fail_with_no_answer_between_mean_that_we_are_cut_off() -> None:
    network = Network[str]()
    for number in range(OWNERS - 1):
        assert network.silent(f"{number}.example", str(number), 100, number) is None
        assert network.silent(f"{number}.example", f"{number}b", 100, number) is None
    assert network.silent("last.example", "last", 100, 9) is not None
    assert network.away
    assert network.silent("one.example", "x", 100, 10) == ["x"]
    assert network.answered() == []
    assert not network.away


def test_one_owner_with_many_hosts_is_no_outage_of_ours() -> None:
    network = Network[int]()
    assert all(network.silent("host.example", number, 100, 0) is None for number in range(50))


def test_where_few_are_known_all_must_fail_and_of_two_nobody_can_tell() -> None:
    network = Network[str]()
    assert [network.silent(name, name, 3, 0) for name in "abc"] == [None, None, ["a", "b", "c"]]
    network = Network[str]()
    assert [network.silent(name, name, 2, 0) for name in "ab"] == [None, None]


def test_a_failure_does_not_wait_for_ever_for_an_answer_from_elsewhere() -> None:
    network = Network[str]()
    network.silent("a.example", "a", 2, 0)
    network.silent("b.example", "b", 2, 100)
    assert network.overdue(HELD_S - 1) == []
    assert network.overdue(HELD_S) == ["a"]
    assert network.answered() == ["b"]
