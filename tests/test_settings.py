"""Options are read from one table, refused by name when wrong, and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams import settings
from streams.errors import SettingsError

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "settings.md"


def test_the_settings_page_is_made_from_the_table() -> None:
    assert DOCS.read_text(encoding="utf-8") == settings.to_markdown(), "run `make docs`"


def test_every_option_says_what_it_is_for() -> None:
    for name, field in settings.Settings.model_fields.items():
        assert field.description, f"{name} has no description"
        assert len(field.description) > 20


def test_the_environment_is_read_and_the_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_PORT", "9000")
    monkeypatch.setenv("STREAMS_MODELS", '{"de": "de_core_news_sm"}')
    assert settings.load().port == 9000
    assert settings.load(port=9001, data=None).port == 9001
    assert settings.load().models == {"de": "de_core_news_sm"}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("STREAMS_PORT", "eighty", "STREAMS_PORT is 'eighty'"),
        ("STREAMS_PORT", "70000", "less than or equal to 65535"),
        ("STREAMS_MAX_BODY_BYTES", "-1", "STREAMS_MAX_BODY_BYTES"),
        ("STREAMS_LOG_LEVEL", "loud", "STREAMS_LOG_LEVEL is 'loud'"),
        ("STREAMS_ALLOW_HOSTS", "localhost", "'localhost' is not host:port"),
        ("STREAMS_MODELS", "{", "STREAMS_MODELS"),
        ("STREAMS_PROT", "1", "did you mean STREAMS_PORT"),
    ],
)
def test_a_wrong_option_is_named_with_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_names_that_only_tests_read_are_not_refused() -> None:
    """A name set in `.ci/run` or the Makefile and read by tests must not stop the program that they test."""
    sources = [ROOT / ".ci" / "run", ROOT / "Makefile", *(ROOT / "tests").rglob("*.py")]
    asked = re.compile(r"""(?:os\.environ(?:\.get\(|\[)"|export |^[ \t]*)(STREAMS_[A-Z_]+)""", re.MULTILINE)
    names = {name for source in sources for name in asked.findall(source.read_text(encoding="utf-8"))}
    options = {f"{settings.PREFIX}{name.upper()}" for name in settings.Settings.model_fields}
    assert names - options <= settings.NOT_OPTIONS


def test_hosts_are_a_comma_separated_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_ALLOW_HOSTS", "127.0.0.1:8000, LocalHost:9000")
    assert settings.load().allow_hosts == ["127.0.0.1:8000", "localhost:9000"]


def test_a_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "channels"
    secret.write_text('{"press": "https://hooks.example/s3cret"}\n')
    monkeypatch.setenv("STREAMS_CHANNELS_FILE", str(secret))
    loaded = settings.load()
    assert loaded.channels["press"].get_secret_value() == "https://hooks.example/s3cret"
    assert "s3cret" not in repr(loaded)


def test_a_secret_never_shows_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_CHANNELS", '{"press": ["https://hooks.example/s3cret"]}')
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert "s3cret" not in str(caught.value)


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STREAMS_CHANNELS_FILE", str(tmp_path / "gone"))
    with pytest.raises(SettingsError, match="STREAMS_CHANNELS_FILE: cannot read"):
        settings.load()
