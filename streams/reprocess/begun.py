"""A cluster's re-run as it was begun, and how far it is: kept in its folder, so that it can go on."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from streams import codec
from streams.errors import UsageError
from streams.reprocess.staging import FOLDER
from streams.settings import Settings

FILE = "begun.json"


class Begun(msgspec.Struct, kw_only=True):
    """A re-run of articles read since a time, of the cluster under two prefixes, into indices under `goal`.

    It is `staged` when all that it needs of the old indices and of RELATE's memory is here, and `complete` when it
    only has to be put in place. `filled` names months of documents and stories that have all from before.
    """

    topics: str
    indices: str
    goal: str
    since: datetime | None = None
    articles: int = 0
    staged: bool = False
    months: list[str] = []
    filled: list[str] = []
    complete: bool = False

    def write(self, data: Path) -> None:
        """Keep it, whatever happens."""
        path = data / FOLDER / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_bytes(codec.encode(self))
        os.replace(new, path)

    @classmethod
    def read(cls, data: Path) -> Begun | None:
        """The one of a folder; None where none was begun."""
        try:
            return codec.decode_as((data / FOLDER / FILE).read_bytes(), cls)
        except FileNotFoundError:
            return None

    def refuse_other(self, settings: Settings, since: datetime | None) -> None:
        """Raise UsageError unless it is what is asked for."""
        way_out = "finish that one, or end it with `streams reprocess --give-up`"
        if (self.topics, self.indices) != (settings.topic_prefix, settings.index_prefix):
            raise UsageError(
                f"{settings.data} holds a re-run of the cluster with STREAMS_TOPIC_PREFIX={self.topics} and "
                f"STREAMS_INDEX_PREFIX={self.indices}: {way_out}"
            )
        if self.since != since:
            begun = f"--since {self.since:%Y-%m-%d}" if self.since else "no --since"
            raise UsageError(f"a re-run with {begun} is not finished: {way_out}")
