"""What a site's robots.txt allows."""

from __future__ import annotations

import asyncio

import pytest
from yarl import URL

from streams.errors import AddressRefusedError, FeedError, FetchError
from streams.feeds.fetch import Fetched
from streams.fulltext.robots import Robots

PAGE = URL("https://herald.example/news/1?x=1")
RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 3\n\nUser-agent: streams\nDisallow: /news\n"


class Site:
    """Answers with a robots.txt or a fault, and counts."""

    def __init__(self, answer: bytes | FeedError) -> None:
        self.answer, self.asked = answer, list[str]()

    async def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        await asyncio.sleep(0)
        if isinstance(self.answer, FeedError):
            raise self.answer
        return Fetched(status=200, url=url, body=self.answer)


async def test_rules_are_those_for_us_or_for_everybody() -> None:
    site = Site(RULES)
    with pytest.raises(FetchError, match="forbids it") as raised:
        await Robots(site.fetch, "streams/0.1 (feed reader)").delay_s(PAGE)
    assert raised.value.kind == "robots"
    assert await Robots(site.fetch, "other reader").delay_s(PAGE) == 3.0
    with pytest.raises(FetchError, match="forbids it"):
        await Robots(site.fetch, "other").delay_s(URL("https://herald.example/private/1"))


async def test_a_site_is_asked_once_for_all_its_pages() -> None:
    site = Site(RULES)
    robots = Robots(site.fetch, "other")
    await asyncio.gather(*(robots.delay_s(PAGE) for _ in range(5)))
    await robots.delay_s(URL("https://herald.example:8443/"))
    assert site.asked == ["https://herald.example/robots.txt", "https://herald.example:8443/robots.txt"]


@pytest.mark.parametrize("kind", ["http-404", "http-410", "http-403"])
async def test_a_site_without_rules_allows_everything(kind: str) -> None:
    assert await Robots(Site(FetchError(kind, "no")).fetch, "streams").delay_s(PAGE) == 0


@pytest.mark.parametrize("kind", ["http-500", "http-429", "time-out", "dns"])
async def test_a_site_that_has_no_answer_allows_nothing(kind: str) -> None:
    with pytest.raises(FetchError, match=f"did not come: {kind}"):
        await Robots(Site(FetchError(kind, "no")).fetch, "streams").delay_s(PAGE)


async def test_an_address_that_is_refused_is_said_to_be() -> None:
    with pytest.raises(AddressRefusedError):
        await Robots(Site(AddressRefusedError("address-refused", "no")).fetch, "streams").delay_s(PAGE)


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00", b"<html>", b"User-agent: *\nCrawl-delay: inf"])
async def test_what_is_no_rules_forbids_nothing(text: bytes) -> None:
    assert await Robots(Site(text).fetch, "streams").delay_s(PAGE) == 0
