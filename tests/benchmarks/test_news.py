"""The made-up news of benchmarks."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import islice, pairwise

from benchmarks.news import A_SECOND, OPEN_STORIES, News
from streams.engines.stages import remembering
from streams.engines.work import OpenTable
from streams.records import Article
from streams.settings import load

COUNT = 2000


def test_every_run_has_the_same_news_and_another_seed_has_others() -> None:
    assert list(islice(News(), COUNT)) == list(islice(News(), COUNT))
    addresses = [{item.url for item in islice(News(seed), COUNT)} for seed in (0, 1)]
    assert [len(some) for some in addresses] == [COUNT, COUNT]
    assert not addresses[0] & addresses[1]


def test_items_come_in_order_of_time_and_at_an_even_pace() -> None:
    times = [item.fetched_at for item in islice(News(), COUNT)]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert times[-1] - times[0] == timedelta(seconds=(COUNT - 1) / A_SECOND)


def test_some_articles_repeat_others_and_most_do_not() -> None:
    told = Counter(item.content for item in islice(News(), COUNT))
    assert 0.5 * COUNT < len(told) < 0.98 * COUNT
    assert len(told) > OPEN_STORIES


def test_they_pass_for_english() -> None:
    items = list(islice(News(), 100))
    stage = remembering(load(), notify=False)["identify"](OpenTable(lambda _: {}))
    articles = [output.record for output in stage.process(items)]
    assert Counter(one.language for one in articles if isinstance(one, Article)) == {"en": 100}
