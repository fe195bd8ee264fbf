"""Mail through apprise to a small server of the test's own; other services differ in apprise only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_string
from email.policy import default

import pytest

from streams.alerts.channels import open_channels
from streams.alerts.message import Message, message
from streams.alerts.services import ServiceChannel, service
from streams.errors import RecordError, ServiceError, SettingsError
from streams.settings import load
from tests.alerts.fakes import delivery

SECRET = "t0ken"


@asynccontextmanager
async def mail_server(received: list[str], refuse: str = "") -> AsyncIterator[int]:
    """A mail server on localhost that keeps what it gets, or refuses one command; gives its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            command = line.split()[0].upper()
            if command == refuse:
                writer.write(b"550 no\r\n")
            elif command == "DATA":
                writer.write(b"354 go on\r\n")
                received.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if command == "QUIT" else b"250 fine\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def mailbox(port: int) -> str:
    return f"mailto://127.0.0.1:{port}?from=news@example.com&to=desk@example.com&mode=insecure&pass={SECRET}"


async def test_a_message_that_a_service_fails_with_is_refused_and_ends_nothing() -> None:
    received: list[str] = []
    async with mail_server(received) as port:
        channel = ServiceChannel("desk", mailbox(port), lambda _: Message("lone \ud800", "text"))
        with pytest.raises(
            RecordError, match=r"channel desk: E-Mail fails with this message \(UnicodeEncodeError\)"
        ):
            await channel.send([delivery()])
    assert received == []


async def test_a_mail_says_what_the_alert_is() -> None:
    received: list[str] = []
    made = delivery(channel="desk", title="Brücke <b>gesperrt</b>")
    async with mail_server(received) as port, open_channels(load(channels={"desk": mailbox(port)})) as channels:
        await channels["desk"].send([made])

    mail = message_from_string(received[0], policy=default)
    assert (mail["to"], mail["subject"]) == ("desk@example.com", "Bridge: Brücke <b>gesperrt</b>")
    assert mail.get_content_type() == "text/plain"
    assert "- Brücke <b>gesperrt</b> (The Herald, 2026-03-02 12:00 UTC)" in mail.get_content()


async def test_a_service_that_does_not_take_it_is_tried_again_without_showing_its_address() -> None:
    async with mail_server([], refuse="MAIL") as port:
        with pytest.raises(ServiceError, match="channel desk: E-Mail did not take the message") as caught:
            await ServiceChannel("desk", mailbox(port), message).send([delivery()])

    assert SECRET not in str(caught.value)


async def test_a_service_that_is_away_is_tried_again() -> None:
    async with mail_server([]) as port:
        pass

    with pytest.raises(ServiceError, match="did not take"):
        await ServiceChannel("desk", mailbox(port), lambda _: Message("a", "b")).send([delivery()])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("slack://TokenA/TokenB/TokenC/#desk", "Slack"),
        ("tgram://123456789:AAabcdefghijklmnopqrstuvwxyz0123456/12315544/", "Telegram"),
        ("workflows://prod.example.com:443/643ac1c/3DNBzF/", "Power Automate / Workflows (for MSTeams)"),
        ("mailtos://user:pass@example.com", "E-Mail"),
    ],
)
def test_addresses_of_services_are_taken_as_apprise_has_them(address: str, name: str) -> None:
    assert service("desk", address).service_name == name


@pytest.mark.parametrize("scheme", ["json", "jsons", "xml", "form", "apprise", "syslog", "dbus"])
def test_no_way_around_the_checks_of_webhooks_and_none_to_this_machine(scheme: str) -> None:
    with pytest.raises(SettingsError, match=f"{scheme}:// is not taken; use https://"):
        ServiceChannel("desk", f"{scheme}://127.0.0.1/{SECRET}", message)


@pytest.mark.parametrize("address", [f"slack://{SECRET}", f"nosuch://{SECRET}"])
def test_an_address_that_is_none_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(SettingsError, match="the address of desk is neither") as caught:
        ServiceChannel("desk", address, message)

    assert SECRET not in str(caught.value)
