"""The commands put together, and what their errors look like: one line on stderr, exit status 2 or 1.

The modules of the commands import what they work with inside each command: what one needs, the others and
`--help` do not wait for.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from streams import __version__
from streams.cli import (
    alerts,
    care,
    channels,
    cluster,
    deadletters,
    entities,
    feeds,
    files,
    look,
    rules,
    run,
    searches,
    serve,
    tokens,
)
from streams.errors import QueryError, StreamsError, UsageError
from streams.garbage import keep_what_stays
from streams.library_logs import as_it_is, show_libraries

app = typer.Typer(
    name="streams",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for commands in (run.app, files.app, look.app, cluster.app, serve.app, care.app):
    app.add_typer(commands)
app.add_typer(feeds.app, name="feeds")
app.add_typer(entities.app, name="entities")
app.add_typer(rules.app, name="rules")
app.add_typer(alerts.app, name="alerts")
app.add_typer(channels.app, name="channels")
app.add_typer(tokens.app, name="tokens")
app.add_typer(searches.app, name="searches")
app.add_typer(deadletters.app, name="deadletters")


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"streams {__version__}\n")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """News monitoring: feeds in; clean articles, entities, stories, alerts and search out."""


def main() -> None:
    """The `streams` program."""
    keep_what_stays()
    _speak_utf8()
    show_libraries(as_it_is)
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command; returns the exit status, which is 130 after Ctrl-C."""
    try:
        status = app(arguments, standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _fail(f"{_told(error)} (--help shows what can be given)", 2)
    except QueryError as error:
        said, *drawn = str(error).splitlines()  # the last line points to the place, which the first one tells
        return _fail(f"{said}, in {drawn[0].strip()}" if drawn else said, 2)
    except StreamsError as error:
        return _fail(str(error), 2 if isinstance(error, UsageError) else 1)
    except OSError as error:
        _drop_output()
        return 1 if isinstance(error, BrokenPipeError) else _fail(str(error), 1)
    return status if isinstance(status, int) else 0


def _told(error: TyperException) -> str:
    """Typer's own wording, with the option's name; its method is on the concrete classes only."""
    wording = getattr(error, "format_message", error.__str__)
    return str(wording()).replace(": Value error, ", ": ")


def _fail(message: str, status: int) -> int:
    """A line on stderr; a file of rules has one for each rule that is wrong."""
    sys.stderr.writelines(f"streams: {line}\n" for line in message.splitlines())
    return status


def _drop_output() -> None:
    """What could not be written, since its reader is gone or the disk full, is not tried again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speak_utf8() -> None:
    """JSON is UTF-8 wherever we run, and no character of an article or a file's name ends a command."""
    streams = (sys.stdin, "surrogateescape"), (sys.stdout, "replace"), (sys.stderr, "backslashreplace")
    for stream, errors in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
