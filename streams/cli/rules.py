"""Commands for alert rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Data, Json, opened, print_json, print_table, say
from streams.wording import many

if TYPE_CHECKING:
    from streams.alerts.samples import Sample
    from streams.alerts.trial import Trial
    from streams.index.search import Search
    from streams.records import Rule

app = typer.Typer(help="Alert rules.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="YAML file or folder of rules.")]


@app.command()
def apply(
    file: File,
    data: Data = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Make the rules of a file the live ones.

    All of them, or none when one is wrong.
    """
    from streams.alerts.rules import difference
    from streams.intake import apply_rules

    wanted = _read(file)
    with opened(data, create=not dry_run) as engine:
        changes = difference(engine.rules(), wanted).lines() if dry_run else apply_rules(engine, wanted)
    for line in changes or ["nothing to change"]:
        say(line)


@app.command()
def check(
    file: File,
    data: Data = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Also in view of the articles that are stored.")
    ] = False,
) -> None:
    """Say what is wrong or odd in a file of rules; change nothing."""
    rules = _read(file)
    if stored:
        with opened(data) as engine:
            _say_advice(rules, engine.search)
    else:
        _say_advice(rules, None)
    say(f"{file}: {many(len(rules), 'rule')}, all valid")


@app.command("list")
def list_(
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="Only those of an owner.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only those with a tag.")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the live rules."""
    with opened(data) as engine:
        live = engine.rules()
    of_owner = [rule for rule in live if owner in (None, rule.owner)]
    found = [rule for rule in of_owner if tag is None or tag.casefold() in rule.tags]
    if as_json:
        print_json(found)
        return
    rows = (
        [rule.id, rule.name, rule.kind, rule.query, ", ".join(rule.channels), rule.owner, ", ".join(rule.tags)]
        for rule in found
    )
    columns = ["id", "name", "kind", "query", "channels", "owner", "tags"]
    print_table(columns, rows, "No rules like that." if live else "No rules: `streams rules apply FILE`.")


@app.command("test")
def try_(
    file: File,
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="Only articles since then: 90m, 24h, 30d, a date.")
    ] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Run rules over the stored articles.

    What they would have matched, and what people would have been told.
    """
    from streams.alerts.history import tried
    from streams.clock import now
    from streams.since import since_of

    rules, until = _read(file), now()
    begin = since_of(since, until) if since else None
    with opened(data) as engine:
        trials = list(tried(rules, {rule.id: rule for rule in engine.rules()}, engine.search, begin, until))
        if as_json:
            print_json(trials)
            return
        _print_trials(trials)
        _say_advice(rules, engine.search)


@app.command()
def export(data: Data = None) -> None:
    """Print the live rules as YAML, as `rules apply` reads them."""
    from streams.alerts.rules import to_yaml

    with opened(data) as engine:
        say(to_yaml(engine.rules()).rstrip())


def _print_trials(trials: list[Trial]) -> None:
    columns = ["rule", "articles", "stories", "alerts", "deliveries", "a day", "against the live rule"]
    rows = (
        [one.rule_id, one.hits, one.stories, one.alerts, one.deliveries, one.articles_per_day, _against(one)]
        for one in trials
    )
    print_table(columns, rows, "No rules in the file.")
    for trial in trials:
        if trial.hits or trial.disappears:
            say("")
            say(f"{trial.rule_id}: {', '.join(f'{one.day} ({one.articles})' for one in trial.days)}")
            _print_samples("", trial.samples)
            _print_samples("+ ", trial.new_samples)
            _print_samples("- ", trial.lost_samples)


def _print_samples(mark: str, samples: list[Sample]) -> None:
    for one in samples:
        say(f"  {mark}{one.title} ({one.source}, {one.published:%Y-%m-%d %H:%M})")
        if one.context:
            say(f"      {one.context}")


def _against(trial: Trial) -> str:
    if trial.appears is None:
        return "new"
    return f"+{trial.appears} -{trial.disappears}" if trial.appears or trial.disappears else "the same"


def _say_advice(rules: list[Rule], search: Search | None) -> None:
    from streams.alerts.advice import advise

    for rule in (one for one in rules if one.query):
        for advice in advise(rule.query, search):
            say(f"warning: rule {rule.id}: {advice.message}")


def _read(file: Path) -> list[Rule]:
    from streams.alerts.channels import known_channels
    from streams.alerts.rules import read_rules_path
    from streams.settings import load

    return read_rules_path(file, known_channels(load()))
