"""Commands for the ways in which people are told of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Json, finish, print_json, print_table, say

if TYPE_CHECKING:
    from datetime import datetime

    from streams.alerts.channels import Channel
    from streams.records import Delivery

app = typer.Typer(help="Where alerts go.")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the channels that rules may name.

    Their addresses, which are secrets, are not shown.
    """
    from streams.alerts.channels import known_channels
    from streams.settings import load

    settings = load()
    rows = [
        {
            "channel": name,
            "signed": name in settings.channel_secrets,
            "template": name in settings.channel_templates,
        }
        for name in sorted(known_channels(settings))
    ]
    if as_json:
        print_json(rows)
    else:
        shown = (
            [row["channel"], *("yes" if row[kind] else "" for kind in ("signed", "template"))] for row in rows
        )
        print_table(["channel", "signed", "template"], shown, "")


@app.command()
def test(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `streams channels list` shows it.")],
) -> None:
    """Send one channel a made-up alert, which says that it is one."""
    from streams.alerts.channels import open_channels
    from streams.clock import now
    from streams.settings import load

    async def send() -> None:
        async with open_channels(load()) as channels:
            await _known(channels.get(name), name).send([_made_up(name, now().replace(microsecond=0))])

    finish(send())
    say(f"{name} took the test alert")


def _known(channel: Channel | None, name: str) -> Channel:
    from streams.errors import NotFoundError

    if channel is None:
        raise NotFoundError(f"no channel {name}: `streams channels list` shows those of STREAMS_CHANNELS")
    return channel


def _made_up(channel: str, at: datetime) -> Delivery:
    from streams.alerts.evidence import opened
    from streams.codec import content_id
    from streams.records import Delivery, Hit, Rule, Source

    rule = Rule(id="test", name="Test of a channel", query="test", channels=[channel])
    hit = Hit(
        rule=rule,
        document_id="test",
        revision=1,
        story_id="test",
        title="This is a test: nothing happened",
        url=None,
        source=Source(name="streams channels test", domain="localhost"),
        language="en",
        published=at,
        fetched_at=at,
        copy_of=None,
        backfill=False,
    )
    return Delivery(
        key=content_id("test", channel, at.isoformat()),
        channel=channel,
        alert=opened("test.test", hit).alert,
        at=at,
    )
