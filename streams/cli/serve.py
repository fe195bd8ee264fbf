"""Commands for the cluster's readers and its page."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.cli.options import finish, tell

app = typer.Typer()


@app.command()
def reader() -> None:
    """Poll a share of the cluster's feeds until told to stop.

    Any number of readers share them.
    """
    from streams import logs
    from streams.clustered import read_forever
    from streams.settings import load

    settings = load()
    logs.configure(settings)
    finish(read_forever(settings))


@app.command()
def web(
    port: Annotated[int | None, typer.Option("--port", help="Port of the page (STREAMS_PORT).")] = None,
) -> None:
    """Serve the cluster's page and API until told to stop."""
    from streams import logs
    from streams.clustered import serve_forever
    from streams.settings import load

    settings = load(port=port)
    logs.configure(settings)
    finish(serve_forever(settings, started=lambda url: tell(f"The page is at {url} (Ctrl-C stops)")))
