"""Commands for subscriptions."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.options import Data, Json, opened, print_json, print_table, say, using
from streams.errors import NotFoundError

app = typer.Typer(help="Subscriptions.")

Url = Annotated[str, typer.Argument(metavar="URL", help="Of an RSS, Atom or JSON feed.")]
Which = Annotated[str, typer.Argument(metavar="ID-or-URL", help="As `streams feeds list` shows it.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OPML, or one URL a line.")], data: Data = None
) -> None:
    """Subscribe to all feeds of a file."""
    from streams.feeds.opml import read_feeds

    with using(file, "give an OPML file or a file of URLs"):
        content = file.read_bytes()
    feeds = read_feeds(content, str(file))
    with opened(data, create=True) as engine:
        new = engine.add_feeds(feeds)
    say(f"{new} new of {len(feeds)} feeds in {file}")


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Instead of printing.")] = None,
    data: Data = None,
) -> None:
    """Write all subscriptions as OPML."""
    from streams.feeds.opml import to_opml

    with opened(data) as engine:
        opml = to_opml([health.feed for health in engine.feeds()])
    if out is None:
        sys.stdout.write(opml.decode())
        return
    with using(out, "name a file that can be written with --out"):
        out.write_bytes(opml)


@app.command()
def add(
    url: Url,
    title: Annotated[str, typer.Option("--title", help="Instead of the feed's own.")] = "",
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A folder; repeatable.")] = None,
    data: Data = None,
) -> None:
    """Subscribe to one feed. Naming a private address here allows that exact host and port."""
    from yarl import URL

    from streams.feeds.address import host_port
    from streams.feeds.opml import feed_from_url

    feed = feed_from_url(url, title, tag or [])
    with opened(data, create=True) as engine:
        engine.allow([host_port(URL(feed.url))])
        new = engine.add_feeds([feed])
    say(f"{'added' if new else 'known already'}: {feed.url} ({feed.id})")


@app.command()
def remove(which: Which, data: Data = None) -> None:
    """Unsubscribe."""
    with opened(data) as engine:
        feed = next((one.feed for one in engine.feeds() if which in (one.feed.id, one.feed.url)), None)
        if feed is None:
            raise NotFoundError(f"no feed {which!r}: `streams feeds list` shows them")
        engine.remove_feed(feed.id)
    say(f"removed: {feed.url}")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List subscriptions with their health."""
    with opened(data) as engine:
        found = engine.feeds()
    if as_json:
        print_json(found)
        return
    rows = []
    for health in found:
        state = health.state
        problem = state.problem if state else None
        rows.append(
            [
                health.title,
                state.succeeded_at if state else None,
                state.items if state else 0,
                len(state.item_problems) if state else 0,
                f"{problem.kind}: {problem.message}" if problem else "ok" if state else "not polled yet",
                health.feed.url,
                health.feed.id,
            ]
        )
    columns = ["title", "last success", "items", "item problems", "state", "url", "id"]
    print_table(columns, rows, "No feeds: `streams feeds add URL` or `streams feeds import FILE`.")


@app.command()
def check(url: Url, as_json: Json = False) -> None:
    """Fetch and read one feed, and say what is wrong with it; nothing is stored."""
    from streams.feeds.check import check_feed
    from streams.settings import load

    found = asyncio.run(check_feed(url, load()))
    if as_json:
        print_json(found)
    else:
        for line in found.lines():
            say(line)
    if found.problem is not None:
        raise typer.Exit(1)
