"""YAML mappings with the place of each value, and a list of everything that is wrong with them.

Every scalar is taken as the text that was written: `no` is a word to search for here and `1:30` no number. A
file's mappings are composed one at a time: all nodes of a file take fifty times its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

import yaml
from yaml._yaml import CParser
from yaml.composer import Composer, ComposerError
from yaml.events import MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent, StreamEndEvent
from yaml.resolver import BaseResolver

from streams.errors import RuleError, UsageError

T = TypeVar("T")

MAX_BYTES = 1_000_000
DURATION = re.compile(r"([0-9]{1,9}) ?([dhms]?)")
MAX_DURATION_S = 3650 * 86400
UNITS_S = {"d": 86400, "h": 3600, "m": 60, "s": 1}
MOST_PROBLEMS = 50
KINDS = {yaml.ScalarNode: "text", yaml.SequenceNode: "a list", yaml.MappingNode: "keys and values"}
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters other than white space, and half characters, that YAML's escapes can bring in."""


class Place(NamedTuple):
    """Where something stands; `line` and `column` count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problems:
    """What is wrong with one or more files, in the order found; told of as an error of the kind given."""

    def __init__(self, error: type[UsageError] = RuleError) -> None:
        self._error = error
        self._lines: list[str] = []

    def add(self, place: Place, message: str) -> None:
        """Note one thing that is wrong and what to do about it."""
        self._lines.append(f"{place}: {message}")

    def refuse(self) -> None:
        """Raise the error, one line a problem, when there is any."""
        if not self._lines:
            return
        more = len(self._lines) - MOST_PROBLEMS
        shown = self._lines[:MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        raise self._error("\n".join(shown))


class Entry:
    """One mapping of a file. Reading a value that is wrong notes the problem and gives the default."""

    def __init__(self, file: str, node: yaml.MappingNode, problems: Problems) -> None:
        self.place = _place(file, node)
        self._problems = problems
        self._keys: dict[str, yaml.Node] = {}
        self._values: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else KINDS[type(key_node)]
            if key in self._keys:
                self.wrong(f"{key[:40]!r} stands twice: keep one", key_node)
            self._keys[key], self._values[key] = key_node, value

    def check_keys(self, known: Collection[str], required: Collection[str]) -> None:
        """Note keys that are unknown, and keys that are missing unless one of the unknown may be meant."""
        meant: set[str] = set()
        for key, node in self._keys.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                meant.update(near)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                self.wrong(f"unknown key {key[:40]!r}: {hint}", node)
        for key in required:
            if key not in self._keys and key not in meant:
                self.wrong(f"{key} is missing: {' and '.join(required)} are needed")

    def has(self, key: str) -> bool:
        """Whether the entry gives a value for a key."""
        return key in self._values

    def says(self, key: str, value: str) -> bool:
        """Whether the entry gives just that value for a key."""
        node = self._values.get(key)
        return isinstance(node, yaml.ScalarNode) and str(node.value) == value

    def read(self, key: str, reader: Callable[[yaml.Node], T], default: T) -> T:
        """The value of a key; `reader` raises ValueError, saying what to do, for one that is wrong."""
        node = self._values.get(key)
        if node is None:
            return default
        try:
            return reader(node)
        except ValueError as error:
            self.wrong(f"{key}: {error}", node)
            return default

    def wrong_at(self, key: str, message: str) -> None:
        """Note a problem with a key that is there."""
        self.wrong(message, self._keys[key])

    def wrong(self, message: str, node: yaml.Node | None = None) -> None:
        """Note a problem at `node`, else at the entry's first line."""
        self._problems.add(_place(self.place.file, node) if node else self.place, message)


