"""Commands that look after what is stored: moving it and keeping copies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Data, finish, say, settings_of
from streams.cli.progress import progress
from streams.errors import UsageError
from streams.wording import many

if TYPE_CHECKING:
    from streams.migrate.migration import Moved
    from streams.migrate.source import Source
    from streams.reprocess.rerun import Done
    from streams.settings import Settings
    from streams.tag.pool import TagPool

    Started = Callable[[int], Done]

app = typer.Typer()


@app.command()
def migrate(
    data: Data = None,
    from_prefix: Annotated[
        str | None,
        typer.Option(
            "--from-prefix",
            metavar="OLD",
            help="From the cluster under this topic prefix, which stands still, to one of other partitions.",
        ),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Also into a cluster that holds other data; what it knows stays as it is."),
    ] = False,
) -> None:
    """Move a data folder, or another cluster, to the cluster.

    All of it goes along: articles, stories, alerts, rules, feeds
    and what is remembered.
    """
    from streams.migrate.folder import Folder
    from streams.migrate.migration import lines

    settings = settings_of(data)
    if from_prefix is None:
        with Folder(settings.data) as folder:
            moved = finish(_migrated(folder, settings, merge=merge))
    elif merge or data is not None:
        raise UsageError("--from-prefix moves a whole cluster to a new one: leave out --data and --merge")
    else:
        moved = finish(_migrated_from(from_prefix, settings))
    for line in lines(moved):
        say(line)


async def _migrated(source: Source, settings: Settings, *, merge: bool) -> Moved:
    from streams.migrate.migration import migrate as move

    with progress("migrating", source.size()) as done:
        return await move(source, settings, merge=merge, done=done)


async def _migrated_from(prefix: str, settings: Settings) -> Moved:
    from streams.migrate.former import FormerCluster

    if prefix == settings.topic_prefix:
        raise UsageError(f"--from-prefix {prefix!r} is STREAMS_TOPIC_PREFIX itself: set that to a new one")
    async with FormerCluster(settings.model_copy(update={"topic_prefix": prefix})) as source:
        return await _migrated(source, settings, merge=False)


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


@app.command()
def reprocess(
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", help="Only stories with an article read since (UTC); else all."),
    ] = None,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Delete what an unfinished re-run of a cluster has made.")
    ] = False,
    data: Data = None,
) -> None:
    """Run stored articles through the stages again.

    After a change of models or boilerplate rules.
    """
    from streams.tag.pool import TagPool

    settings, moment = settings_of(data), since and since.replace(tzinfo=UTC)
    of_cluster = bool(settings.kafka) and data is None
    if give_up:
        if not of_cluster or since:
            raise UsageError("--give-up is for a cluster alone: one of a data folder begins anew by itself")
        _give_up(settings)
        return
    with closing(TagPool.from_settings(settings)) as tag, ExitStack() as shown:

        def started(count: int) -> Done:
            return shown.enter_context(progress("reprocessing", count))

        for line in (_again_in_cluster if of_cluster else _again_in_folder)(settings, tag, moment, started):
            say(line)


def _give_up(settings: Settings) -> None:
    from streams.reprocess.cluster import give_up

    say("what it had made is deleted" if give_up(settings) else "there is no unfinished re-run")


def _again_in_folder(settings: Settings, tag: TagPool, since: datetime | None, started: Started) -> list[str]:
    from streams.migrate.folder import Folder
    from streams.reprocess.embedded import reprocess as run_again

    with Folder(settings.data) as folder:
        told = run_again(folder, tag, settings, since, started)
    return [f"{many(told.articles, 'article')} run again: {told.stories_before} stories became {told.stories}"]


def _again_in_cluster(settings: Settings, tag: TagPool, since: datetime | None, started: Started) -> list[str]:
    from streams.reprocess.cluster import lines
    from streams.reprocess.cluster import reprocess as run_again

    return list(lines(finish(run_again(settings, tag, since, started))))
