from __future__ import annotations

import gzip
import json
import os
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.identify.identity import Seen
from streams.records import RawItem, Source
from tests.factories import NOON, raw_item
from tests.identify.running import identify, process

EVAL = os.environ.get("STREAMS_EVAL")
POLLED_ROWS = 6000
HOUR = timedelta(hours=1)

ITEMS = st.builds(
    raw_item,
    url=st.sampled_from(
        [None, "https://herald.example/", "https://herald.example/a", "http://m.herald.example/a/?ref=x"]
    ),
    guid=st.sampled_from([None, "1", "2", "2#0"]),
    feed_id=st.sampled_from(["herald", "world"]),
    title=st.sampled_from(["Bridge closed", "Bridge opened"]),
    summary=st.sampled_from(["<p>It is shut.</p>", "<p>Engineers have found cracks, and it is shut.</p>"]),
    fetched_at=st.integers(0, 3).map(lambda hours: NOON + hours * HOUR),
    backfill=st.booleans(),
)


@given(st.lists(ITEMS, max_size=12), st.data())
def test_a_batch_redelivered_in_any_split_changes_and_emits_nothing(
    items: list[RawItem], data: st.DataObject
) -> None:
    items.sort(key=lambda item: item.fetched_at)
    seen: dict[str, Seen] = {}
    emitted = process(*items, seen=seen)
    state = dict(seen)
    start = data.draw(st.integers(0, len(items)), label="redelivered from")
    cuts = sorted({start, len(items), *data.draw(st.lists(st.integers(start, len(items))), label="cuts")})
    again = [process(*items[a:b], seen=seen) for a, b in pairwise(cuts)]
    assert all(not found for found in again)
    assert seen == state
    assert len({(article.id, article.revision) for article in emitted}) == len(emitted)


@given(st.lists(ITEMS, max_size=12), st.data())
def test_articles_do_not_depend_on_batches_or_restarts(items: list[RawItem], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(items)))
    whole: dict[str, Seen] = {}
    parts: dict[str, Seen] = {}
    at_once = process(*items, seen=whole)
    assert process(*items[:cut], seen=parts) + process(*items[cut:], seen=parts) == at_once
    assert parts == whole


@given(st.lists(ITEMS, max_size=12))
def test_revisions_of_an_article_count_up_from_one(items: list[RawItem]) -> None:
    revisions: dict[str, int] = {}
    for article in process(*items):
        assert article.revision == revisions.get(article.id, 0) + 1
        assert bool(article.changed) is (article.revision > 1)
        revisions[article.id] = article.revision


@pytest.mark.skipif(EVAL is None, reason="STREAMS_EVAL is not set: no recorded polls")
def test_headlines_polled_again_and_again_come_once_a_day() -> None:
    path = Path(EVAL or "") / "replay" / "google-news-top.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        items = [_polled(json.loads(line)) for line in islice(lines, POLLED_ROWS)]
    stage, emitted = identify({}), 0
    expected = {(item.source.domain, item.title, item.fetched_at.date()) for item in items}
    for start in range(0, len(items), 500):
        emitted += len(stage.process(items[start : start + 500]))
    assert emitted == len(expected)


def _polled(row: dict[str, str | None]) -> RawItem:
    """A row as its feed gave it: headline and source in one line."""
    title, _, source = (row["title"] or "").rpartition(" - ")
    at = datetime.fromisoformat(f"{row['poll']}:00+00:00")
    return raw_item(
        url=row["link"],
        title=title,
        summary="",
        source=Source(name=source, domain=source),
        published=None,
        fetched_at=at,
    )
