"""Reading pages in processes of their own: a stranger's text can keep a processor busy for long."""

from __future__ import annotations

import logging

import msgspec

from streams import codec, isolation
from streams.errors import NotAPageError
from streams.fulltext.page import Page, read_page
from streams.isolation import DiedError, Isolated, TooSlowError, ToRead

TIMEOUT_S = 15.0


class IsolatedPages:
    """`read_page` with limits of time and memory, in so many processes."""

    def __init__(self, processes: int = 1, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._isolated = Isolated(__name__, processes, timeout_s)

    async def read(self, body: bytes, *, url: str, content_type: str | None) -> Page:
        """As `read_page`. Raises NotAPageError, `too-slow` or `unreadable`, where there is no reading it."""
        request = codec.encode(ToRead(body=body, url=url, content_type=content_type))
        try:
            return codec.decode_as(await self._isolated.ask(request), Page)
        except TooSlowError as error:
            raise NotAPageError("too-slow", f"reading the page took more than {self._timeout_s:g} s") from error
        except (DiedError, msgspec.DecodeError) as error:
            raise NotAPageError("unreadable", "the page cannot be read") from error

    async def close(self) -> None:
        """End the processes, whatever they are doing."""
        await self._isolated.close()


def answered(request: bytes) -> bytes:
    """The processes' side of it; an empty answer is for what cannot be read."""
    asked = codec.decode_as(request, ToRead)
    try:
        return codec.encode(read_page(asked.body, url=asked.url, content_type=asked.content_type))
    except Exception:  # whatever it is that nobody has thought of, it costs this page only
        return b""


if __name__ == "__main__":
    logging.disable()
    isolation.work(answered)
