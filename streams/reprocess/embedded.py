"""A re-run of a data folder's articles: made beside what people see, then put in its place at once.

The folder's claim is held meanwhile, so no feed is polled; commands that look find what there was. Cut short
before it is complete, a re-run begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import msgspec

from streams.index.sqlite_store import SqliteStore
from streams.migrate.folder import Folder
from streams.reprocess.rerun import Done, Stages, decide, queue, remember, tick
from streams.reprocess.staging import Staging
from streams.reprocess.takeover import take_over
from streams.settings import Settings
from streams.stage import Stage


class Rerun(msgspec.Struct, frozen=True, kw_only=True):
    """What was run again: articles, the stories that were made of them before, and those that are now."""

    articles: int
    stories_before: int
    stories: int


def reprocess(
    folder: Folder, tag: Stage, settings: Settings, since: datetime | None, started: Callable[[int], Done]
) -> Rerun:
    """Run all stories again that have an article read since then (None: all there are).

    `started` is told how many articles there are, and gives whom to tell of those that are through. Raises
    StorageError when the disk is full, SettingsError for a model that is not there.
    """
    Staging.clear(folder.path)
    related, alerts = folder.table("related"), folder.table("alerts")
    with Staging(folder.path) as staging, closing(SqliteStore(staging.folder)) as results:
        count = staging.stage(folder.documents(), since)
        done = started(count)
        remember(staging, related)
        queue(staging)
        stages = Stages(staging, results, tag, settings)
        stages.run(done)
        if count:
            tick(staging, related)
            stages.run()
        decide(staging, results, alerts, folder.engine.rules(), settings)
        made = results.sizes()["stories"]
        told = Rerun(articles=count, stories_before=len(staging.stories()), stories=made)
        staging.complete()
    take_over(folder.path, folder.store)
    return told
