"""Commands that look at results: search, stories, review, compare, explain, status."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec.structs import replace

from streams.cli.options import Data, Json, Limit, opened, print_json, print_table, say
from streams.index.search import FACETS, TOTAL, DocumentQuery, Sort, StoryQuery
from streams.wording import many

app = typer.Typer()
BAR = 24


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In the query language; empty finds all.")] = "",
    data: Data = None,
    limit: Limit = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, max=10_000, help="How many to skip.")] = 0,
    sort: Annotated[Sort | None, typer.Option("--sort", help="Order.")] = None,
    saved: Annotated[str | None, typer.Option("--saved", metavar="NAME", help="A saved search.")] = None,
    as_json: Json = False,
) -> None:
    """Find articles."""
    from streams.errors import UsageError
    from streams.index.merged import at_standing
    from streams.query.slips import slips
    from streams.searches import as_query, named

    if saved is not None and query:
        raise UsageError(f"--saved {saved} has a query of its own: leave {query!r} out")
    with opened(data) as engine:
        asked = DocumentQuery(query=query)
        if saved is not None:
            asked = at_standing(engine.search, as_query(named(engine.searches(), saved)))
        asked = replace(asked, sort=sort or asked.sort, limit=limit, offset=offset)
        page = engine.search.documents(asked, FACETS)
    if as_json:
        print_json(page)
        return
    rows = ([hit.published, hit.source.name, hit.title, hit.id] for hit in page.hits)
    print_table(["published", "source", "title", "id"], rows, "Nothing found.")
    about = "about " if TOTAL in page.approximate else ""
    say(f"{about}{page.total} found")
    for slip in slips(asked.query):
        say(f"note: {slip}")


@app.command()
def stories(
    data: Data = None,
    limit: Limit = 20,
    largest: Annotated[bool, typer.Option("--largest", help="Those with most publishers first.")] = False,
    recurring: Annotated[bool, typer.Option("--recurring", help="Only stories that came back.")] = False,
    as_json: Json = False,
) -> None:
    """List stories, the newest first."""
    asked = StoryQuery(limit=limit, sort="largest" if largest else "newest", recurring=recurring)
    with opened(data) as engine:
        page = engine.search.stories(asked)
    if as_json:
        print_json(page)
        return
    rows = (
        [
            one.first_seen,
            one.last_seen,
            one.state,
            one.publishers,
            one.articles,
            one.copies,
            one.recurs,
            one.title,
            one.id,
        ]
        for one in page.hits
    )
    columns = [
        "first seen",
        "last seen",
        "state",
        "publishers",
        "articles",
        "copies",
        "brings back",
        "title",
        "id",
    ]
    print_table(columns, rows, "No stories yet.")
    say(many(page.total, "story", "stories"))


@app.command()
def review(
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="From when on: 90m, 24h, 7d, a date.")
    ] = "24h",
    as_html: Annotated[bool, typer.Option("--html", help="As a page to be sent by mail.")] = False,
    page: Annotated[
        str | None,
        typer.Option(
            "--page", metavar="URL", help="Where the mail's links lead; else STREAMS_HOST and STREAMS_PORT."
        ),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Look back on the last hours or days.

    What is new by story, what came back, which alerts there were.
    """
    from streams.clock import now
    from streams.review import as_text, reviewed, sections, summary
    from streams.since import since_of

    until = now()
    begin = since_of(since, until)
    with opened(data) as engine:
        found = reviewed(engine.search, begin, until, engine.searches())
    if as_json:
        print_json(found)
    elif as_html:
        from streams.settings import load
        from streams.web.rendering import Templates

        settings = load(data=data)
        base = (page or f"http://{settings.host}:{settings.port}").rstrip("/")
        shown = {"review": found, "summary": summary(found), "headings": list(sections(found))}
        say(Templates(now).html("review_mail.html", **shown, base=base))
    else:
        say(as_text(found))


@app.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="QUERY", help="In the query language.")],
    second: Annotated[str, typer.Argument(metavar="QUERY", help="Another.")],
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="From when on: 90m, 24h, 7d, a date.")
    ] = "30d",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Count the articles of two queries over the same time."""
    from streams.clock import now
    from streams.since import since_of
    from streams.volumes import compared

    until = now()
    with opened(data) as engine:
        found = compared(engine.search, [first, second], since_of(since, until), until)
    if as_json:
        print_json(found)
        return
    most = max(1, *(max(volume.counts) for volume in found.volumes))
    cells = [[(count, _bar(count, most)) for count in volume.counts] for volume in found.volumes]
    rows = ([start, *a, *b] for start, a, b in zip(found.starts, *cells, strict=True))
    print_table(["from", "first", "", "second", ""], rows, "Nothing to count.")
    for volume in found.volumes:
        say(f"{'about ' if volume.approximate else ''}{volume.total} found by {volume.query}")


def _bar(count: int, most: int) -> str:
    """A bar of at most BAR characters; what is not nothing is seen."""
    return "\u2588" * -(-count * BAR // most)


@app.command()
def explain(
    item: Annotated[str, typer.Argument(metavar="ID", help="Of an article, a story or an alert.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show every decision taken about an item, with its numbers."""
    from streams.explain import to_text

    with opened(data) as engine:
        explanation = engine.explain(item)
    if as_json:
        print_json(explanation)
    else:
        say(to_text(explanation))


@app.command()
def status(data: Data = None, as_json: Json = False) -> None:
    """Show counts, lag and dead letters."""
    with opened(data) as engine:
        found = engine.status()
    if as_json:
        print_json(found)
        return
    for name in ("feeds", "feeds_failing", "feeds_silent", "feeds_flooding", "documents", "stories", "alerts"):
        say(f"{name.replace('_', ' '):15}{getattr(found, name)}")
    rows = ([stage.stage, stage.lag, stage.dead_letters] for stage in found.stages)
    print_table(["stage", "waiting", "dead letters"], rows, "")
