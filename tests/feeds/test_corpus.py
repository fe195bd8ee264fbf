"""feedparser's own test corpus, where STREAMS_EVAL names the folder of evaluation data."""

from __future__ import annotations

import contextlib
import os
import random
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
COPIES = 400
PIECES = [
    *b"< > & ]]> \" ' <![CDATA[ <item> </item> <title> </title> <image> <link> /> <!-- <!DOCTYPE &#x <br>".split()
]


@pytest.fixture(scope="module", autouse=True)
def languages() -> None:
    """Once in a process the months of all languages are loaded, which is no feed's time."""
    parse(b"<rss version='2.0'><channel><lastBuildDate>31 Brumaire 2026</lastBuildDate></channel></rss>", url=URL)


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


@pytest.mark.skipif(not EVAL, reason="STREAMS_EVAL does not name the folder of evaluation data")
def test_mutilated_copies_of_the_corpus_are_read_or_refused() -> None:
    bodies = [case.body for case in cases(Path(EVAL or "", "feeds", "feedparser-corpus.tar.gz")) if case.body]
    chance = random.Random(8)
    for _ in range(COPIES):
        body = mutilated(chance.choice(bodies), bodies, chance)
        before = time.process_time()
        with contextlib.suppress(NotAFeedError):
            codec.encode(parse(body, url=URL))
        assert time.process_time() - before < LONGEST_S


def mutilated(body: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A copy with bytes changed, lost and repeated, with pieces of markup and of other feeds in it."""
    copy = bytearray(body)
    for _ in range(chance.randrange(1, 8)):
        start = chance.randrange(len(copy) + 1)
        piece = copy[start : start + chance.randrange(1, 40)]
        other = chance.choice(others)
        cut = chance.randrange(len(other))
        instead = [b"", piece * 20, chance.choice(PIECES), other[cut : cut + 200], chance.randbytes(1)]
        copy[start : start + len(piece)] = chance.choice(instead)
    return bytes(copy)


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
