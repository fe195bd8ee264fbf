"""A server that speaks in bytes of its own choice, where a web framework would be too well behaved."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Speaks = Callable[[asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\n"


@asynccontextmanager
async def raw(speaks: Speaks, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The server's `host:port`; it reads a request's head and then says what `speaks` says."""

    meetings: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        meetings.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await speaks(writer)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        meetings.discard(task)

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=tls)
    try:
        yield "{}:{}".format(*server.sockets[0].getsockname())
    finally:
        server.close()
        for task in list(meetings):
            task.cancel()
        await asyncio.gather(*meetings)
        await asyncio.sleep(0)


def says(data: bytes) -> Speaks:
    """These bytes, and good-bye."""

    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return speak


def goes_on(begin: bytes, piece: bytes, pause_s: float = 0.0) -> Speaks:
    """A piece after another until nobody listens."""

    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return speak


def resets(begin: bytes) -> Speaks:
    """Some bytes, then a reset of the connection."""

    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        await writer.drain()
        found = writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return speak
