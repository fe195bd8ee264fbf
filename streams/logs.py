"""Logging, to stderr: for a command that runs for long as text for a terminal or JSON lines."""

from __future__ import annotations

import logging
import sys

import structlog

from streams.library_logs import show_libraries
from streams.settings import Settings


def configure(settings: Settings) -> None:
    """Log at the level and in the form that the settings say, and what libraries log likewise."""
    as_json = not sys.stderr.isatty() if settings.log_json is None else settings.log_json
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        # Values come from feeds too: written as literals they forge no lines and no colours.
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), repr_native_str=True)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    show_libraries(_as_ours)


def beside_output() -> None:
    """For a command that is soon over: what goes wrong meanwhile is logged beside what it prints, not in it."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _as_ours(record: logging.LogRecord, line: str) -> None:
    log = structlog.get_logger()
    log.log(record.levelno, line, library=record.name.partition(".")[0], exc_info=record.exc_info)
