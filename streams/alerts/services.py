"""Mail, Slack, Teams, Telegram and some hundred more, through apprise: https://github.com/caronc/apprise.

A service's address holds its password or token. It is never shown, and apprise's own log, which may quote what a
service answered, is not kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

import apprise

from streams.alerts.message import Message
from streams.errors import RecordError, ServiceError, SettingsError
from streams.records import Delivery

TIME_OUT_S = 60.0
"""For one message in all; apprise itself waits some seconds for a connection and for each answer."""
GENERIC = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "apprise", "apprises"})
"""Schemes by which apprise posts to any address, past the checks of our own webhooks."""
LOCAL = frozenset({"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
"""Schemes that reach for this machine instead of people."""


class ServiceChannel:
    """Sends one message for what is given, as the template or the default has it."""

    joins = True

    def __init__(self, name: str, address: str, words: Callable[[Sequence[Delivery]], Message]) -> None:
        self._name, self._words = name, words
        self._service = service(name, address)

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Send. Raises ServiceError when the service did not take it: apprise does not say why. Raises RecordError
        for a message that the service's part of apprise fails with.
        """
        made = self._words(deliveries)
        try:
            async with asyncio.timeout(TIME_OUT_S):
                taken = await asyncio.to_thread(self._notify, made)
        except TimeoutError:
            taken = False
        except Exception as error:  # apprise's parts are many hands' work; telling others goes on
            # Its text may quote the address.
            raise RecordError(
                f"channel {self._name}: {self._service.service_name} fails with this message "
                f"({type(error).__name__}): change the channel's template, or take another channel"
            ) from None
        if not taken:
            raise ServiceError(
                f"channel {self._name}: {self._service.service_name} did not take the message: "
                f"`streams channels test {self._name}` tries it again"
            )

    def _notify(self, made: Message) -> bool:
        return bool(self._service.notify(title=made.title, body=made.body, body_format=apprise.NotifyFormat.TEXT))


def service(name: str, address: str) -> apprise.NotifyBase:
    """The service of an address. Raises SettingsError, which does not show it, for one that names none."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    scheme = address.partition("://")[0].lower()
    if scheme in GENERIC or scheme in LOCAL:
        raise SettingsError(
            f"STREAMS_CHANNELS: the address of {name}: {scheme}:// is not taken; use https://… for a webhook"
        )
    asset = apprise.AppriseAsset(
        async_mode=False, app_id="streams", app_desc="streams", image_url_mask="", image_url_logo=""
    )
    found = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if not isinstance(found, apprise.NotifyBase):
        raise SettingsError(
            f"STREAMS_CHANNELS: the address of {name} is neither https://… nor file:///… nor a service's "
            "that apprise knows, complete as its documentation has it"
        )
    return found
