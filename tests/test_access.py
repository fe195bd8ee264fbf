from __future__ import annotations

from datetime import timedelta

import pytest

from streams.access import ROLES, TEXT, admitted, allows, issue, open_session, revoke
from streams.errors import NotFoundError, UsageError
from streams.records import Role
from tests.web.fakes import NOW, FakeEngine

HOUR = timedelta(hours=1)


def engine_with(role: Role = "edit", lifetime: timedelta | None = None) -> tuple[FakeEngine, str]:
    """A system with one token, and what that reads."""
    engine = FakeEngine()
    token, text = issue("Desk", role, NOW, lifetime)
    engine.put_token(token)
    return engine, text


def test_what_a_token_reads_is_not_in_what_is_kept() -> None:
    token, text = issue("  The   desk ", "read", NOW)
    assert token.name == "The desk"
    parts = TEXT.fullmatch(text)
    assert parts is not None
    assert parts[2] not in repr(token)
    assert issue("The desk", "read", NOW).text != text


def test_a_token_lets_in_who_shows_it_until_its_end() -> None:
    engine, text = engine_with("edit", HOUR)
    found = admitted(text, engine.token, NOW)
    assert found is not None
    assert (found.name, found.role) == ("Desk", "edit")
    assert admitted(text, engine.token, NOW + HOUR) is None


def test_nothing_else_lets_anybody_in() -> None:
    engine, text = engine_with()
    other = "A" if text[-1] != "A" else "B"
    unknown = text.replace(text.split("_")[1], "0" * 12)
    for wrong in ("", "streams_", text[:-1], text + "A", text[:-1] + other, unknown, text.upper(), f" {text}"):
        assert admitted(wrong, engine.token, NOW) is None


def test_each_role_may_do_what_those_before_it_may() -> None:
    assert [[allows(role, needed) for needed in ROLES] for role in ROLES] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_a_session_is_good_for_a_while_and_no_longer_than_its_token() -> None:
    engine, text = engine_with("edit", timedelta(minutes=30))
    session = open_session(engine, text, NOW, HOUR)
    assert session is not None
    found = admitted(session, engine.token, NOW)
    assert found is not None
    assert found.role == "edit"
    assert admitted(session, engine.token, NOW + timedelta(minutes=31)) is None


def test_no_session_is_opened_with_a_wrong_token_or_with_a_session() -> None:
    engine, text = engine_with()
    session = open_session(engine, text, NOW, HOUR)
    assert session is not None
    assert open_session(engine, text[:-1], NOW, HOUR) is None
    assert open_session(engine, session, NOW, HOUR) is None


def test_sessions_that_are_over_are_forgotten_at_the_next_login() -> None:
    engine, text = engine_with()
    open_session(engine, text, NOW, HOUR)
    assert len(engine.all_tokens) == 2
    open_session(engine, text, NOW + HOUR, HOUR)
    assert len(engine.all_tokens) == 2


def test_a_token_that_is_revoked_takes_its_sessions_with_it() -> None:
    engine, text = engine_with()
    session = open_session(engine, text, NOW, HOUR)
    assert session is not None
    revoke(engine, text.split("_")[1])
    assert engine.all_tokens == {}
    assert admitted(session, engine.token, NOW) is None
    with pytest.raises(NotFoundError, match="`streams tokens list`"):
        revoke(engine, "nosuch")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "bell\a"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a token"):
        issue(name, "read", NOW)
