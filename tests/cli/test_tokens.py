from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Streams


def test_a_token_is_shown_once_listed_and_revoked(streams: Streams, tmp_path: Path) -> None:
    made = streams("tokens", "create", "News desk", "--role", "edit", "--days", "30", "--data", tmp_path)
    assert made.status == 0
    text = made.out.strip()
    token_id = text.split("_")[1]
    assert made.err == f"This is the token {token_id} for News desk, with the role edit. It is not shown again.\n"
    (listed,) = streams("tokens", "list", "--json", "--data", tmp_path).json
    assert (listed["id"], listed["name"], listed["role"], listed["sessions"]) == (token_id, "News desk", "edit", 0)
    assert text.split("_", 2)[2] not in (tmp_path / "state.sqlite").read_bytes().decode("latin-1")
    assert token_id in streams("tokens", "list", "--data", tmp_path).out
    assert streams("tokens", "revoke", token_id, "--data", tmp_path).out == f"revoked: {token_id} (News desk)\n"
    assert streams("tokens", "list", "--data", tmp_path).out == "No tokens: `streams tokens create NAME`.\n"


def test_programs_get_the_token_as_json(streams: Streams, tmp_path: Path) -> None:
    made = streams("tokens", "create", "x", "--json", "--data", tmp_path)
    assert made.err == ""
    assert made.json["token"].startswith(f"streams_{made.json['id']}_")


def test_what_is_wrong_is_one_line(streams: Streams, tmp_path: Path) -> None:
    wrong = streams("tokens", "create", "x", "--role", "root", "--data", tmp_path)
    assert (wrong.status, wrong.err) == (2, "streams: --role root is no role: there are read, edit, admin\n")
    streams("tokens", "create", "x", "--data", tmp_path)
    gone = streams("tokens", "revoke", "nosuch", "--data", tmp_path)
    assert gone.err == "streams: no token 'nosuch': `streams tokens list` shows them\n"
