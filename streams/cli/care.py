"""Commands that look after what is stored: moving it and keeping copies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.options import Data, finish, say
from streams.cli.progress import progress

app = typer.Typer()


@app.command()
def migrate(
    data: Data = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Also into a cluster that holds other data; what it knows stays as it is."),
    ] = False,
) -> None:
    """Move all of a data folder to the cluster: articles, stories, alerts, rules, feeds and what is remembered."""
    from streams.migrate.folder import Folder
    from streams.migrate.migration import lines
    from streams.migrate.migration import migrate as move
    from streams.settings import load

    settings = load(data=data)
    with Folder(settings.data) as folder, progress("migrating", folder.size()) as done:
        moved = finish(move(folder, settings, merge=merge, done=done))
    for line in lines(moved):
        say(line)


@app.command()
def backup(
    goal: Annotated[Path, typer.Argument(metavar="DEST", help="A folder that is not there yet.")],
    data: Data = None,
) -> None:
    """Copy a data folder, also while it runs. The copy is a data folder itself."""
    from streams.engines.backup import backup as copy
    from streams.settings import load

    settings = load(data=data)
    copy(settings.data, goal)
    say(f"{settings.data}/ as it was at one moment is in {goal}/")
