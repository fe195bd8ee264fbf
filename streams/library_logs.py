"""What libraries log, the same line once a minute: some say many times a second that a service is away."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

AGAIN_S = 60.0
MOST_KNOWN = 1000
Show = Callable[[logging.LogRecord, str], None]


class Libraries(logging.Handler):
    """Passes on what is logged, but for what was said within AGAIN_S."""

    def __init__(self, show: Show, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._show, self._seconds = show, seconds
        self._said: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one on."""
        line, now = record.getMessage(), self._seconds()
        if line in self._said and now - self._said[line] < AGAIN_S:
            return
        if len(self._said) >= MOST_KNOWN:
            self._said.clear()
        self._said[line] = now
        self._show(record, line)


def show_libraries(show: Show) -> None:
    """From now on, show what libraries log in this way alone."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, Libraries)]:
        root.removeHandler(handler)
    root.addHandler(Libraries(show))


def as_it_is(_: logging.LogRecord, line: str) -> None:
    """For a command that is soon over: the bare line on stderr."""
    sys.stderr.write(f"{line}\n")
