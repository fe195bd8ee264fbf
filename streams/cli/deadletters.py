"""Commands for the records that the stages of the cluster put aside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Json, print_json, print_table, say
from streams.errors import NotFoundError

if TYPE_CHECKING:
    from streams.records import DeadLetter

app = typer.Typer(help="Records that the cluster's stages put aside.")
SHOWN_BYTES = 2000

Id = Annotated[str, typer.Argument(metavar="ID", help="As `streams deadletters list` shows it.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the records that were put aside, oldest first."""
    found = _all()
    if as_json:
        print_json([{"id": key, "letter": letter} for key, letter in found.items()])
        return
    rows = (
        [key, letter.at, letter.stage, letter.topic, letter.partition, letter.offset, letter.error]
        for key, letter in found.items()
    )
    print_table(["id", "at", "stage", "topic", "partition", "offset", "error"], rows, "No dead letters.")


@app.command()
def show(letter: Id, as_json: Json = False) -> None:
    """Show one of them with what the record holds."""
    found = _one(letter)
    if as_json:
        print_json(found)
        return
    say(f"{found.stage} put it aside at {found.at.isoformat()}: {found.error}")
    say(f"from {found.topic}, partition {found.partition}, offset {found.offset}, key {found.key!r}")
    say(ascii(found.value[:SHOWN_BYTES])[2:-1])


@app.command()
def replay(
    letter: Annotated[str | None, typer.Argument(metavar="[ID]", help="Which one; with none, --all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Replay all of them.")] = False,
) -> None:
    """Give a record that was put aside another try, once what was wrong is mended."""
    from streams.engines.dead_letters import replay as send_again
    from streams.settings import load

    if (letter is None) != everything:
        raise typer.BadParameter("name one dead letter, or say --all")
    letters = [_one(letter)] if letter else list(_all().values())
    asyncio.run(send_again(load(), letters))
    say(f"{len(letters)} sent again")


def _all() -> dict[str, DeadLetter]:
    from streams.engines.dead_letters import dead_letters
    from streams.settings import load

    return asyncio.run(dead_letters(load()))


def _one(key: str) -> DeadLetter:
    found = _all().get(key)
    if found is None:
        raise NotFoundError(f"no dead letter {key}: `streams deadletters list` shows the ids")
    return found
