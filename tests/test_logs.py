"""What a long-running command writes to stderr."""

from __future__ import annotations

import json
import logging
import sys

import pytest
import structlog

from streams import logs
from streams.library_logs import Libraries
from streams.settings import load


def test_where_there_is_no_terminal_programs_read_json_unless_text_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def logged(*, terminal: bool, log_json: bool | None = None) -> bool:
        """Whether a line is JSON."""
        monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
        logs.configure(load(log_json=log_json))
        structlog.get_logger("test").info("feed failed")
        return capsys.readouterr().err.startswith("{")

    assert logged(terminal=False)
    assert not logged(terminal=True)
    assert not logged(terminal=False, log_json=False)
    assert logged(terminal=True, log_json=True)


def test_text_has_no_colours_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_json=False))
    structlog.get_logger("test").info("feed failed", feed="herald", problem="http-404")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "feed failed" in said.err
    assert "problem='http-404'" in said.err
    assert "\x1b" not in said.err


def test_programs_get_a_json_object_a_line_with_the_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_json=True))
    log = structlog.get_logger("test")
    log.warning("feed failed", title="l'\u00e9t\u00e9\nforged line")
    try:
        raise ValueError("no number")
    except ValueError:
        log.exception("batch failed")
    failed, crashed = map(json.loads, capsys.readouterr().err.splitlines())
    assert (failed["event"], failed["level"], failed["title"]) == (
        "feed failed",
        "warning",
        "l'\u00e9t\u00e9\nforged line",
    )
    assert failed["timestamp"].endswith("Z")
    assert "ValueError: no number" in crashed["exception"]


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_level="warning"))
    log = structlog.get_logger("test")
    log.info("alert")
    log.warning("feed failed")
    assert [("alert" in line, "feed failed" in line) for line in capsys.readouterr().err.splitlines()] == [
        (False, True)
    ]


@pytest.mark.parametrize("title", ["two\nlines", "\x1b[31mred", "\r2026-11-23 [info] forged"])
def test_what_comes_from_feeds_forges_no_line_and_no_colour(
    capsys: pytest.CaptureFixture[str], title: str
) -> None:
    logs.configure(load(log_json=False))
    structlog.get_logger("test").info("alert", title=title)
    said = capsys.readouterr().err
    assert (said.count("\n"), "\x1b" in said, "\r" in said) == (1, False, False)


def test_what_goes_wrong_while_a_command_prints_is_beside_what_it_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.beside_output()
    structlog.get_logger("test").info("looked")
    structlog.get_logger("test").warning("topics not followed", in_s=1)
    said = capsys.readouterr()
    assert said.out == ""
    assert "topics not followed" in said.err
    assert "looked" not in said.err


def test_what_libraries_log_is_a_line_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_json=True))
    logs.configure(load(log_json=True))
    logging.getLogger("aiokafka.cluster").error("Topic %s not found in cluster metadata", "feeds")
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["event"], line["level"]) == ("Topic feeds not found in cluster metadata", "error")
    assert line["library"] == "aiokafka"


def test_what_libraries_repeat_is_shown_once_a_minute() -> None:
    shown: list[str] = []
    libraries = Libraries(lambda _, line: shown.append(line), iter([0, 0.1, 0.2, 59, 61]).__next__)
    for what in ("away", "away", "there", "away", "away"):
        libraries.emit(logging.LogRecord("aiokafka", logging.ERROR, "", 0, "Kafka is %s", (what,), None))
    assert shown == ["Kafka is away", "Kafka is there", "Kafka is away"]
