from __future__ import annotations

import pytest

from streams.relate.sounds import sound_of


@pytest.mark.parametrize(
    "spellings",
    [
        "alexander lukashenko|alyaksandr lukashenka|aleksandr lukashenko",
        "volodymyr zelensky|volodymyr zelenskyy|volodymyr zelenskiy",
        "yulia tymoshenko|julia timoshenko|yuliya tymoshenko",
        "alexei navalny|aleksey navalny|alexey navalnyy",
        "dmitry medvedev|dmitri medvedev|dmitriy medvedev",
        "sergei shoigu|sergey shoygu",
        "mikhail khodorkovsky|mikhail khodorkovskiy",
        "yevgeny prigozhin|evgeny prigozhin|yevgeniy prigozhin",
        "nikita khrushchev|nikita khruschev",
    ],
)
def test_spellings_of_one_name_sound_the_same(spellings: str) -> None:
    assert len({sound_of(name.split()) for name in spellings.split("|")}) == 1


@pytest.mark.parametrize(
    "names",
    [
        "daniel johnson|daniela johnson",
        "robert taylor|roberta taylor",
        "alexei navalny|yulia navalnaya",
        "hans andersen|hans anderson",
        "mario sharapov|maria sharapova",
        "john smith|john smyth",
        "bill gates|bill yates",
        "anna ivanov|anna ivanova",
    ],
)
def test_other_people_do_not(names: str) -> None:
    assert len({sound_of(name.split()) for name in names.split("|")}) == 2
