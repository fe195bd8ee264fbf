"""The command line as people use it, in this process: arguments in, exit status and text out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from streams.cli.app import call


class Said(NamedTuple):
    """What one command printed and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON line that was printed."""
        (line,) = self.out.splitlines()
        return json.loads(line)


Streams = Callable[..., Said]


@pytest.fixture
def streams(capsys: pytest.CaptureFixture[str]) -> Streams:
    """Runs `streams` with the given arguments."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        status = call([str(argument) for argument in arguments])
        return Said(status, *capsys.readouterr())

    return run
