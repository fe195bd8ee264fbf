"""Too much of something."""

from __future__ import annotations

import time

import pytest

from streams.feeds.parse import parse
from streams.feeds.surplus import MAX_CATEGORIES, without_surplus
from tests.feeds.documents import item, rss


@pytest.mark.parametrize(
    "elements",
    [
        f"<author>{'a.' * 40_000}</author>",
        f"<author>{'a.<!-- -->' * 40_000}</author>",
        f"<author><![CDATA[{'a.' * 40_000}]]></author>",
        f"<managingEditor>{'a@a.' * 20_000}</managingEditor>",
        f"<media:keywords>{','.join(map(str, range(15_000)))}</media:keywords>",
        "".join(f"<category>{number}</category>" for number in range(3_000)),
        "".join(f"<category term='{number}'/>" for number in range(3_000)),
        "<author>" * 2_000,
    ],
    ids=range(8),
)
def test_what_would_take_minutes_is_cut_and_the_rest_stays(elements: str) -> None:
    before = time.process_time()
    found = parse(rss(item(1), elements + item(2), item(3)))
    assert time.process_time() - before < 3
    assert len(found.entries) == 3
    assert found.entries[-1].url == "https://herald.example/1"


def test_an_author_is_cut_to_its_beginning() -> None:
    names = ", ".join(f"<a href='/{number}'>Ann &lt;Lee {number}</a>" for number in range(500))
    (entry,) = parse(rss(f"<title>T</title><author><![CDATA[{names}]]></author>")).entries
    assert entry.authors[0].startswith("Ann <Lee 0, Ann <Lee 1, ")


def test_categories_are_counted_for_each_entry() -> None:
    some = "".join(f"<category>{number}</category>" for number in range(MAX_CATEGORIES))
    document = rss(item(1) + some, item(2) + some).decode()
    assert without_surplus(document) == document
    assert without_surplus(document.replace("<item>", "")).count("<surplus>") == MAX_CATEGORIES
