"""Drawing rows in other orders."""

from __future__ import annotations

import json

from tests.quality.orders import ANY, drawn

ROWS = [json.dumps({"id": number, "ts": f"2026-03-{number + 1:02}"}) for number in range(20)]
BARE = [json.dumps({"id": number}) for number in range(20)]


def ids(rows: list[str]) -> list[int]:
    return [json.loads(row)["id"] for row in rows]


def test_articles_change_places_and_times_stay() -> None:
    rows = drawn(ROWS, 1, ANY)
    assert sorted(ids(rows)) == list(range(20)) != ids(rows)
    assert [json.loads(row)["ts"] for row in rows] == [json.loads(row)["ts"] for row in ROWS]


def test_rows_without_times_get_none() -> None:
    assert set(drawn(BARE, 1, ANY)) == set(BARE)


def test_each_order_is_drawn_by_its_number() -> None:
    assert drawn(ROWS, 1, ANY) == drawn(ROWS, 1, ANY) != drawn(ROWS, 2, ANY)


def test_no_article_moves_further_than_it_may() -> None:
    moved = [abs(place - number) for place, number in enumerate(ids(drawn(ROWS, 3, 3.0)))]
    assert 0 < max(moved) <= 3
