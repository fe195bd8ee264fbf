"""feedparser's own test corpus, where STREAMS_EVAL names the folder of evaluation data."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from streams import codec
from streams.errors import NotAFeedError
from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.parse import parse
from tests.feeds.expectations import cases, judge

EVAL = os.environ.get("STREAMS_EVAL")
HOLD = 1427
LONGEST_S = 1.0
URL = "http://127.0.0.1:8097/tests/"
QUALITY = Path(__file__).parents[2] / "docs" / "quality.md"


@pytest.mark.skipif(not EVAL, reason="STREAMS_EVAL does not name the folder of evaluation data")
def test_the_corpus_is_read_as_its_files_expect_but_for_what_is_listed() -> None:
    verdicts, failing, nameless, slow = Counter[str](), set[str](), [], []
    for case in cases(Path(EVAL or "", "feeds", "feedparser-corpus.tar.gz")):
        before = time.process_time()
        try:
            found = parse(case.body, url=URL + case.name, content_type=case.content_type)
            codec.encode(found)
        except NotAFeedError:
            nameless.append(case.name)
            continue
        if time.process_time() - before > LONGEST_S:
            slow.append(case.name)
        verdict = judge(case.expression, found)
        verdicts[verdict] += 1
        if verdict == "fails":
            failing.add(Path(case.name).name)
    assert (nameless, slow) == (["illformed/rss_empty_document.xml"], [])
    assert verdicts["holds"] >= HOLD
    assert failing == listed()


def listed() -> set[str]:
    """The files that docs/quality.md names with a reason."""
    section = QUALITY.read_text(encoding="utf-8").partition("### Feeds")[2].partition("\n## ")[0]
    return set(re.findall(r"`(\w[\w.-]*\.xml)`", section))


FOUND = ParsedFeed(
    title="A & B", link=None, language=None, entries=[Entry(title="<b>T</b>", authors=["Ann"])], problems=[]
)


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("not bozo and feed['title'] == 'A & B'", "holds"),
        ("feed.title == 'A &amp; B'", "holds"),
        ("feed['title'] == 'A' + ' & B'", "holds"),
        ("feed['title'] == 'C' and len(entries) == 1", "fails"),
        ("entries[0]['title'] == '<i>T</i>'", "holds"),
        ("entries[0]['author_detail']['name'] == 'Ann' and entries[0].author == 'Ann (a@b.example)'", "holds"),
        ("entries[0]['summary'] == 'T'", "fails"),
        ("entries[1]['title'] == 'T'", "fails"),
        ("ord(entries[0]['title']) == 84", "holds"),
        ("bozo", "other"),
        ("entries[0]['rights'] == 'T'", "other"),
        ("entries[0]['title'] == __import__('os').getcwd()", "other"),
        ("(", "other"),
    ],
)
def test_an_expectation_is_judged_without_being_run(expression: str, verdict: str) -> None:
    assert judge(expression, FOUND) == verdict
