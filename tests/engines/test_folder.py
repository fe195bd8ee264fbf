"""One process at a time runs the stages over a data folder, however the one before it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.engines.folder import FILE, claimed
from streams.errors import DataFolderError

HOLDS = """
import pathlib, sys, time
from streams.engines.folder import claimed
with claimed(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_claim_names_the_process_that_holds_the_folder(tmp_path: Path) -> None:
    with claimed(tmp_path):
        with (
            pytest.raises(DataFolderError, match=rf"in use by process {os.getpid()}: .*--data"),
            claimed(tmp_path),
        ):
            pass
        assert (tmp_path / FILE).read_text() == str(os.getpid())
    with claimed(tmp_path):
        pass


def test_the_claim_of_a_killed_process_goes_with_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DataFolderError, match=f"process {other.pid}"), claimed(tmp_path):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
    with claimed(tmp_path):
        assert (tmp_path / FILE).read_text() == str(os.getpid())


def test_a_lock_file_with_something_else_in_it_is_no_claim(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("4711 and more than a number")
    with claimed(tmp_path):
        assert (tmp_path / FILE).read_text() == str(os.getpid())
