from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from streams.access import issue
from streams.engines.embedded import EmbeddedEngine
from streams.errors import FeedsFileError, SettingsError
from streams.run import run_forever
from streams.serving import PageServer, is_local
from streams.settings import load
from tests.web.fakes import NOW, FakeEngine


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("LocalHost", True)]
    + [(host, False) for host in ("0.0.0.0", "::", "192.0.2.7", "news.example", "")],
)
def test_an_address_is_this_machines_or_others_reach_it(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_a_page_that_others_reach_wants_a_token_first() -> None:
    engine, settings = FakeEngine(), load(host="192.0.2.7")
    with pytest.raises(
        SettingsError, match=r"STREAMS_HOST=192\.0\.2\.7 .* `streams tokens create NAME --role admin`"
    ):
        PageServer(engine, settings)
    engine.put_token(issue("Ann", "read", NOW).token)
    PageServer(engine, settings)


async def test_a_run_that_others_would_reach_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    settings = load(host="0.0.0.0", port=0, data=tmp_path / "data")
    with pytest.raises(SettingsError, match="there is no token for them"):
        await run_forever(settings, ["nosuch.opml"], None, notify=False, say=print)
    assert not settings.data.exists()


async def test_a_run_that_others_reach_finds_the_token_in_its_data_folder(tmp_path: Path) -> None:
    settings = load(host="0.0.0.0", port=0, data=tmp_path / "data")
    with closing(EmbeddedEngine.open(settings.data, create=True)) as engine:
        engine.put_token(issue("Ann", "read", NOW).token)
    with pytest.raises(FeedsFileError, match=r"nosuch\.opml"):
        await run_forever(settings, ["nosuch.opml"], None, notify=False, say=print)
