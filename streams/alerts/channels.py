"""Where alerts go: the log, files of JSON lines, webhooks, and services that reach people.

`log` and `file` (alerts.jsonl in the data folder) are always there; STREAMS_CHANNELS names more. Addresses are
secrets, and are never shown: messages name the channel.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import aiohttp
import structlog
from yarl import URL

from streams import codec
from streams.alerts.message import message
from streams.alerts.signing import key_of
from streams.alerts.webhook import JSON, TEXT, WebhookChannel
from streams.errors import ServiceError, SettingsError, StorageError
from streams.feeds.address import host_port
from streams.feeds.fetch import guarded_session
from streams.records import Delivery
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.alerts.templates import MessageTemplate

LOG, FILE = "log", "file"
FILE_NAME = "alerts.jsonl"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

log = structlog.get_logger(__name__)

Maker = Callable[[aiohttp.ClientSession], "Channel"]


class Channel(Protocol):
    """One way to tell people; `joins` says whether it makes one message of a digest.

    One that does not is handed the deliveries of a digest one by one, so that each is settled by itself.
    """

    joins: bool

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Hand over one delivery, or all those of one digest; repeats carry the same keys.

        Raises ServiceError when the other side is away, RecordError when it refuses these for good,
        and StorageError when the local disk is full.
        """
        ...


def known_channels(settings: Settings) -> set[str]:
    """The names that rules may use. Raises SettingsError for a channel that cannot be."""
    return {LOG, FILE, *_makers(settings)}


@asynccontextmanager
async def open_channels(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """All channels by name, while the body runs. Raises SettingsError for one that cannot be."""
    channels: dict[str, Channel] = {LOG: LogChannel(), FILE: FileChannel(FILE, settings.data / FILE_NAME)}
    async with guarded_session(settings) as session:
        yield channels | {name: make(session) for name, make in _makers(settings).items()}


def _makers(settings: Settings) -> dict[str, Maker]:
    _check_extras(settings)
    return {
        name: _maker(name, address.get_secret_value(), settings) for name, address in settings.channels.items()
    }


def _maker(name: str, address: str, settings: Settings) -> Maker:
    url, template, key = _target(name, address, settings), _template(name, settings), _key(name, settings)
    if url is not None and url.scheme != "file":
        kind = JSON if template is None or template.is_json else TEXT
        words = template.text if template else None
        return partial(WebhookChannel, name, url, key=key, words=words, content_type=kind)
    if key is not None:
        raise SettingsError(f"STREAMS_CHANNEL_SECRETS: {name} is no webhook, and only those are signed")
    if url is None:
        # It takes a while to load, and few processes tell people.
        from streams.alerts.services import ServiceChannel

        service = ServiceChannel(name, address, template.message if template else message)
        return lambda _: service
    if template is not None:
        raise SettingsError(f"STREAMS_CHANNEL_TEMPLATES: {name} is a file, which has JSON lines only")
    return lambda _: FileChannel(name, Path(url.path))


class LogChannel:
    """One log line an alert."""

    joins = True

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Log the alerts."""
        for delivery in deliveries:
            alert = delivery.alert
            log.info(
                "alert",
                rule=alert.rule_id,
                title=alert.title,
                articles=alert.article_count,
                publishers=alert.publishers,
                url=alert.articles[0].url if alert.articles else None,
                alert=alert.id,
                key=delivery.key,
            )


class FileChannel:
    """One JSON line a delivery, on the disk before it counts as made."""

    joins = True

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._path = name, path

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Append. Raises StorageError on a full disk, ServiceError when the file cannot be written."""
        try:
            await asyncio.to_thread(self._append, b"".join(codec.encode(one) + b"\n" for one in deliveries))
        except OSError as error:
            message = f"channel {self._name}: {self._path} cannot be written: {error.strerror}"
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageError(f"{message}; free disk space, then start again") from error
            raise ServiceError(f"{message}; mend its rights or its folder") from error

    def _append(self, lines: bytes) -> None:
        with self._path.open("ab+") as file:
            # A line that an earlier process could not finish must not spoil this one too.
            torn = file.tell() > 0 and _last_byte(file) != b"\n"
            file.write(b"\n" + lines if torn else lines)
            file.flush()
            os.fsync(file.fileno())


def _target(name: str, address: str, settings: Settings) -> URL | None:
    """Where a webhook or file is; None for an address of another kind."""
    if not NAME.fullmatch(name) or name in (LOG, FILE):
        raise SettingsError(
            f"STREAMS_CHANNELS: {name[:80]!r} cannot name a channel: take a-z, 0-9, - and _, but neither "
            f"{LOG} nor {FILE}, which are always there"
        )
    with suppress(ValueError):
        url = URL(address)
        if _is_file(url) or _is_webhook(url, settings.allow_hosts):
            return url
    if "://" in address and not address.lower().startswith(("file:", "http:", "https:")):
        return None
    raise SettingsError(
        f"STREAMS_CHANNELS: the address of {name} is neither https://… nor file:///… nor a service's (http:// is "
        "taken for a host:port in STREAMS_ALLOW_HOSTS)"
    )


def _is_file(url: URL) -> bool:
    return url.scheme == "file" and not url.host and url.path.startswith("/")


def _is_webhook(url: URL, plain: Collection[str]) -> bool:
    """Whether the URL can be posted to; raises ValueError for a host that can be no name."""
    named = bool((url.host or "").encode("idna"))
    return named and (url.scheme == "https" or (url.scheme == "http" and host_port(url) in plain))


def _template(name: str, settings: Settings) -> MessageTemplate | None:
    path = settings.channel_templates.get(name)
    if path is None:
        return None
    # Few use them, and what workers load should be small.
    from streams.alerts.templates import MessageTemplate

    return MessageTemplate(name, path)


def _key(name: str, settings: Settings) -> bytes | None:
    secret = settings.channel_secrets.get(name)
    return None if secret is None else key_of(name, secret.get_secret_value())


def _check_extras(settings: Settings) -> None:
    """Secrets and templates must be those of channels that have them. Raises SettingsError."""
    for setting, names in (
        ("STREAMS_CHANNEL_SECRETS", settings.channel_secrets),
        ("STREAMS_CHANNEL_TEMPLATES", settings.channel_templates),
    ):
        for name in sorted(set(names) - set(settings.channels)):
            raise SettingsError(
                f"{setting}: there is no channel {name[:80]!r} in STREAMS_CHANNELS: name one of those"
            )


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)
