"""Commands about people, organisations and places: who leads, one of them in full, and files of names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.options import Data, Json, Limit, opened, print_json, print_table, say
from streams.wording import many

app = typer.Typer(help="People, organisations and places.")


@app.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML file of names.")]) -> None:
    """Say what is wrong with a file of names; change nothing."""
    from streams.given import load_names

    say(f"{file}: {many(len(load_names(file)), 'name')}, all valid")


@app.command()
def correct(
    entity: Annotated[str, typer.Argument(metavar="NAME-or-ID", help="As it is shown, or its id.")],
    name: Annotated[str | None, typer.Option("--name", help="What it is called.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="person, organisation, place or event.")
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", metavar="NAME-or-ID", help="The one that it is the same as.")
    ] = None,
    never: Annotated[bool, typer.Option("--never", help="It is no name at all.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="It goes as it was found again.")] = False,
    data: Data = None,
) -> None:
    """Correct a name, in what is stored and in articles to come.

    Works while the pipeline runs.
    """
    from streams import correcting
    from streams.clock import now

    wish = correcting.Wish(name, type_, into, never, undo)
    with opened(data) as engine:
        correction = correcting.correct(engine, entity, wish, now())
    say(correcting.told(correction))


@app.command()
def corrections(data: Data = None, as_json: Json = False) -> None:
    """List what was decided about names."""
    from streams.tag.mentions import KINDS

    with opened(data) as engine:
        found = engine.corrections()
    if as_json:
        print_json(found)
        return
    rows = (
        [one.at, one.name, one.id, *([one.goes_as.name, KINDS[one.goes_as.label]] if one.goes_as else ["", ""])]
        for one in found
    )
    print_table(["at", "name", "id", "goes as", "type"], rows, "Nothing was corrected.")


@app.command()
def top(
    data: Data = None,
    days: Annotated[int, typer.Option("--days", min=0, max=3650, help="Articles of the last days; 0: all.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=20, help="How many of each kind at most.")] = 10,
    as_json: Json = False,
) -> None:
    """Show whom and what most articles are about."""
    from streams.clock import now
    from streams.index.entities import leading

    with opened(data) as engine:
        found = leading(engine.search, now() - timedelta(days=days) if days else None)
    kinds = {kind: buckets[:limit] for kind, buckets in found.items()}
    if as_json:
        print_json(kinds)
        return
    rows = ([kind, bucket.count, bucket.value] for kind, buckets in kinds.items() for bucket in buckets)
    print_table(["kind", "articles", "name"], rows, "No names yet.")


@app.command()
def show(
    entity: Annotated[str, typer.Argument(metavar="NAME-or-ID", help="As it is shown, or its id.")],
    data: Data = None,
    limit: Limit = 10,
    as_json: Json = False,
) -> None:
    """Show one person, organisation or place.

    Its stories, its days, and who appears with it.
    """
    from streams.index.entities import profile
    from streams.tag.mentions import KINDS

    with opened(data) as engine:
        one = profile(engine.search, entity)
    if as_json:
        print_json(one)
        return
    where = f" in {one.country}" if one.country else ""
    also = "".join(f", {catalogue} {identity}" for catalogue, identity in one.ids.items())
    say(
        f"{one.name}: {KINDS.get(one.label, one.label)}{where}, {many(one.articles, 'article')}, id {one.id}{also}"
    )
    stories = ([story.last_seen, story.articles, story.title, story.id] for story in one.stories[:limit])
    print_table(["last seen", "articles", "title", "id"], stories, "In no story.")
    beside = ([kind, bucket.count, bucket.value] for kind, found in one.beside.items() for bucket in found[:limit])
    print_table(["with", "articles", "name"], beside, "Named with nobody else.")
    print_table(["day", "articles"], ([day.day, day.articles] for day in one.days[-limit:]), "On no day.")
