"""Commands for tokens, which let people and programs use the page and the API."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.cli.options import Data, Json, opened, print_json, print_table, say, tell

app = typer.Typer(help="Who may use the page and the API.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what it is for.")],
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="read, edit (rules, alerts) or admin (tokens too).")
    ] = "read",
    days: Annotated[int | None, typer.Option("--days", min=1, max=3650, help="How long it is good.")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it; it is not shown again."""
    from datetime import timedelta

    from streams.access import ROLES, issue
    from streams.clock import now
    from streams.errors import UsageError

    given = next((known for known in ROLES if known == role), None)
    if given is None:
        raise UsageError(f"--role {role} is no role: there are {', '.join(ROLES)}")
    token, text = issue(name, given, now().replace(microsecond=0), timedelta(days=days) if days else None)
    with opened(data, create=True) as engine:
        engine.put_token(token)
    if as_json:
        print_json({"id": token.id, "token": text})
        return
    say(text)
    tell(f"This is the token {token.id} for {token.name}, with the role {token.role}. It is not shown again.")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List tokens; what they read is not known."""
    from collections import Counter

    from streams.access import lasting

    with opened(data) as engine:
        found = engine.tokens()
    sessions, tokens = Counter(one.session_of for one in found), lasting(found)
    rows = [
        {
            "id": token.id,
            "name": token.name,
            "role": token.role,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "sessions": sessions[token.id],
        }
        for token in tokens
    ]
    if as_json:
        print_json(rows)
        return
    columns = ["id", "name", "role", "made", "good until", "sessions"]
    print_table(columns, (list(row.values()) for row in rows), "No tokens: `streams tokens create NAME`.")


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As `streams tokens list` shows it.")],
    data: Data = None,
) -> None:
    """Take a token out of service, at once.

    Who is logged in with it is not any more.
    """
    from streams.access import revoke as revoked

    with opened(data) as engine:
        token = revoked(engine, token_id)
    say(f"revoked: {token.id} ({token.name})")
