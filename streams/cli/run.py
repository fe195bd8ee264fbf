"""Commands that run the stages: on feeds, and on articles from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams.cli.options import Data, Json, Notify, finish, print_json, say, tell
from streams.cli.progress import progress
from streams.wording import many

app = typer.Typer()


@app.command()
def run(
    feeds: Annotated[
        list[str] | None,
        typer.Option("--feeds", metavar="FILE-or-URL", help="OPML file, list of URLs, or a feed; repeatable."),
    ] = None,
    data: Data = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="Make the alert rules of this file the live ones."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Poll each feed once, process to the end, exit.")] = False,
    port: Annotated[int | None, typer.Option("--port", help="Port of the page (STREAMS_PORT).")] = None,
    notify: Notify = False,
    as_json: Json = False,
) -> None:
    """Run the embedded pipeline with its page.

    With no feeds named and none in the folder, it reads the bundled sample.
    """
    from streams import logs
    from streams.run import run_forever, run_once
    from streams.settings import load

    settings = load(data=data, port=port)
    logs.configure(settings)
    if not once:
        finish(run_forever(settings, feeds or [], rules, notify=notify, say=tell))
        return
    summary = finish(run_once(settings, feeds or [], rules, notify=notify, say=tell))
    if as_json:
        print_json(summary)
    else:
        say(", ".join(f"{name} {count}" for name, count in msgspec.structs.asdict(summary).items()))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines of articles.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the decisions go.")] = None,
    data: Data = None,
    notify: Notify = False,
) -> None:
    """Pass articles from a file through the stages after reading.

    To try things out, to measure, to load an archive.
    """
    from streams import logs
    from streams.replay import replay as pass_through
    from streams.rows import count_rows
    from streams.settings import load

    settings = load(data=data)
    logs.configure(settings)
    with progress(file.name, count_rows(file)) as done:
        count = finish(pass_through(settings, file, out, notify=notify, done=done))
    tell(f"{many(count, 'article')} passed; data in {settings.data}/")
