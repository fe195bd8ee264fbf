"""Records that were put aside: known by where they came from, and given another try once each."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock, call

import pytest
from msgspec.structs import replace

from streams import codec
from streams.engines.engine import Envelope
from streams.engines.letters import SqliteLetters, letter_id, waiting
from streams.engines.sqlite import Store
from streams.errors import NotFoundError
from streams.records import DeadLetter, Topic
from streams.stage import Output
from tests.factories import NOON

LETTER = DeadLetter(stage="tag", error="boom", topic="articles", key="k", offset=7, value=b"\xff junk", at=NOON)
OTHER = replace(LETTER, offset=8, value=b"other")


def envelope(letter: DeadLetter) -> Envelope:
    return codec.decode_as(codec.encode(letter), Envelope)


def put_aside(store: Store, *letters: DeadLetter) -> SqliteLetters:
    store.append([Output(Topic.DEAD_LETTERS, letter.key, letter) for letter in letters])
    return SqliteLetters(store)


def test_one_record_put_aside_twice_at_one_stage_is_one_dead_letter(store: Store) -> None:
    later = replace(LETTER, error="boom again", value=b"again", at=NOON + timedelta(hours=1))
    assert letter_id(later) == letter_id(LETTER)
    letters = put_aside(store, LETTER, OTHER, later)
    assert letters.waiting() == {letter_id(OTHER): envelope(OTHER), letter_id(later): envelope(later)}
    assert letters.get(letter_id(LETTER)) == later


def test_elsewhere_or_at_another_stage_it_is_another() -> None:
    elsewhere = [replace(LETTER, **{name: value}) for name, value in ELSEWHERE.items()]
    assert len({letter_id(letter) for letter in (LETTER, *elsewhere)}) == 1 + len(ELSEWHERE)


ELSEWHERE: dict[str, object] = {"stage": "index", "topic": "documents", "partition": 1, "offset": 70}


def test_what_had_another_try_waits_no_longer_until_it_fails_again() -> None:
    letter, tried = envelope(LETTER), envelope(replace(LETTER, replayed_at=NOON))
    assert waiting([letter, tried]) == {}
    assert waiting([letter, tried, letter]) == {letter_id(LETTER): letter}


def test_an_envelope_tells_all_but_the_record_and_has_the_same_id() -> None:
    told = codec.to_builtins(envelope(LETTER))
    assert told == {name: value for name, value in codec.to_builtins(LETTER).items() if name in told}
    assert codec.to_builtins(LETTER).keys() - told.keys() == {"schema", "value"}
    assert letter_id(envelope(LETTER)) == letter_id(LETTER)


@pytest.mark.parametrize("other", [b"\xff", b"{}", b'{"type":"feed","id":"a"}'])
def test_what_is_no_dead_letter_has_no_envelope(other: bytes) -> None:
    assert codec.read_as(other, Envelope) is None


def test_a_replay_takes_the_letter_away_and_sends_the_very_bytes(store: Store) -> None:
    letters = put_aside(store, LETTER, OTHER, LETTER)
    letters.replay({letter_id(LETTER)})
    assert letters.waiting() == {letter_id(OTHER): envelope(OTHER)}
    (row,) = store.records(Topic.ARTICLES)
    assert (row.key, row.value) == ("k", b"\xff junk")


def test_what_another_process_gave_another_try_is_not_sent_again(store: Store) -> None:
    letters, elsewhere = put_aside(store, LETTER, OTHER), SqliteLetters(store)
    assert letters.waiting() == elsewhere.waiting()
    elsewhere.replay(elsewhere.waiting().keys())
    letters.replay({letter_id(LETTER), letter_id(OTHER)})
    assert letters.waiting() == {}
    assert len(list(store.records(Topic.ARTICLES))) == 2
    with pytest.raises(NotFoundError, match=letter_id(LETTER)):
        letters.get(letter_id(LETTER))


def test_what_was_read_is_not_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = put_aside(store, LETTER)
    letters.waiting()
    put_aside(store, OTHER)
    at = Mock(side_effect=store.at)
    monkeypatch.setattr(store, "at", at)
    assert letters.waiting() == {letter_id(one): envelope(one) for one in (LETTER, OTHER)}
    assert at.mock_calls == [call(2)]


def test_a_letter_of_an_older_program_is_read() -> None:
    plain = codec.to_builtins(LETTER)
    del plain["replayed_at"]
    assert codec.decode(codec.encode(plain)) == LETTER
    assert codec.decode_as(codec.encode(plain), Envelope) == envelope(LETTER)
