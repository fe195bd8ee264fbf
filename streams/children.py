"""Processes that compute for this one, off the interpreter that runs everything else.

They start at the first task, ignore Ctrl-C (the parent finishes its batch and then ends them) and go when the
parent goes, even by `kill -9`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from streams.isolation import ONE_THREAD

P = ParamSpec("P")
T = TypeVar("T")


class Children:
    """So many processes; `start` is called with `args` once in each. Safe to use from several threads."""

    def __init__(self, processes: int, start: Callable[..., None] | None = None, *args: object) -> None:
        self.processes = processes
        self._start, self._args = start, args
        self._lock = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a task done by the first that is free. Raises BrokenProcessPool once a process has died."""
        with self._lock:
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    self.processes,
                    multiprocessing.get_context("spawn"),
                    initializer=_begin,
                    initargs=(self._start, self._args),
                )
            with _interrupts_blocked(), _one_thread_each():
                return self._executor.submit(task, *args, **kwargs)

    def close(self) -> None:
        """End the processes when they have finished what they do; a later task starts new ones."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(cancel_futures=True)


def _begin(start: Callable[..., None] | None, args: tuple[object, ...]) -> None:
    threading.Thread(target=_follow_parent, daemon=True).start()
    if start is not None:
        start(*args)


def _follow_parent() -> None:
    """End with the parent: one killed outright closes no queue, and its children would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Children started inside inherit that SIGINT is blocked, from their first instruction on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children started inside do their algebra in one thread."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
