"""Records that were put aside: known by where they came from, and given another try once each."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from streams import codec
from streams.engines.letters import SqliteLetters, letter_id, waiting
from streams.engines.sqlite import Store
from streams.records import DeadLetter, Topic
from streams.stage import Output
from tests.factories import NOON

LETTER = DeadLetter(stage="tag", error="boom", topic="articles", key="k", offset=7, value=b"\xff junk", at=NOON)
OTHER = replace(LETTER, offset=8, value=b"other")


def put_aside(store: Store, *letters: DeadLetter) -> SqliteLetters:
    store.append([Output(Topic.DEAD_LETTERS, letter.key, letter) for letter in letters])
    return SqliteLetters(store)


def test_one_record_put_aside_twice_at_one_stage_is_one_dead_letter() -> None:
    later = replace(LETTER, error="boom again", at=NOON + timedelta(hours=1))
    assert letter_id(later) == letter_id(LETTER)
    assert waiting([LETTER, OTHER, later]) == {letter_id(OTHER): OTHER, letter_id(later): later}


def test_elsewhere_or_at_another_stage_it_is_another() -> None:
    elsewhere = [replace(LETTER, **{name: value}) for name, value in ELSEWHERE.items()]
    assert len({letter_id(letter) for letter in (LETTER, *elsewhere)}) == 1 + len(ELSEWHERE)


ELSEWHERE: dict[str, object] = {"stage": "index", "topic": "documents", "partition": 1, "offset": 70}


def test_what_had_another_try_waits_no_longer_until_it_fails_again() -> None:
    tried = replace(LETTER, replayed_at=NOON)
    assert waiting([LETTER, tried]) == {}
    assert waiting([LETTER, tried, LETTER]) == {letter_id(LETTER): LETTER}


def test_a_replay_takes_the_letter_away_and_sends_the_very_bytes(store: Store) -> None:
    letters = put_aside(store, LETTER, OTHER)
    letters.replay([LETTER])
    assert letters.waiting() == {letter_id(OTHER): OTHER}
    (row,) = store.records(Topic.ARTICLES)
    assert (row.key, row.value) == ("k", b"\xff junk")


def test_a_letter_of_an_older_program_is_read(store: Store) -> None:
    plain = codec.to_builtins(LETTER)
    del plain["replayed_at"]
    assert codec.decode(codec.encode(plain)) == LETTER
