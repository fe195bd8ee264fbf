"""Articles from a file: what each row becomes, what a second replay adds, and who is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streams import replay as replaying
from streams.clock import now
from streams.engines.embedded import EmbeddedEngine
from streams.engines.folder import claimed
from streams.errors import DataFolderError, UsageError
from streams.index.search import DocumentQuery
from streams.records import Document
from streams.replay import replay
from streams.rows import count_rows, read_rows
from streams.settings import Settings, load
from tests.factories import rule

BRIDGE = (
    "The harbour bridge was closed to all traffic on Monday morning after engineers found cracks in two of its "
    "pillars, and ferries will carry commuters across the bay until at least the end of the month, the city said."
)
VOLCANO = (
    "Mount Sarrat threw ash six kilometres into the sky before dawn, and the airport of the island was closed "
    "while villages on the eastern slope were told to keep their doors and windows shut."
)
OUT = Path("out.jsonl")
Rows = list[dict[str, Any]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", models={}, title_model="")


def row(row_id: str | int, title: str, text: str = "", **fields: Any) -> dict[str, Any]:
    return {"id": row_id, "title": title, "text": text} | fields


def passed(settings: Settings, file: Path, out: Path | None, *, notify: bool = False) -> list[int]:
    """Replay a file; returns the steps of the progress."""
    steps: list[int] = []
    rows = asyncio.run(replay(settings, file, out, notify=notify, done=steps.append))
    assert sum(steps) == rows
    return steps


def replayed(settings: Settings, rows: Rows, *, notify: bool = False) -> Rows:
    """Replay rows; returns the lines."""
    passed(settings, rows_file(*rows), OUT, notify=notify)
    return [json.loads(line) for line in OUT.read_text().splitlines()]


def rows_file(*rows: dict[str, Any] | str) -> Path:
    """A file of rows, or of lines as they are given."""
    file = Path("rows.jsonl")
    file.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows))
    return file


def stored(settings: Settings) -> list[Document]:
    with closing(EmbeddedEngine.open(settings.data)) as engine:
        return list(engine.search.scan(DocumentQuery()))


def with_rule(settings: Settings) -> None:
    with closing(EmbeddedEngine.open(settings.data, create=True)) as engine:
        engine.apply_rules([rule(query="bridge", channels=["file"])])


def test_lines_come_in_the_order_of_the_rows_with_ids_as_given(settings: Settings) -> None:
    rows = [row(7, "Bridge closed", BRIDGE), row("8", "Volcano erupts", VOLCANO), row(2, "Letters to the editor")]
    lines = replayed(settings, rows)
    assert [line["id"] for line in lines] == [7, "8", 2]
    assert {line["story_id"] for line in lines} == {document.id for document in stored(settings)}
    assert [line["copy_of"] for line in lines] == [None] * 3


def test_the_order_holds_across_the_parts_that_a_file_is_read_in(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "CHUNK", 3)
    rows = [row(n, f"Bridge {n}", BRIDGE, publisher=f"Paper {n}") for n in range(8)]
    lines = replayed(settings, rows)
    assert [line["id"] for line in lines] == list(range(8))
    assert [line["copy_of"] for line in lines] == [None, *[0] * 7]
    assert len({line["story_id"] for line in lines}) == 1


def test_a_copy_and_an_exact_repeat_point_to_the_earlier_row(settings: Settings) -> None:
    address = {"url": "https://herald.example/bridge", "publisher": "Herald"}
    rows = [
        row("first", "Bridge closed", BRIDGE, **address),
        row("again", "Bridge closed", BRIDGE, **address),
        row("elsewhere", "Bridge closed", BRIDGE, url="https://courier.example/1", publisher="Courier"),
    ]
    lines = replayed(settings, rows)
    assert [line["copy_of"] for line in lines] == [None, "first", "first"]
    assert len({line["story_id"] for line in lines}) == 1
    assert len(stored(settings)) == 2


def test_a_second_replay_of_a_file_adds_nothing_and_says_the_same(settings: Settings) -> None:
    rows = [
        row(1, "Bridge closed", BRIDGE, url="https://herald.example/bridge", ts="2026-03-02T12:00:00Z"),
        row(2, "Bridge closed", BRIDGE, publisher="Courier", ts="2026-03-02T13:00:00Z"),
        row(3, "Volcano erupts", VOLCANO),
    ]
    first = replayed(settings, rows)
    before = stored(settings)
    assert replayed(settings, rows) == first
    assert stored(settings) == before


def test_a_story_that_comes_back_names_its_earlier_self(settings: Settings) -> None:
    later = {"publisher": "Courier", "ts": "2026-04-20T08:00:00Z"}
    rows = [
        row(1, "Mount Sarrat erupts, airport closed", VOLCANO, ts="2026-03-02T08:00:00Z"),
        row(
            2,
            "Mount Sarrat erupts again, airport closed",
            "Ash from Mount Sarrat closed the airport again.",
            **later,
        ),
    ]
    first, second = replayed(settings, rows)
    assert first["story_id"] != second["story_id"]
    assert (first["recurs"], second["recurs"]) == (None, first["story_id"])


@pytest.mark.parametrize(
    ("ts", "fetched_at"),
    [
        ("2026-03-02T12:00:00", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T12:00:00+02:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
    ],
    ids=["without a zone it is UTC", "in a zone"],
)
def test_a_rows_time_is_when_it_was_fetched_and_published(
    settings: Settings, ts: str, fetched_at: datetime
) -> None:
    replayed(settings, [row(1, "Bridge closed", BRIDGE, ts=ts)])
    (document,) = stored(settings)
    assert document.fetched_at == document.published == document.created_at == fetched_at


def test_a_row_without_a_time_has_that_of_the_row_before_it_or_now(settings: Settings) -> None:
    started = now()
    replayed(settings, [row(0, "Letters"), row(1, "Bridge", BRIDGE, ts="2026-03-02T12:00:00Z"), row(2, "Ash")])
    times = {document.title: document.fetched_at for document in stored(settings)}
    assert abs(times["Letters"] - started) < timedelta(minutes=5)
    assert times["Ash"] == times["Bridge"] == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_row_without_an_address_is_known_by_its_publisher_and_id(settings: Settings) -> None:
    rows = [
        row(1, "Bridge closed", publisher=" Herald "),
        row(2, "Bridge closed", publisher="Herald"),
        row(3, "Ash"),
    ]
    lines = replayed(settings, rows)
    assert [(document.url, document.source.domain) for document in stored(settings)].count((None, "herald")) == 2
    assert len({document.id for document in stored(settings)}) == 3
    assert all(line["story_id"] for line in lines)
    assert {document.source.domain for document in stored(settings)} == {"herald", ""}


def test_a_row_that_holds_no_words_gets_an_empty_line(settings: Settings) -> None:
    lines = replayed(settings, [row(1, "<p> </p>"), row(2, "Bridge closed")])
    assert lines[0] == {
        "id": 1,
        "story_id": None,
        "recurs": None,
        "copy_of": None,
        "language": None,
        "entities": [],
        "alerts": [],
    }
    assert lines[1]["story_id"]


def test_alerts_are_listed_with_each_row_that_joins_them_and_nobody_is_told(settings: Settings) -> None:
    with_rule(settings)
    rows = [row(1, "Bridge closed", BRIDGE), row(2, "Bridge closed", BRIDGE, publisher="Courier"), row(3, "Ash")]
    lines = replayed(settings, rows)
    assert [line["alerts"] for line in lines] == [[f"bridge.{lines[0]['story_id']}"]] * 2 + [[]]
    assert not (settings.data / "alerts.jsonl").exists()


def test_with_notify_people_are_told_before_it_ends(settings: Settings) -> None:
    with_rule(settings)
    lines = replayed(settings, [row(1, "Bridge closed", BRIDGE)], notify=True)
    (told,) = (settings.data / "alerts.jsonl").read_text().splitlines()
    assert json.loads(told)["alert"]["story_id"] == lines[0]["story_id"]


BAD_LINES: list[tuple[bytes, str]] = [
    (b"no JSON", "JSON is malformed"),
    (b'{"title": "Bridge"}', "missing required field `id`"),
    (b'{"id": 7}', "row 7 has no `title`, `summary` or `text`"),
    (b'{"id": 7, "title": "Bridge", "ts": "yesterday"}', "Invalid RFC3339"),
    (b'{"id": 7, "title": ["Bridge"]}', "Expected `str`, got `array` - at `$.title`"),
    (b'{"id": null, "title": "Bridge"}', "at `$.id`"),
    (b'{"id": 7, "title": "\xff"}', ""),
    (b'{"id": 7, "title": "\\ud800"}', ""),
    (b"[]", "got `array`"),
    (b'{"id": 7, "title": "Bridge", "ts": "9999-12-31T23:00:00-12:00"}', "the year 9999"),
    (b'{"id": 7, "title": "Bridge", "ts": "0001-01-01T00:00:00+14:00"}', "the year 1:"),
]


@pytest.mark.parametrize(("line", "problem"), BAD_LINES)
def test_a_line_that_is_no_row_is_named(line: bytes, problem: str) -> None:
    Path("rows.jsonl").write_bytes(b'{"id": 1, "title": "Bridge"}\n\n' + line + b"\n")
    rows = read_rows(Path("rows.jsonl"))
    assert next(rows).id == 1
    with pytest.raises(UsageError) as refused:
        next(rows)
    assert str(refused.value).startswith("rows.jsonl, line 3: ")
    assert problem in str(refused.value)


def test_the_rows_before_a_bad_line_go_through(settings: Settings) -> None:
    file = rows_file(row(1, "Bridge"), row(2, "Volcano"), "no JSON", row(3, "Never read"))
    with pytest.RaisesGroup(pytest.RaisesExc(UsageError, match="line 3")):
        passed(settings, file, OUT)
    assert {document.title for document in stored(settings)} == {"Bridge", "Volcano"}
    assert [json.loads(line)["id"] for line in OUT.read_text().splitlines()] == [1, 2]


def test_each_row_counts_once_towards_the_progress_whatever_becomes_of_it(settings: Settings) -> None:
    file = rows_file(row(1, "Bridge", BRIDGE), row(1, "Bridge", BRIDGE), "", row(2, "<p> </p>"))
    assert sum(passed(settings, file, None)) == count_rows(file) == 3


def test_an_empty_file_is_no_mistake(settings: Settings) -> None:
    assert replayed(settings, []) == []


@pytest.mark.parametrize("read", [count_rows, lambda path: list(read_rows(path))], ids=["count", "read"])
def test_a_file_that_cannot_be_read_is_named(read: Callable[[Path], object]) -> None:
    with pytest.raises(UsageError, match=r"missing\.jsonl: No such file"):
        read(Path("missing.jsonl"))


def test_a_file_that_cannot_be_written_is_named_before_anything_is_done(settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"missing/out\.jsonl: .*--out"):
        passed(settings, rows_file(row(1, "Bridge")), Path("missing/out.jsonl"))
    assert not settings.data.exists()


def test_a_data_folder_in_use_is_refused(settings: Settings) -> None:
    settings.data.mkdir()
    with claimed(settings.data), pytest.raises(DataFolderError):
        passed(settings, rows_file(row(1, "Bridge")), None)
