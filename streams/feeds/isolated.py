"""Parsing in processes of their own, which can be stopped: feedparser meets what keeps it busy for hours."""

from __future__ import annotations

import msgspec

from streams import codec, isolation
from streams.errors import NotAFeedError
from streams.feeds.entries import ParsedFeed
from streams.feeds.parse import parse
from streams.feeds.xmlfeed import spare_feedparser
from streams.isolation import DiedError, Isolated, TooSlowError, ToRead
from streams.records import Problem

TIMEOUT_S = 30.0


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What `parse` returned, or the NotAFeedError that it raised."""

    feed: ParsedFeed | None = None
    fault: Problem | None = None


class IsolatedParser:
    """`parse` with limits of time and memory, in so many processes."""

    def __init__(self, processes: int = 1, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self.isolated = Isolated(__name__, processes, timeout_s)

    async def parse(self, body: bytes, *, url: str, content_type: str | None) -> ParsedFeed:
        """As `streams.feeds.parse.parse`.

        Raises NotAFeedError, also `too-slow` after the time-out and `unreadable` when the process died of it.
        """
        request = codec.encode(ToRead(body=body, url=url, content_type=content_type))
        try:
            answer = codec.decode_as(await self.isolated.ask(request), Answer)
        except TooSlowError as error:
            raise NotAFeedError(
                "too-slow", f"reading the document took more than {self._timeout_s:g} s, it was given up"
            ) from error
        except DiedError as error:
            raise NotAFeedError("unreadable", "the process that reads documents died of this one") from error
        if answer.feed is None:
            fault = answer.fault or Problem(kind="unreadable", message="no answer")
            raise NotAFeedError(fault.kind, fault.message)
        return answer.feed

    async def close(self) -> None:
        """End the processes, whatever they are doing."""
        await self.isolated.close()


def answered(request: bytes) -> bytes:
    """The processes' side of it."""
    asked = codec.decode_as(request, ToRead)
    try:
        answer = Answer(feed=parse(asked.body, url=asked.url, content_type=asked.content_type))
    except NotAFeedError as error:
        answer = Answer(fault=Problem(kind=error.kind, message=str(error)))
    return codec.encode(answer)


if __name__ == "__main__":
    spare_feedparser()
    isolation.work(answered)
