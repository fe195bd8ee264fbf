"""Commands for subscriptions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from streams.cli.options import Data, Json, opened, print_json, print_table, say, using
from streams.engines.engine import FeedHealth
from streams.errors import NotFoundError
from streams.feeds.coverage import a_day
from streams.feeds.duplicates import duplicates, same_address
from streams.records import FeedState

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
        again = duplicates((health.feed, health.state) for health in engine.feeds())
    say(f"{new} new of {len(feeds)} feeds in {file}")
    if repeated := [feed for feed in feeds if feed.id in again.keys() | again.values()]:
        say(f"{len(repeated)} stand there under another address too: `streams feeds list` shows which")


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
    url: Annotated[str, typer.Argument(metavar="URL", help="Of an RSS, Atom or JSON feed, or of a site.")],
    title: Annotated[str, typer.Option("--title", help="Instead of the feed's own.")] = "",
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A folder; repeatable.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All feeds of a page, not only its first.")] = False,
    data: Data = None,
) -> None:
    """Subscribe to a feed, or to the feed that a web page names.

    A known one gets the title and tags that are given. Naming a private address here allows that exact host and
    port.
    """
    from yarl import URL

    from streams.feeds.address import host_port
    from streams.feeds.opml import feed_from_url

    asked = feed_from_url(url, title, tag or [])
    found, told = asyncio.run(_found(asked.url))
    feeds = [feed_from_url(one, title, tag or []) for one in (found if every else found[:1])]
    with opened(data, create=True) as engine:
        known = {same_address(one.feed.url): one.feed for one in engine.feeds()}
        for feed in feeds:
            before = known.setdefault(same_address(feed.url), feed)
            after = replace(before, title=feed.title or before.title, tags=feed.tags or before.tags)
            if host_port(URL(after.url)) == host_port(URL(asked.url)):
                engine.allow([host_port(URL(after.url))])
            new = engine.add_feeds([after])
            done = "added" if new else "known already" if after == before else "changed"
            say(f"{done}: {feed.url}{'' if after.url == feed.url else f' is {after.url}'} ({after.id})")
    for one in found[len(feeds) :]:
        say(f"also there: {one}")
    if told:
        typer.echo(told, err=True)


async def _found(url: str) -> tuple[list[str], str]:
    """The feeds at an address, and what is to be told; an address that does not answer is taken as it is.

    Raises FeedsFileError for a page without feeds.
    """
    from yarl import URL

    from streams.errors import FeedError, FeedsFileError
    from streams.feeds.address import host_port
    from streams.feeds.fetch import Fetcher, shown
    from streams.feeds.find import find_feeds
    from streams.feeds.isolated import IsolatedParser
    from streams.feeds.turns import Turns
    from streams.settings import load

    parser, settings = IsolatedParser(), load()
    try:
        async with Fetcher(settings, [host_port(URL(url))], Turns(settings.host_gap_s).wait) as fetcher:
            found = await find_feeds(url, fetcher, parser)
    except FeedError as error:
        return [url], f"not looked at: {error}; it is polled all the same"
    finally:
        await parser.close()
    if not found:
        raise FeedsFileError(f"{shown(url)} is no feed, and no feed was found on it: give the feed's own address")
    itself = len(found) == 1 and same_address(found[0].url) == same_address(url)
    return ([url] if itself else [one.url for one in found]), ""


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
    repeats = duplicates((health.feed, health.state) for health in found)
    for health in found:
        state = health.state
        rows.append(
            [
                health.title,
                state.succeeded_at if state else None,
                state.items if state else 0,
                _a_day(state),
                len(state.item_problems) if state else 0,
                _condition(health, repeats),
                health.feed.url,
                health.feed.id,
            ]
        )
    columns = ["title", "last success", "items", "a day", "item problems", "state", "url", "id"]
    print_table(columns, rows, "No feeds: `streams feeds add URL` or `streams feeds import FILE`.")


def _a_day(state: FeedState | None) -> str:
    usual = a_day(state.coverage) if state else None
    return "" if usual is None else f"{usual:.1f}"


def _condition(health: FeedHealth, repeats: Mapping[str, str]) -> str:
    state = health.state
    if state is None:
        told = "not polled yet"
    else:
        told = health.health + (f": {state.problem.kind}: {state.problem.message}" if state.problem else "")
    if state and state.coverage.since and health.health == state.coverage.unusual:
        told += f" since {state.coverage.since:%Y-%m-%d %H:%M} UTC"
    if state and state.moved:
        told += f"; moved to {state.moved.url}"
    return f"{told}; the same as {repeats[health.feed.id]}" if health.feed.id in repeats else told


@app.command()
def check(url: Url, as_json: Json = False) -> None:
    """Fetch and read one feed, and say what is wrong with it.

    Nothing is stored.
    """
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
