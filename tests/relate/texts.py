"""Remembered texts, as the stage remembers those of articles."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from streams.relate.anchors import AnchorIndex
from streams.relate.copies import Arriving, Copy, find_copy, look_up
from streams.relate.related import CopyOf
from streams.relate.shingles import Shingles, shingle
from streams.relate.sketches import Sketch
from tests.factories import NOON


def shingled(title: str, body: str) -> Shingles:
    """One article's shingles."""
    return shingle([(title, body)])[0]


class Kept(msgspec.Struct, frozen=True):
    """What a stage remembers of an article."""

    seq: int
    published: datetime
    sketch: Sketch
    copy_of: CopyOf | None = None
    domain: str = ""
    title: str = ""


class Texts:
    """Remembered articles called a, b, c… in order of arrival, if not by another name."""

    def __init__(self, *texts: str) -> None:
        self._index = AnchorIndex()
        self._kept: dict[str, Kept] = {}
        for text in texts:
            self.add(text)

    def add(
        self, text: str, copy_of: CopyOf | None = None, title: str = "", name: str | None = None, domain: str = ""
    ) -> None:
        seq = len(self._kept) + 1
        name = name or (chr(ord("a") + seq - 1) if seq <= 26 else f"n{seq}")
        self._kept[name] = Kept(seq, NOON, shingled(title, text).sketch, copy_of, domain, title)
        self._index.add(name, seq, self._kept[name].sketch.anchors)

    def forget(self, name: str) -> None:
        del self._kept[name]

    def find(
        self, title: str, body: str = "", days: float = 0, name: str = "new", domain: str = ""
    ) -> Copy | None:
        [worded] = look_up([shingled(title, body)], self._index)
        arriving = Arriving(name, title, domain, NOON + timedelta(days=days))
        return find_copy(arriving, worded, self._index, self._kept.get)

    def original(self, title: str, body: str = "", days: float = 0) -> str | None:
        found = self.find(title, body, days)
        return found.original if found else None
