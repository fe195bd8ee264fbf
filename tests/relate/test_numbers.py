from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.numbers import FEWEST, KEPT, are_others, kept
from tests.relate.texts import Texts, shingled

QUAKE = (
    "A magnitude {} earthquake struck {} kilometres off the coast on {}, the Geological Survey said. The quake "
    "hit at {} local time at a depth of {} kilometres. There were no reports of damage, and no tsunami warning "
    "was issued. The region lies on the Ring of Fire, where earthquakes are frequent because plates meet there."
)
MONDAY, FRIDAY = ("5.1", "63", "Monday", "03:12", "20"), ("6.4", "112", "Friday", "14:40", "35")


def numbers(text: str) -> bytes:
    return shingled("", text).numbers


@pytest.mark.parametrize("text", ["", "No number at all", "In 2026 as in 1998", "0", "B2 and x86"])
def test_years_zeros_and_names_are_no_numbers(text: str) -> None:
    assert numbers(text) == b""


def test_numbers_are_the_same_in_whatever_way_they_are_set() -> None:
    assert numbers("12,031 people, 2.5 per cent, at 14:40") == numbers("Um 14.40 Uhr waren es 2,5 % von 12.031")


def test_a_form_filled_in_again_is_no_copy() -> None:
    assert Texts(QUAKE.format(*MONDAY)).find("", QUAKE.format(*FRIDAY)) is None


def test_with_the_same_numbers_it_is_one() -> None:
    told = QUAKE.format(*MONDAY).replace("struck", "shook the sea").replace("no reports", "no first reports")
    assert Texts(QUAKE.format(*MONDAY)).original("", told) == "a"


def test_a_text_brought_up_to_date_is_a_copy() -> None:
    later = QUAKE.format("5.2", "63", "Monday", "03:12", "24").replace("no reports", "first reports")
    assert Texts(QUAKE.format(*MONDAY)).original("", later) == "a"


def test_few_numbers_say_nothing() -> None:
    few = QUAKE.replace("{} local time", "noon").replace("{} kilometres off", "far off")
    assert Texts(few.format("5", "Monday", "20")).original("", few.format("6", "Friday", "35")) == "a"


def test_a_longer_text_with_numbers_of_its_own_is_a_copy() -> None:
    tail = " ".join(
        f"{number} houses in street {number + 50} of the town were looked at." for number in range(9, 18)
    )
    assert Texts(QUAKE.format(*MONDAY)).original("", QUAKE.format(*MONDAY) + " " + tail) == "a"


@given(st.sets(st.integers(1, 9999), max_size=40), st.sets(st.integers(1, 9999), max_size=40))
def test_a_text_never_has_other_numbers_than_itself(shared: set[int], more: set[int]) -> None:
    said = numbers(" ".join(map(str, shared)))
    assert not are_others(said, kept(said))
    assert len(kept(numbers(" ".join(map(str, shared | more))))) <= 2 * KEPT
    assert not are_others(numbers(" ".join(map(str, list(more)[: FEWEST - 1]))), kept(said))


NOTICE = (
    "{}, of {}, died on Sunday at home among family. Born in {}, {} worked for many years as {}. A funeral will "
    "be held at St. Anne's on Friday. In lieu of flowers, donations may be made to the Hospice of the Sound. All "
    "arrangements are in the hands of Tully and Sons Funeral Home."
)
QUILL = NOTICE.format("Mary Quill", "Little Marsh", "Saltmere", "Mary", "a nurse at the county hospital")
REED = NOTICE.format("Thomas Reed", "Saltmere", "Carrow", "Thomas", "a harbour pilot")


def test_a_form_of_one_publisher_is_filled_in_again_under_another_title() -> None:
    texts = Texts()
    texts.add(QUILL, title="Mary Quill, 84, of Little Marsh", domain="sentinel.example")
    assert texts.find("Thomas Reed, 71, of Saltmere", REED, domain="sentinel.example") is None
    assert texts.find("Thomas Reed, 71, of Saltmere", REED, domain="courier.example") is not None
    assert texts.find("Notice of the death of Mary Quill", REED, domain="sentinel.example") is not None
    assert texts.find("Thomas Reed, 71, of Saltmere", QUILL, domain="sentinel.example") is not None
