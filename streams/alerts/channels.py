"""Where alerts go: the log, files of JSON lines, and webhooks.

`log` and `file` (alerts.jsonl in the data folder) are always there; STREAMS_CHANNELS names more. A webhook's
address is a secret, often the only one, and is never shown: messages name the channel.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

import aiohttp
import structlog
from yarl import URL

from streams import codec
from streams.errors import AddressRefusedError, RecordError, ServiceError, SettingsError, StorageError
from streams.feeds.address import host_port
from streams.feeds.fetch import guarded_session, retry_after_s
from streams.records import Delivery
from streams.settings import Settings

LOG, FILE = "log", "file"
FILE_NAME = "alerts.jsonl"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TRY_LATER = frozenset({408, 429})

log = structlog.get_logger(__name__)


class Channel(Protocol):
    """One way to tell people."""

    async def send(self, delivery: Delivery) -> None:
        """Hand the delivery over; a repeat carries the same key.

        Raises ServiceError when the other side is away, RecordError when it refuses this delivery for good,
        and StorageError when the local disk is full.
        """
        ...


def known_channels(settings: Settings) -> set[str]:
    """The names that rules may use. Raises SettingsError for a channel that cannot be."""
    return {LOG, FILE, *_targets(settings)}


@asynccontextmanager
async def open_channels(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """All channels by name, while the body runs. Raises SettingsError for one that cannot be."""
    channels: dict[str, Channel] = {LOG: LogChannel(), FILE: FileChannel(FILE, settings.data / FILE_NAME)}
    targets = _targets(settings)
    async with guarded_session(settings) as session:
        for name, url in targets.items():
            file = url.scheme == "file"
            channels[name] = FileChannel(name, Path(url.path)) if file else WebhookChannel(name, url, session)
        yield channels


class LogChannel:
    """One log line an alert."""

    async def send(self, delivery: Delivery) -> None:
        """Log the alert."""
        alert = delivery.alert
        log.info(
            "alert",
            rule=alert.rule_id,
            title=alert.title,
            articles=alert.article_count,
            publishers=alert.publishers,
            url=alert.articles[0].url,
            alert=alert.id,
            key=delivery.key,
        )


class FileChannel:
    """One JSON line a delivery, on the disk before it counts as made."""

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._path = name, path

    async def send(self, delivery: Delivery) -> None:
        """Append. Raises StorageError on a full disk, ServiceError when the file cannot be written."""
        try:
            await asyncio.to_thread(self._append, codec.encode(delivery) + b"\n")
        except OSError as error:
            message = f"channel {self._name}: {self._path} cannot be written: {error.strerror}"
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageError(f"{message}; free disk space, then start again") from error
            raise ServiceError(f"{message}; mend its rights or its folder") from error

    def _append(self, line: bytes) -> None:
        with self._path.open("ab+") as file:
            # A line that an earlier process could not finish must not spoil this one too.
            torn = file.tell() > 0 and _last_byte(file) != b"\n"
            file.write(b"\n" + line if torn else line)
            file.flush()
            os.fsync(file.fileno())


class WebhookChannel:
    """POSTs the delivery as JSON, with its key as `Idempotency-Key`; only a 2xx answer counts as made."""

    def __init__(self, name: str, url: URL, session: aiohttp.ClientSession) -> None:
        self._name, self._url, self._session = name, url, session

    async def send(self, delivery: Delivery) -> None:
        """Post once. Raises ServiceError for no answer, 408, 429 and 5xx, RecordError for any other refusal."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": delivery.key}
        # Causes are left out of the errors (`from None`): they quote the address.
        try:
            async with self._session.post(
                self._url, data=codec.encode(delivery), headers=headers, allow_redirects=False
            ) as response:
                # The answer's body is of no interest: unread, it is dropped with the connection.
                self._judge(response)
        except AddressRefusedError as error:
            raise RecordError(f"channel {self._name}: {error}") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ServiceError(f"channel {self._name}: no answer ({type(error).__name__})") from None

    def _judge(self, response: aiohttp.ClientResponse) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        said = f"channel {self._name}: the webhook answered {status}"
        if status in TRY_LATER or status >= 500:
            raise ServiceError(said, retry_after_s(response.headers))
        raise RecordError(f"{said}: mend its address in STREAMS_CHANNELS")


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)


def _targets(settings: Settings) -> dict[str, URL]:
    return {
        name: _target(name, address.get_secret_value(), settings) for name, address in settings.channels.items()
    }


def _target(name: str, address: str, settings: Settings) -> URL:
    if not NAME.fullmatch(name) or name in (LOG, FILE):
        raise SettingsError(
            f"STREAMS_CHANNELS: {name[:80]!r} cannot name a channel: take a-z, 0-9, - and _, but neither "
            f"{LOG} nor {FILE}, which are always there"
        )
    with suppress(ValueError):
        url = URL(address)
        if _is_file(url) or _is_webhook(url, settings.allow_hosts):
            return url
    raise SettingsError(
        f"STREAMS_CHANNELS: the address of {name} is neither https://… nor file:///… (http:// is taken for a "
        "host:port in STREAMS_ALLOW_HOSTS)"
    )


def _is_file(url: URL) -> bool:
    return url.scheme == "file" and not url.host and url.path.startswith("/")


def _is_webhook(url: URL, plain: Collection[str]) -> bool:
    """Whether the URL can be posted to; raises ValueError for a host that can be no name."""
    named = bool((url.host or "").encode("idna"))
    return named and (url.scheme == "https" or (url.scheme == "http" and host_port(url) in plain))
