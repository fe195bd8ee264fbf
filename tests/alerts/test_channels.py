from __future__ import annotations

import asyncio
import errno
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog
from aiohttp import web

from streams.alerts.channels import FileChannel, LogChannel, known_channels, open_channels
from streams.alerts.signing import key_of, signed
from streams.codec import decode, encode
from streams.errors import RecordError, ServiceError, SettingsError, StorageError
from streams.settings import Settings, load
from tests.alerts.fakes import delivery

SECRET = "t0ken"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    """A server on localhost that answers everything with the handler; gives its host:port."""
    runner = web.AppRunner(_app(handler), shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield "{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


def _app(handler: Handler) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    return app


def settings(address: str, **more: object) -> Settings:
    return load(channels={"desk": address}, **more)


async def post(host_port: str, **more: object) -> None:
    """Send one delivery to the server by a webhook with a secret in its address."""
    options = {"allow_hosts": [host_port]} | more
    async with open_channels(settings(f"http://{host_port}/hook?key={SECRET}", **options)) as channels:
        await channels["desk"].send([delivery(channel="desk")])


def answer(status: int, **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(
            status=status, headers={key.replace("_", "-"): value for key, value in headers.items()}
        )

    return handler


async def test_the_log_gets_one_line_that_names_rule_title_and_key() -> None:
    made = delivery(title="Bridge closed")
    with structlog.testing.capture_logs() as logged:
        await LogChannel().send([made])

    (line,) = logged
    assert (line["event"], line["rule"], line["title"], line["key"]) == (
        "alert",
        "bridge",
        "Bridge closed",
        made.key,
    )


async def test_a_file_gets_one_json_line_a_delivery(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    first, second = delivery("a"), delivery("b", title="Brücke\n\u2028gesperrt")

    for one in (first, second):
        await FileChannel("file", file).send([one])

    assert [decode(line) for line in file.read_bytes().split(b"\n")[:-1]] == [first, second]


async def test_a_line_that_was_never_finished_does_not_spoil_the_next(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    file.write_bytes(b"{")

    await FileChannel("file", file).send([delivery()])

    assert file.read_bytes() == b"{\n" + encode(delivery()) + b"\n"


async def test_a_file_that_cannot_be_written_may_be_mended(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"channel desk: .*alerts\.jsonl cannot be written: No such file"):
        await FileChannel("desk", tmp_path / "missing" / "alerts.jsonl").send([delivery()])


async def test_a_full_disk_is_the_process_s_affair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device; free disk space"):
        await FileChannel("desk", tmp_path / "alerts.jsonl").send([delivery()])


async def test_a_webhook_gets_the_delivery_with_its_key() -> None:
    seen: list[tuple[str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        key, kind = request.headers["Idempotency-Key"], request.headers["Content-Type"]
        seen.append((request.method, key, kind, await request.read()))
        return web.Response(status=204)

    async with server(handler) as host_port:
        await post(host_port)

    made = delivery(channel="desk")
    assert seen == [("POST", made.key, "application/json", encode(made))]
    assert json.loads(seen[0][3])["alert"]["rule_id"] == "bridge"


async def test_a_webhook_with_a_secret_is_signed() -> None:
    seen: list[tuple[dict[str, str], bytes]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(({key.lower(): value for key, value in request.headers.items()}, await request.read()))
        return web.Response(status=204)

    async with server(handler) as host_port:
        await post(host_port, channel_secrets={"desk": "whsec_" + "k" * 44})

    ((headers, body),) = seen
    assert headers["webhook-id"] == headers["idempotency-key"]
    at = int(headers["webhook-timestamp"])
    assert signed(key_of("desk", "whsec_" + "k" * 44), headers["webhook-id"], at, body).items() <= headers.items()


async def test_a_webhook_with_a_template_gets_what_that_makes(tmp_path: Path) -> None:
    seen: list[tuple[str, bytes]] = []
    (tmp_path / "chat.json").write_text('{"text": {{ alert.title|tojson }}}')

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append((request.headers["Content-Type"], await request.read()))
        return web.Response(status=204)

    async with server(handler) as host_port:
        await post(host_port, channel_templates={"desk": tmp_path / "chat.json"})

    assert seen == [("application/json", b'{"text": "Bridge closed"}')]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"channel_secrets": {"other": "x"}}, "STREAMS_CHANNEL_SECRETS: there is no channel 'other'"),
        ({"channel_templates": {"other": "x"}}, "STREAMS_CHANNEL_TEMPLATES: there is no channel 'other'"),
        ({"channel_templates": {"desk": "/missing"}}, "/missing, cannot be read"),
        ({"channel_secrets": {"desk": "t0ken"}}, "the secret of desk is not whsec_"),
    ],
)
def test_secrets_and_templates_are_those_of_channels(options: dict[str, object], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        known_channels(settings("https://hooks.example/", **options))


@pytest.mark.parametrize("address", ["file:///tmp/told.jsonl", "mailtos://user:pass@example.com"])
def test_only_webhooks_are_signed(address: str) -> None:
    with pytest.raises(SettingsError, match="desk is no webhook"):
        known_channels(settings(address, channel_secrets={"desk": "whsec_" + "k" * 44}))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_webhook_that_cannot_just_now_is_tried_again(status: int) -> None:
    async with server(answer(status, Retry_After="120")) as host_port:
        with pytest.raises(ServiceError, match=f"channel desk: the webhook answered {status}") as caught:
            await post(host_port)

    assert caught.value.retry_after_s == 120.0


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 410])
async def test_a_webhook_that_refuses_is_not_tried_again(status: int) -> None:
    async with server(answer(status, Location="http://127.0.0.1:1/")) as host_port:
        with pytest.raises(RecordError, match=f"answered {status}: mend its address in STREAMS_CHANNELS"):
            await post(host_port)


async def test_a_redirect_is_not_followed() -> None:
    paths: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        paths.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with server(handler) as host_port:
        with pytest.raises(RecordError):
            await post(host_port)

    assert paths == ["/hook"]


async def test_an_endless_answer_is_cut_off() -> None:
    cut_off = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        finally:
            cut_off.set()

    async with server(handler) as host_port:
        await post(host_port)
        await asyncio.wait_for(cut_off.wait(), 10)
    assert cut_off.is_set()


async def test_a_webhook_that_does_not_answer_in_time_is_tried_again() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with server(handler) as host_port:
        with pytest.raises(ServiceError, match="channel desk: no answer"):
            await post(host_port, fetch_timeout_s=0.2)


async def test_nobody_there_is_tried_again() -> None:
    async with server(answer(200)) as host_port:
        pass
    with pytest.raises(ServiceError, match=r"channel desk: no answer \(ClientConnectorError\)"):
        await post(host_port)


async def test_a_private_address_is_refused_with_the_way_out() -> None:
    async with open_channels(settings(f"https://127.0.0.1:1/{SECRET}")) as channels:
        with pytest.raises(
            RecordError, match=r"channel desk: 127\.0\.0\.1:1 is not .*STREAMS_ALLOW_HOSTS"
        ) as caught:
            await channels["desk"].send([delivery()])

    assert_secret_kept(caught.value)


@pytest.mark.parametrize("status", [404, 500])
async def test_the_secret_address_is_in_no_error(status: int) -> None:
    async with server(answer(status)) as host_port:
        with pytest.raises((RecordError, ServiceError)) as caught:
            await post(host_port)
    assert_secret_kept(caught.value)
    with pytest.raises(ServiceError) as unreachable:
        await post(host_port)
    assert_secret_kept(unreachable.value)


def assert_secret_kept(error: BaseException) -> None:
    """The address is neither in the message nor in what a traceback would show as its cause."""
    assert SECRET not in str(error)
    assert error.__suppress_context__ or error.__context__ is None
    assert error.__cause__ is None


async def test_log_and_file_are_always_there_and_files_can_be_anywhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "a b" / "x.jsonl"
    elsewhere.parent.mkdir()
    options = load(data=tmp_path, channels={"desk": elsewhere.as_uri()})

    async with open_channels(options) as channels:
        assert set(channels) == known_channels(options) == {"log", "file", "desk"}
        await channels["file"].send([delivery()])
        await channels["desk"].send([delivery()])

    assert (tmp_path / "alerts.jsonl").read_bytes() == elsewhere.read_bytes() == encode(delivery()) + b"\n"


@pytest.mark.parametrize(
    "address",
    [
        f"http://hooks.example/{SECRET}",
        f"ftp://hooks.example/{SECRET}",
        f"/var/{SECRET}",
        f"file://host/{SECRET}",
        f"file:{SECRET}",
        f"https:///{SECRET}",
        f"https://[{SECRET}/",
        f"https://a..b/{SECRET}",
        f"https://{'x' * 70}.example/{SECRET}",
        f"https://xn--a/{SECRET}",
        f"https://hooks.example:99999/{SECRET}",
        "",
    ],
)
def test_an_address_that_is_no_channel_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(SettingsError, match="STREAMS_CHANNELS: the address of desk is neither") as caught:
        known_channels(settings(address))

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["log", "file", "Desk", "", "a b", "x" * 65])
def test_a_name_that_no_rule_can_use_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="cannot name a channel"):
        known_channels(load(channels={name: "https://hooks.example/"}))


def test_plain_http_is_taken_for_a_host_that_the_operator_named() -> None:
    options = settings("http://10.0.0.5:9000/hook", allow_hosts=["10.0.0.5:9000"])

    assert "desk" in known_channels(options)
