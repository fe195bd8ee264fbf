"""Rules tried on an index: what is read of it, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from streams.alerts import history
from streams.alerts.history import tried
from streams.alerts.trial import Trial
from streams.index.search import DocumentQuery
from streams.records import Document, Rule, Source
from tests.alerts.test_trial import DESK, END, article
from tests.factories import NOON, rule
from tests.index.test_elastic_record import STORY
from tests.web.fakes import FakeSearch


class ReadSearch(FakeSearch):
    """Counts how often each document is read."""

    read: Counter[str]

    def scan(self, query: DocumentQuery) -> Iterator[Document]:
        for document in super().scan(query):
            self.read[document.id] += 1
            yield document


def stored(*documents: Document) -> ReadSearch:
    ids = {document.story_id for document in documents}
    search = ReadSearch(documents, [msgspec.structs.replace(STORY, id=one, recurs=None) for one in ids])
    search.read = Counter()
    return search


def trial_of(search: ReadSearch, wanted: Rule, live: Rule | None = None, days: int | None = None) -> Trial:
    since = None if days is None else NOON + timedelta(days=days)
    (trial,) = tried([wanted], {live.id: live} if live else {}, search, since, END)
    return trial


def test_a_changed_rule_is_compared_with_the_live_one_and_each_article_is_read_once() -> None:
    titles = ["bridge", "ferry", "bridge and ferry", "harbour"]
    search = stored(*(article(n, n, title=title, text="") for n, title in enumerate(titles)))

    trial = trial_of(search, DESK, rule(query="ferry OR harbour"))

    assert (trial.hits, trial.appears, trial.disappears) == (2, 1, 2)
    assert [one.title for one in trial.lost_samples] == ["harbour", "ferry"]
    assert search.read == Counter(["d000", "d001", "d002", "d003"])


def test_a_rule_that_finds_everything_takes_nothing_away() -> None:
    trial = trial_of(stored(article(1), article(2, title="ferry", text="")), rule(query=""), rule(query="ferry"))

    assert (trial.hits, trial.appears, trial.disappears) == (2, 1, 0)


def test_a_rule_with_the_query_of_the_live_one_loses_and_gains_nothing() -> None:
    trial = trial_of(stored(article(1)), rule(query="bridge", throttle_s=60.0), rule(query="bridge"))

    assert (trial.hits, trial.appears, trial.disappears) == (1, 0, 0)


@pytest.mark.parametrize(("live", "change"), [(None, None), (rule(kind="coverage", query=""), 0)])
def test_a_rule_of_coverage_is_new_unless_it_is_live(live: Rule | None, change: int | None) -> None:
    trial = trial_of(stored(), rule(kind="coverage", query=""), live)

    assert (trial.hits, trial.appears, trial.disappears) == (0, change, change)


@pytest.mark.parametrize("at_once", [1, 100])
def test_articles_of_the_same_story_count_for_its_publishers_and_are_read_once(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "STORIES_AT_ONCE", at_once)
    new = rule(kind="new_story", publishers=3, window_s=7200.0, channels=["desk"])
    papers = [Source(name=name, domain=f"{name}.example") for name in "abc"]
    search = stored(
        article(1, -30, story_id="s1", source=papers[0]),
        article(2, 10, story_id="s1", source=papers[1]),
        article(3, 20, story_id="s1", source=papers[2], title="harbour", text=""),
        article(4, 5, story_id="s2", source=papers[0]),
        article(5, 6, story_id="s3", title="ferry", text=""),
    )

    trial = trial_of(search, new, days=0)

    assert (trial.hits, trial.stories, trial.alerts, trial.deliveries) == (2, 2, 1, 1)
    assert search.read == Counter(["d001", "d002", "d003", "d004"])
