"""The bundled sample at a port of its own: at the usual one another test may listen between two starts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from streams import codec
from streams.sample.start import FILE, Start
from tests.ports import free_port


def sample_folder(data: Path, first: datetime) -> Path:
    """A data folder on which the sample was started first at this time, with nothing read yet."""
    data.mkdir(parents=True)
    (data / FILE).write_bytes(codec.encode(Start(anchor=first, port=free_port())))
    return data
