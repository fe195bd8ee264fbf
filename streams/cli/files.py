"""Commands on files alone: what we read from feed files, and the entities of texts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.options import print_json, say

app = typer.Typer()


@app.command()
def parse(files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Feed files.")]) -> None:
    """Show what is read from feed files: one JSON line a file."""
    from streams.feeds.files import parse_file

    for file in files:
        print_json(parse_file(file))


@app.command()
def tag() -> None:
    """Find the entities of texts.

    Reads JSON lines {id, text} on stdin, writes {id, entities} on stdout.
    """
    from streams.given import load_names
    from streams.settings import load
    from streams.tag.given import WithGiven
    from streams.tag.lines import tag_lines
    from streams.tag.models import Models
    from streams.tag.tagger import Tagger

    settings = load()
    tagger = Tagger(Models(settings.models), max_chars=settings.tag_max_chars)
    for line in tag_lines(sys.stdin, WithGiven(tagger, load_names(settings.entities))):
        say(line)
