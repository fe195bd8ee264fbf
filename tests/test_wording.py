from __future__ import annotations

import pytest

from streams.wording import lasting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "5 s"),
        (60, "1 min"),
        (1800, "30 min"),
        (5400, "90 min"),
        (7199.9, "120 min"),
        (3600, "1 h"),
        (86400, "1 day"),
        (172800, "2 days"),
        (31 * 3600 + 700, "31.2 h"),
        (0.5, "0.5 s"),
    ],
)
def test_spans_are_told_in_a_fitting_unit(seconds: float, text: str) -> None:
    assert lasting(seconds) == text
