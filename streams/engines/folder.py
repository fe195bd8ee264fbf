"""A data folder's claim: one process at a time runs the stages over it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.errors import DataFolderError

FILE = "running.lock"


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder; the claim goes with the process, however that ends.

    Raises DataFolderError when another process holds it.
    """
    with (folder / FILE).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise DataFolderError(
                f"data folder {folder} is in use by process {lock.read().strip() or 'unknown'}: "
                "stop it, or choose another folder with --data"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
