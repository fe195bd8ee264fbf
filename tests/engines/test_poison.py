"""Poison in a data folder: put aside with its bytes and the reason, and given another try; the rest goes on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from streams import codec
from streams.engines.runtime import Runtime, running
from streams.index.search import DocumentQuery
from streams.settings import Settings, load
from tests.factories import raw_item
from tests.poison import HUGE, POISON


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", models={})


def put(runtime: Runtime, values: Sequence[bytes]) -> None:
    """Put bytes on the topic of raw items as they are."""
    with runtime.engine.store.transaction() as db:
        db.executemany(
            "INSERT INTO log (topic, key, value) VALUES ('raw-items', 'k', ?)", [(one,) for one in values]
        )
    runtime.pipeline.wake()


def items(*titles: str) -> list[bytes]:
    return [codec.encode(raw_item(url=f"https://herald.example/{title}", title=title)) for title in titles]


def titles(runtime: Runtime) -> set[str]:
    return {found.title for found in runtime.engine.search.documents(DocumentQuery(limit=100)).hits}


async def test_poison_is_put_aside_with_its_reason_and_the_rest_goes_on(settings: Settings) -> None:
    async with running(settings) as runtime:
        put(runtime, [*items("first"), *(poison.value for poison in POISON.values()), *items("last")])
        await asyncio.wait_for(runtime.drained(), 40)
        letters = [runtime.engine.dead_letter(one) for one in runtime.engine.dead_letters()]
        assert titles(runtime) == {"first", "last"}
    assert [letter.value for letter in letters] == [poison.value for poison in POISON.values()]
    for letter, (name, poison) in zip(letters, POISON.items(), strict=True):
        assert (letter.stage, letter.topic, letter.key) == ("identify", "raw-items", "k"), name
        assert re.search(poison.reason, letter.error), name


async def test_what_is_replayed_is_tried_again_and_put_aside_anew_if_it_fails_again(settings: Settings) -> None:
    async with running(settings) as runtime:
        put(runtime, [b"junk"])
        await asyncio.wait_for(runtime.drained(), 20)
        (first,) = runtime.engine.dead_letters()
        letter = runtime.engine.dead_letter(first)
        runtime.engine.replay({first})
        await asyncio.wait_for(runtime.drained(), 20)
        (second,) = runtime.engine.dead_letters()
        again = runtime.engine.dead_letter(second)
    assert again.value == letter.value
    assert again.offset > letter.offset


async def test_an_article_of_two_megabytes_goes_through_with_its_text_cut(settings: Settings) -> None:
    async with running(settings) as runtime:
        put(runtime, [codec.encode(HUGE)])
        await asyncio.wait_for(runtime.drained(), 40)
        (found,) = runtime.engine.search.documents(DocumentQuery()).hits
        assert runtime.engine.dead_letters() == {}
    assert 1000 < len(found.text) <= settings.max_text_chars
