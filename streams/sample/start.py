"""When and where the sample was first started: kept in the data folder, so that a second start is the same.

The sample's dates are relative to the first start; were they to move with every start, old items would come
back as revised ones. A feed's id is made of its address, so the port has to stay too.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from streams import codec
from streams.errors import DataFolderError

HOST = "127.0.0.1"
PORT = 8401
"""Where the sample feeds are served unless the port is taken at the first start."""

FILE = "sample.json"


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The first start of the sample on one data folder."""

    anchor: Annotated[datetime, msgspec.Meta(tz=True)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]


def start_for(data: Path, now: datetime) -> Start:
    """The first start on this data folder, which is `now` when there was none; then it is written down.

    Raises DataFolderError when the folder cannot be written or the file in it cannot be read.
    """
    path = data / FILE
    try:
        return codec.decode_as(path.read_bytes(), Start)
    except FileNotFoundError:
        start = Start(anchor=now, port=_free_port())
        _write(path, codec.encode(start))
        return start
    except (OSError, msgspec.DecodeError) as error:
        raise DataFolderError(f"{path} cannot be read ({error}): use another data folder (--data)") from error


def holds_sample(data: Path) -> bool:
    """Whether the sample was started on this data folder; one out of reach holds none."""
    return os.path.exists(data / FILE)


def refuse_sample(data: Path) -> None:
    """Raises DataFolderError when the folder holds the sample: its feeds are asked every few seconds, and what a
    year of real ones brings does not belong beside it.
    """
    if holds_sample(data):
        raise DataFolderError(
            f"data folder {data} holds the bundled sample: choose another for other feeds with --data"
        )


def _write(path: Path, content: bytes) -> None:
    """Write all or nothing, whenever the process is killed."""
    unfinished = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise DataFolderError(f"{path} cannot be written ({error}): use another data folder (--data)") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