def entries(
    data: bytes | str, file: str, top: str, problems: Problems, max_bytes: int = MAX_BYTES
) -> Iterator[Entry]:
    """The mappings of a file's list, which is the whole file or stands under the key `top`."""
    if len(data) > max_bytes:
        problems.add(Place(file, 1), f"larger than {max_bytes:,} bytes: split it, a folder of files is taken too")
        return
    try:
        for node in _items_of(_Loader(data), file, top, problems):
            if isinstance(node, yaml.MappingNode):
                yield Entry(file, node, problems)
            else:
                problems.add(_place(file, node), f"takes keys and values, not {KINDS[type(node)]}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1)
        problems.add(place, f"not YAML: {error.problem or error.context}")
    except (yaml.YAMLError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())
        problems.add(Place(file, 1), f"not YAML: {reason}")


class _Loader(Composer, CParser, BaseResolver):
    """libyaml's events, and nodes made of them; raises YAMLError."""

    def __init__(self, data: bytes | str) -> None:
        CParser.__init__(self, data)
        Composer.__init__(self)
        BaseResolver.__init__(self)


def _items_of(loader: Any, file: str, top: str, problems: Problems) -> Iterator[yaml.Node]:
    """The items of the list that is the document or stands under its key `top`, each when it is asked for."""
    loader.get_event()  # the stream begins
    if not loader.check_event(StreamEndEvent):
        loader.get_event()  # the document begins
    if loader.check_event(SequenceStartEvent):
        yield from _listed(loader)
    elif loader.check_event(MappingStartEvent):
        yield from _under(loader, file, top, problems)
    else:
        problems.add(Place(file, 1), f"holds no list of {top}: write `{top}: []` to have none")
        return
    loader.get_event()  # the document ends
    if not loader.check_event(StreamEndEvent):
        mark = loader.get_event().start_mark
        raise ComposerError("expected a single document", mark, "but found another document", mark)


def _under(loader: Any, file: str, top: str, problems: Problems) -> Iterator[yaml.Node]:
    begin, pairs = loader.get_event(), []
    while not loader.check_event(MappingEndEvent):
        key = loader.compose_node(None, None)
        mark = loader.peek_event().start_mark
        if isinstance(key, yaml.ScalarNode) and key.value == top and loader.check_event(SequenceStartEvent):
            yield from _listed(loader)
            pairs.append((key, yaml.SequenceNode("", [], mark)))
        else:
            pairs.append((key, loader.compose_node(None, None)))
    whole = Entry(file, yaml.MappingNode("", pairs, begin.start_mark, loader.get_event().end_mark), problems)
    whole.check_keys([top], [top])
    whole.read(top, _listing, None)


def _listed(loader: Any) -> Iterator[yaml.Node]:
    loader.get_event()
    while not loader.check_event(SequenceEndEvent):
        yield loader.compose_node(None, None)
    loader.get_event()


def text(node: yaml.Node) -> str:
    """A value that is text and not empty. Raises ValueError."""
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"takes text, not {KINDS[type(node)]}")
    value = str(node.value).strip()
    if not value:
        raise ValueError("is empty: give it a value or leave the key out")
    if unfit := UNFIT.search(value):
        raise ValueError(f"holds the control character {unfit.group()!a}: take it out")
    return value


def texts(node: yaml.Node, like: str = "[log, desk]") -> list[str]:
    """A value that is a list of texts, which may be `like` this one. Raises ValueError."""
    if not isinstance(node, yaml.SequenceNode):
        raise ValueError(f"takes a list like {like}, not {KINDS[type(node)]}")
    return [text(item) for item in node.value]


def duration_s(node: yaml.Node) -> float:
    """A value that is a time span, in seconds. Raises ValueError."""
    value = text(node)
    if found := DURATION.fullmatch(value):
        seconds = int(found[1]) * UNITS_S[found[2] or "s"]
        if seconds <= MAX_DURATION_S:
            return float(seconds)
    raise ValueError(f"{value[:40]!r} is no time span: write 90s, 30m, 48h or 7d (at most ten years)")


def duration_text(seconds: float) -> str:
    """A time span as `duration_s` reads it back."""
    whole = int(seconds)
    unit = next(unit for unit, size in UNITS_S.items() if whole % size == 0)
    return f"{whole // UNITS_S[unit]}{unit}"


def _listing(node: yaml.Node) -> None:
    if not isinstance(node, yaml.SequenceNode):
        raise ValueError(f"takes a list, not {KINDS[type(node)]}")


def _place(file: str, node: yaml.Node) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
