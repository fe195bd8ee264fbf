"""Commands for the records that stages put aside."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.cli.options import Data, Json, opened, print_json, print_table, say

app = typer.Typer(help="Records that stages put aside.")
SHOWN_BYTES = 2000

Id = Annotated[str, typer.Argument(metavar="ID", help="As `streams deadletters list` shows it.")]


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the records that were put aside, oldest first."""
    with opened(data) as engine:
        found = engine.dead_letters()
    if as_json:
        print_json([{"id": key, "letter": envelope} for key, envelope in found.items()])
        return
    rows = (
        [key, one.at, one.stage, one.topic, one.partition, one.offset, one.error] for key, one in found.items()
    )
    print_table(["id", "at", "stage", "topic", "partition", "offset", "error"], rows, "No dead letters.")


@app.command()
def show(letter: Id, data: Data = None, as_json: Json = False) -> None:
    """Show one of them with what the record holds."""
    with opened(data) as engine:
        found = engine.dead_letter(letter)
    if as_json:
        print_json(found)
        return
    say(f"{found.stage} put it aside at {found.at.isoformat()}: {found.error}")
    say(f"from {found.topic}, partition {found.partition}, offset {found.offset}, key {found.key!r}")
    say(ascii(found.value[:SHOWN_BYTES])[2:-1])


@app.command()
def replay(
    letter: Annotated[str | None, typer.Argument(metavar="ID", help="Which one; with none, --all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Replay all of them.")] = False,
    data: Data = None,
) -> None:
    """Give a record that was put aside another try.

    Once what was wrong is mended.
    """
    if (letter is None) != everything:
        raise typer.BadParameter("name one dead letter, or say --all")
    with opened(data) as engine:
        if letter:
            engine.dead_letter(letter)  # Raises where there is none.
        letters = {letter} if letter else engine.dead_letters().keys()
        engine.replay(letters)
    say(f"{len(letters)} sent again")
