"""`streams deadletters …` on a data folder: what was put aside is listed, shown, and given another try."""

from __future__ import annotations

from base64 import b64encode
from contextlib import closing
from pathlib import Path

import pytest

from streams.engines.embedded import EmbeddedEngine
from streams.engines.letters import letter_id
from streams.engines.sqlite import Store
from streams.records import DeadLetter, Topic
from streams.stage import Output
from tests.cli.conftest import Streams
from tests.factories import NOON

LETTERS = [
    DeadLetter(
        stage="tag", error=f"boom {number}", topic="articles", key="k", offset=number, value=b"\x1b junk", at=NOON
    )
    for number in (1, 2)
]
FIRST, SECOND = map(letter_id, LETTERS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(EmbeddedEngine.open(tmp_path / "data", create=True)) as engine:
        engine.store.append([Output(Topic.DEAD_LETTERS, "k", letter) for letter in LETTERS])
    return tmp_path / "data"


def sent_again(folder: Path) -> list[bytes]:
    with closing(Store(folder)) as store:
        return [row.value for row in store.records(Topic.ARTICLES)]


def test_they_are_listed_with_the_reason_and_where_they_came_from(streams: Streams, folder: Path) -> None:
    said = streams("deadletters", "list", "--data", folder)
    assert said.status == 0
    header, first, second = said.out.splitlines()
    assert header.split() == ["id", "at", "stage", "topic", "partition", "offset", "error"]
    assert first.split() == [FIRST, "2026-03-02", "12:00", "tag", "articles", "0", "1", "boom", "1"]
    assert second.startswith(SECOND)
    listed = streams("deadletters", "list", "--data", folder, "--json").json
    assert [(one["id"], one["letter"]["error"]) for one in listed] == [(FIRST, "boom 1"), (SECOND, "boom 2")]
    assert not any("value" in one["letter"] for one in listed)


def test_one_is_shown_with_its_bytes_made_harmless(streams: Streams, folder: Path) -> None:
    said = streams("deadletters", "show", SECOND, "--data", folder)
    assert "tag put it aside at 2026-03-02T12:00:00+00:00: boom 2" in said.out
    assert "\\x1b junk" in said.out
    assert "\x1b" not in said.out
    shown = streams("deadletters", "show", SECOND, "--data", folder, "--json").json
    assert shown["value"] == b64encode(b"\x1b junk").decode()


def test_one_that_is_given_another_try_is_no_dead_letter_any_more(streams: Streams, folder: Path) -> None:
    assert streams("deadletters", "replay", FIRST, "--data", folder).out == "1 sent again\n"
    assert sent_again(folder) == [LETTERS[0].value]
    assert [one["id"] for one in streams("deadletters", "list", "--data", folder, "--json").json] == [SECOND]
    stages = streams("status", "--data", folder, "--json").json["stages"]
    assert {stage["stage"]: (stage["lag"], stage["dead_letters"]) for stage in stages}["tag"] == (1, 1)


def test_all_are_given_another_try_once(streams: Streams, folder: Path) -> None:
    assert streams("deadletters", "replay", "--all", "--data", folder).out == "2 sent again\n"
    assert streams("deadletters", "replay", "--all", "--data", folder).out == "0 sent again\n"
    assert len(sent_again(folder)) == 2
    assert streams("deadletters", "list", "--data", folder).out == "No dead letters.\n"


@pytest.mark.parametrize("arguments", [["show", "nosuch"], ["replay", "nosuch"]])
def test_an_id_that_is_not_there_is_an_error_that_says_where_ids_are(
    streams: Streams, folder: Path, arguments: list[str]
) -> None:
    said = streams("deadletters", *arguments, "--data", folder)
    assert (said.status, said.out) == (2, "")
    assert said.err == "streams: no dead letter nosuch: `streams deadletters list` shows the ids\n"


@pytest.mark.parametrize("arguments", [[], [FIRST, "--all"]])
def test_which_ones_to_replay_must_be_said(streams: Streams, folder: Path, arguments: list[str]) -> None:
    said = streams("deadletters", "replay", *arguments, "--data", folder)
    assert said.status == 2
    assert "--all" in said.err
    assert sent_again(folder) == []
