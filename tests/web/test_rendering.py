from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from streams.web.rendering import ago, day, href, iso, number, quoted, web_url
from tests.web.fakes import NOW


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-30), "just now"),
        (timedelta(minutes=-2), "ahead of time"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=70), "2 months ago"),
        (timedelta(days=4000), "10 years ago"),
        (NOW - datetime.min.replace(tzinfo=UTC), "2026 years ago"),
    ],
)
def test_ages_are_told_in_one_unit(age: timedelta, words: str) -> None:
    assert ago(NOW - age, NOW) == words


def test_times_are_shown_in_utc() -> None:
    paris = datetime(2026, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert day(paris) == "1 Mar 2026, 23:30"
    assert iso(paris) == "2026-03-01T23:30:00Z"


@pytest.mark.parametrize(
    "url", ["https://a.example/x?y=1#z", "HTTP://a.example", "http://münchen.example/straße", "http://[::1]:80/"]
)
def test_web_addresses_become_links(url: str) -> None:
    assert web_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "/relative",
        "ftp://a.example/",
        "https://a.example/\nSet-Cookie: x",
        'https://a.example/"onclick="x',
        "https://a.example/" + "x" * 100_000,
    ],
)
def test_other_addresses_do_not(url: str | None) -> None:
    assert web_url(url) is None


def test_addresses_carry_only_what_is_given() -> None:
    assert href("/search", {"q": "a&b", "offset": "20"}, offset=None, source="é.example") == (
        "/search?q=a%26b&source=%C3%A9.example"
    )
    assert href("/search", {}) == "/search"


def test_an_id_is_one_segment_of_a_path() -> None:
    assert quoted("a/b?c#d\ud800") == "a%2Fb%3Fc%23d%3F"


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1234567, "1\u202f234\u202f567"), (0.21340, "0.213"), (2.0, "2"), (-1.5, "-1.5")]
)
def test_numbers_are_grouped_and_rounded(value: float, text: str) -> None:
    assert number(value) == text
