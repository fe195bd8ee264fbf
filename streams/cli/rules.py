"""Commands for alert rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Data, Json, opened, print_json, print_table, say

if TYPE_CHECKING:
    from streams.records import Rule

app = typer.Typer(help="Alert rules.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="YAML file or folder of rules.")]


@app.command()
def apply(file: File, data: Data = None) -> None:
    """Make the rules of a file the live ones; all of them, or none when one is wrong."""
    from streams.intake import apply_rules

    wanted = _read(file)
    with opened(data, create=True) as engine:
        changes = apply_rules(engine, wanted)
    for line in changes or ["nothing to change"]:
        say(line)


@app.command()
def check(file: File) -> None:
    """Say what is wrong with a file of rules; change nothing."""
    say(f"{file}: {len(_read(file))} rules, all valid")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the live rules."""
    with opened(data) as engine:
        found = engine.rules()
    if as_json:
        print_json(found)
        return
    rows = ([rule.id, rule.name, rule.query, ", ".join(rule.channels)] for rule in found)
    print_table(["id", "name", "query", "channels"], rows, "No rules: `streams rules apply FILE`.")


@app.command("test")
def try_(file: File, data: Data = None, as_json: Json = False) -> None:
    """Run rules over the stored articles: what they would have matched."""
    from streams.alerts.trial import try_rules
    from streams.index.search import DocumentQuery

    rules = _read(file)
    with opened(data) as engine:
        trials = try_rules(rules, engine.search.scan(DocumentQuery(sort="oldest")))
    if as_json:
        print_json(trials)
        return
    rows = ([trial.rule_id, trial.hits, trial.stories, "; ".join(trial.titles[:2])] for trial in trials)
    print_table(["rule", "articles", "alerts", "for example"], rows, "No rules in the file.")


def _read(file: Path) -> list[Rule]:
    from streams.alerts.channels import known_channels
    from streams.alerts.rules import read_rules_path
    from streams.settings import load

    return read_rules_path(file, known_channels(load()))
