"""What feeds and servers say of when to ask again."""

from __future__ import annotations

import pytest

from streams.feeds.hints import MAX_S, fresh_s
from streams.feeds.parse import parse
from streams.records import Hints
from tests.feeds.documents import item, rss

SYNDICATION = (
    '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"> Daily </sy:updatePeriod>'
    '<sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">4</sy:updateFrequency>'
)


@pytest.mark.parametrize(
    ("head", "hints"),
    [
        ("", Hints()),
        ("<ttl>30</ttl>", Hints(ttl_s=1800)),
        ("<ttl>soon</ttl>", Hints()),
        ("<ttl>999999999999</ttl>", Hints(ttl_s=MAX_S)),
        (SYNDICATION, Hints(period_s=21600)),
        ("<skipHours><hour>0</hour><hour> 24</hour><hour>3</hour></skipHours>", Hints(skip_hours=[0, 3])),
        ("<skipDays><day>Sunday</day><day>Funday</day></skipDays>", Hints(skip_days=[6])),
        ("<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>", Hints()),
    ],
)
def test_a_document_says_how_often_it_changes(head: str, hints: Hints) -> None:
    assert parse(rss(item(1), head="<title>T</title>" + head)).hints == hints


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": "max-age=600", "Age": "250"}, 350),
        ({"Cache-Control": "max-age=600", "Age": "9999"}, 0),
        ({"Cache-Control": "s-maxage=600"}, 0),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "max-age=999999999999"}, MAX_S),
        ({"Expires": "Mon, 02 Mar 2026 12:05:00 GMT", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"}, 300),
        ({"Expires": "0", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"}, 0),
        ({"Expires": "Mon, 02 Mar 2020 12:05:00 GMT", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"}, 0),
        (
            {
                "Cache-Control": "max-age=60",
                "Expires": "Mon, 02 Mar 2026 12:05:00 GMT",
                "Date": "Mon, 02 Mar 2026 12:00:00 GMT",
            },
            60,
        ),
    ],
)
def test_a_server_says_for_how_long_there_is_nothing_newer(headers: dict[str, str], seconds: float) -> None:
    assert fresh_s(headers) == seconds
