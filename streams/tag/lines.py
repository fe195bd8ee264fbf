"""JSON lines of texts to JSON lines of entities: what `streams tag` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from streams import codec
from streams.errors import UsageError
from streams.identify.language import detect
from streams.tag.tagger import FindsMentions

BATCH_LINES = 512
LIKELY_LANGUAGE = "en"
"""What a text without a language is taken for when its words do not tell."""


class TextLine(msgspec.Struct, frozen=True):
    """One text to tag; `language` is an ISO 639-1 code, its region is passed over (`en-GB`)."""

    id: str | int
    text: str
    language: str | None = None


def tag_lines(lines: Iterable[str], tagger: FindsMentions) -> Iterator[str]:
    """For each line `{id, text}`, with `language` where it is known, a line `{id, entities}`.

    An entity is `{start, end, label, text, name}`, in characters of the text. Blank lines are passed over.
    Raises UsageError with the number of a line that is not of this form.
    """
    texts = (_parse(number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(islice(texts, BATCH_LINES)):
        found = tagger.tag([(line.text, _language(line)) for line in batch])
        for line, mentions in zip(batch, found, strict=True):
            entities = [mention._asdict() for mention in mentions]
            yield codec.encode({"id": line.id, "entities": entities}).decode()


def _parse(number: int, line: str) -> TextLine:
    try:
        return codec.decode_as(line.encode(), TextLine)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise UsageError(
            f'line {number}: {error} (begins {line[:60]!r}); each line is {{"id": …, "text": "…"}}'
        ) from error


def _language(line: TextLine) -> str:
    if line.language is None:
        return detect("", line.text, LIKELY_LANGUAGE).code
    return line.language.replace("_", "-").partition("-")[0].lower()
