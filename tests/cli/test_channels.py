from __future__ import annotations

from pathlib import Path

import pytest

from streams.codec import decode
from streams.records import Delivery
from tests.cli.conftest import Streams


def test_channels_are_listed_without_their_addresses(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_CHANNELS", '{"desk": "https://hooks.example/t0ken"}')

    printed = streams("channels", "list").out

    assert [line.split()[0] for line in printed.splitlines()[1:]] == ["desk", "file", "log"]
    assert "t0ken" not in printed


def test_a_test_alert_goes_to_the_channel(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "told.jsonl"
    monkeypatch.setenv("STREAMS_CHANNELS", f'{{"desk": "file://{file}"}}')

    assert streams("channels", "test", "desk").out == "desk took the test alert\n"

    told = decode(file.read_bytes())
    assert isinstance(told, Delivery)
    assert told.alert.title == "This is a test: nothing happened"


def test_a_channel_that_is_not_there_is_said(streams: Streams) -> None:
    said = streams("channels", "test", "nowhere")

    assert said.status == 2
    assert "no channel nowhere: `streams channels list`" in said.err
