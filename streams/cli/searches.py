"""Commands for searches that are kept under a name."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.cli.options import Data, Json, opened, print_json, print_table, say

app = typer.Typer(help="Saved searches.")


@app.command()
def save(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Under which it is kept.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In the query language.")],
    data: Data = None,
) -> None:
    """Keep a search under a name, in place of the one that has it."""
    from streams.clock import now
    from streams.searches import refuse_more, saved

    search = saved(name, query, now().replace(microsecond=0))
    with opened(data, create=True) as engine:
        refuse_more(engine.searches(), search)
        engine.keep_search(search)
    say(f"saved: {search.name}")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List saved searches."""
    with opened(data) as engine:
        found = engine.searches()
    if as_json:
        print_json(found)
        return
    rows = (
        [one.name, one.query, ", ".join(f"{key}={value}" for key, value in one.filters.items()), one.saved_at]
        for one in found
    )
    columns = ["name", "query", "filters", "saved"]
    print_table(columns, rows, "No saved searches: `streams searches save NAME QUERY`.")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `streams searches list` shows it.")],
    data: Data = None,
) -> None:
    """Forget a saved search."""
    from streams.searches import named

    with opened(data) as engine:
        search = named(engine.searches(), name)
        engine.drop_search(search.id)
    say(f"removed: {search.name}")
