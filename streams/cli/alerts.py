"""Commands for alerts: those there are, and what people decide about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Data, Json, Limit, opened, print_json, print_table, say
from streams.index.search import AlertQuery
from streams.wording import many

if TYPE_CHECKING:
    from streams.records import Alert, Edit

app = typer.Typer(help="Alerts.")

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides, as the alert shows it.")]


@app.command("list")
def list_(
    data: Data = None,
    limit: Limit = 20,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only of this rule.")] = None,
    as_json: Json = False,
) -> None:
    """List alerts, last updated first."""
    with opened(data) as engine:
        page = engine.search.alerts(AlertQuery(limit=limit, rule=rule))
    if as_json:
        print_json(page)
        return
    rows = (
        [one.updated_at, _state(one), one.rule_name, one.article_count, _delivery(one), one.title, one.id]
        for one in page.hits
    )
    print_table(["updated", "state", "rule", "articles", "delivery", "title", "id"], rows, "No alerts yet.")
    say(many(page.total, "alert"))


@app.command()
def ack(
    alert_id: Annotated[str, typer.Argument(metavar="ID", help="As `streams alerts list` shows it.")],
    by: By = "",
    data: Data = None,
) -> None:
    """Acknowledge an alert: nobody is told of it any more."""
    from streams.clock import now
    from streams.editing import acknowledge_alert

    with opened(data) as engine:
        alert = acknowledge_alert(engine, alert_id, now(), by)
    say(f"acknowledged: {alert.id} ({alert.title})")


@app.command()
def mute(
    story: Annotated[str, typer.Option("--story", metavar="ID", help="Tell nobody of this story.")] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="DOMAIN", help="Tell nobody of what this site publishes.")
    ] = "",
    rule: Annotated[str, typer.Option("--rule", metavar="ID", help="Only by this rule; else by all.")] = "",
    days: Annotated[
        int, typer.Option("--days", min=0, max=3650, help="How many days; 0: until it is lifted.")
    ] = 0,
    by: By = "",
    data: Data = None,
) -> None:
    """Let nobody be told of a story or of a source.

    Its alerts are still recorded.
    """
    from streams.clock import now
    from streams.editing import Muting, put_mute

    with opened(data) as engine:
        edit = put_mute(engine, Muting(story, source, rule, days), now(), by)
    say(f"muted: {_about(edit)}; `streams alerts unmute {edit.id}` lifts it")


@app.command()
def mutes(data: Data = None, as_json: Json = False) -> None:
    """List the mutes in force."""
    with opened(data) as engine:
        found = engine.mutes()
    if as_json:
        print_json(found)
        return
    rows = ([one.id, one.story_id, one.source, one.rule_id or "all", one.at, one.until, one.by] for one in found)
    print_table(["id", "story", "source", "by rule", "since", "until", "by"], rows, "Nothing is muted.")


@app.command()
def unmute(
    mute_id: Annotated[str, typer.Argument(metavar="ID", help="As `streams alerts mutes` shows it.")],
    by: By = "",
    data: Data = None,
) -> None:
    """Lift a mute: people are told again."""
    from streams.clock import now
    from streams.editing import lift_mute

    with opened(data) as engine:
        edit = lift_mute(engine, mute_id, now(), by)
    say(f"lifted: {_about(edit)}")


def _state(alert: Alert) -> str:
    return alert.state + (", acknowledged" if alert.acknowledged_at else "")


def _delivery(alert: Alert) -> str:
    until = f" until {alert.held_until:%Y-%m-%d %H:%M}" if alert.held_until else ""
    return alert.delivery + until


def _about(edit: Edit) -> str:
    what = f"story {edit.story_id}" if edit.story_id else edit.source
    until = f" until {edit.until:%Y-%m-%d %H:%M} UTC" if edit.until else ""
    return what + (f" for rule {edit.rule_id}" if edit.rule_id else "") + until
