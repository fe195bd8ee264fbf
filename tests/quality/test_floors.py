"""Quality is a test: no figure falls below its floor, and no floor stays behind.

The outside sets are measured by `-m slow`, where STREAMS_EVAL names their folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.quality import floors
from tests.quality.floors import Floors, faults
from tests.quality.scores import Score
from tests.quality.sets import OUTSIDE, data_sets

EVALUATION = Path(os.environ["STREAMS_EVAL"]) if "STREAMS_EVAL" in os.environ else None
FLOORS = floors.read()
SETS = data_sets(EVALUATION)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in OUTSIDE else []) for name in FLOORS]
)
def test_no_figure_is_below_its_floor_and_no_floor_is_far_below_its_figure(name: str, tmp_path: Path) -> None:
    if name in OUTSIDE and EVALUATION is None:
        pytest.skip("STREAMS_EVAL does not name the folder of the outside data")
    found = SETS[name]
    assert faults(FLOORS[name], found.sha256(), found.measure(tmp_path)) == []


def test_every_data_set_has_floors() -> None:
    assert set(FLOORS) == {*data_sets(None), *OUTSIDE}


FLOOR = Floors(sha256="1234", figures={"copies": Score(0.9, 0.5), "names": Score(0.7, 0.7)})


@pytest.mark.parametrize(
    ("copies", "fault"),
    [
        (Score(0.9, 0.5), None),
        (Score(0.92, 0.52), None),
        (Score(0.89, 0.5), "copies: precision 0.890 is below its floor 0.9"),
        (Score(0.92, 0.6), "copies: recall 0.600 is far above its floor 0.5: raise that"),
    ],
    ids=["at the floor", "a little above", "below", "far above"],
)
def test_a_figure_stands_on_its_floor(copies: Score, fault: str | None) -> None:
    found = faults(FLOOR, "1234", {"copies": copies, "names": Score(0.7, 0.7)})
    assert found == ([fault] if fault else [])


def test_other_data_asks_for_other_floors_whatever_is_measured() -> None:
    [fault] = faults(FLOOR, "5678", dict(FLOOR.figures))
    assert "data has changed" in fault
    assert "5678" in fault


@pytest.mark.parametrize("measured", [{"copies": Score(1, 1)}, {**FLOOR.figures, "more": Score(1, 1)}])
def test_every_figure_needs_a_floor_and_every_floor_its_figure(measured: dict[str, Score]) -> None:
    [fault] = faults(FLOOR, "1234", measured)
    assert "without" in fault
