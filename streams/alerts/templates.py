"""Messages in users' own words: Jinja templates by channel, run in a sandbox.

A template gets `deliveries` (one, or those of a digest) and `alert`, the first of them. Its first line is the
subject where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from streams.alerts.message import Message
from streams.errors import RecordError, SettingsError
from streams.records import Delivery

MOST_BYTES = 100_000
MOST_CHARS = 1_000_000


class MessageTemplate:
    """One template, compiled when it is made. Raises SettingsError for a file that is not there or no template."""

    def __init__(self, channel: str, path: Path) -> None:
        self._channel, self._path = channel, path
        self._template = self._compiled()

    @property
    def is_json(self) -> bool:
        """Whether it makes JSON, by its name: `….json` or `….json.jinja`."""
        return ".json" in self._path.suffixes

    def text(self, deliveries: Sequence[Delivery]) -> str:
        """The whole text. Raises RecordError where the template fails, or makes too much, of these."""
        size, parts = 0, []
        try:
            for part in self._template.generate(deliveries=deliveries, alert=deliveries[0].alert):
                size += len(part)
                if size > MOST_CHARS:
                    raise ValueError(f"it makes more than {MOST_CHARS} characters")
                parts.append(part)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise RecordError(
                f"channel {self._channel}: {self._path} fails: {error}; mend the template"
            ) from error
        return "".join(parts)

    def message(self, deliveries: Sequence[Delivery]) -> Message:
        """Subject and text. Raises RecordError as `text` does."""
        title, _, body = self.text(deliveries).strip().partition("\n")
        return Message(title.strip(), body.strip() or title.strip())

    def _compiled(self) -> Template:
        try:
            source = self._path.read_bytes()[: MOST_BYTES + 1]
        except OSError as error:
            raise self._wrong(f"cannot be read: {error.strerror}") from error
        if len(source) > MOST_BYTES:
            raise self._wrong(f"has more than {MOST_BYTES} bytes")
        try:
            return ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(source.decode())
        except UnicodeDecodeError as error:
            raise self._wrong("is not UTF-8") from error
        except TemplateSyntaxError as error:
            raise self._wrong(f"line {error.lineno}: {error.message}") from error

    def _wrong(self, what: str) -> SettingsError:
        return SettingsError(f"STREAMS_CHANNEL_TEMPLATES: the template of {self._channel}, {self._path}, {what}")
