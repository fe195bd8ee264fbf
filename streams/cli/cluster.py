"""Commands of the cluster engine: what it needs, its workers, and the records that they put aside."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Data, say, settings_of
from streams.errors import UsageError

if TYPE_CHECKING:
    from streams.settings import Settings

app = typer.Typer()

Stages = Annotated[
    list[str], typer.Option("--stage", metavar="STAGE", help="Which stage to run, or `all`; repeatable.")
]


@app.command()
def setup(
    token: Annotated[
        bool, typer.Option("--token", help="Unless there is one: make a token with the role admin, and print it.")
    ] = False,
    rights: Annotated[
        bool,
        typer.Option(
            "--rights", help="Only print, as a script, what each process needs of Kafka and Elasticsearch."
        ),
    ] = False,
) -> None:
    """Make topics, indices and dashboards, or change what differs.

    May be run at any time.
    """
    from contextlib import closing

    from streams.clock import now
    from streams.engines.topics import set_up as set_up_topics
    from streams.index.elastic_client import connect
    from streams.index.elastic_setup import set_up as set_up_index
    from streams.kibana.upload import import_objects

    def told(lines: Sequence[str]) -> int:
        """Say at once what was done: what comes next may fail."""
        for line in lines:
            say(line)
        return len(lines)

    settings = settings_of()
    if rights:
        from streams.engines.rights import lines

        for line in lines(settings):
            say(line)
        return
    with closing(connect(settings)) as client:
        done = told(asyncio.run(set_up_topics(settings)))
        done += told(set_up_index(client, settings, now()))
    if settings.kibana:
        done += told(asyncio.run(import_objects(settings)))
    if token:
        done += told(_first_token(settings))
    if not done:
        say("nothing to change")


def _first_token(settings: Settings) -> list[str]:
    from streams.access import issue
    from streams.clock import now
    from streams.engines.remote import ClusterEngine

    with ClusterEngine(settings) as engine:
        if engine.tokens():
            return []
        made, text = issue("first", "admin", now().replace(microsecond=0))
        engine.put_token(made)
    return [f"token for the page, with the role admin, not shown again: {text}"]


@app.command()
def worker(stage: Stages, data: Data = None) -> int:
    """Run a stage of the cluster until told to stop.

    Several stages run in a process each.
    """
    from streams import logs
    from streams.engines.cluster.workers import Child, work, work_apart
    from streams.engines.kafka import connection
    from streams.engines.stages import CLUSTER_INPUTS
    from streams.settings import load

    wrong = [name for name in stage if name not in (*CLUSTER_INPUTS, "all")]
    if wrong:
        raise UsageError(f"--stage {wrong[0]} is not a stage: there are {', '.join(CLUSTER_INPUTS)}, and `all`")
    settings = load(data=data)
    connection(settings)  # what is wrong with it is told once, not by every process
    logs.configure(settings)
    stages = list(CLUSTER_INPUTS) if "all" in stage else list(dict.fromkeys(stage))
    if len(stages) == 1:
        asyncio.run(_to_its_end(work(stages[0], settings)))
        return 0
    command = [sys.executable, "-m", "streams", "worker", *(["--data", str(data)] if data else [])]
    first = settings.metrics_port
    ports = [str(first + number if first else 0) for number in range(len(stages))]
    return asyncio.run(
        work_apart(
            [
                Child(name, [*command, "--stage", name], {"STREAMS_METRICS_PORT": port})
                for name, port in zip(stages, ports, strict=True)
            ]
        )
    )


async def _to_its_end(work: Awaitable[None]) -> None:
    """Let nothing that Faust leaves behind keep the process: its threads can outlive a start that failed."""
    from streams.engines.cluster.workers import LONGEST_END_S
    from streams.stopping import end_within

    try:
        await work
    finally:
        end_within(LONGEST_END_S)
