"""Dates that no faster reader knows: names of months in many languages, by dateparser.

It takes 2 to 500 ms for a date, so for each document only few tries may fail; what was read once tells the
language for the rest, which is fast. Only what is written out is believed: day and year must stand in the text as
numbers, so neither "yesterday" nor a day that its month has not becomes a date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

MAX_FAILED, MAX_TRIES = 2, 300
LANGUAGES = [
    *("en", "fr", "de", "es", "it", "pt", "nl", "pl", "ru"),
    *("uk", "tr", "sv", "cs", "el", "ar", "zh", "ja", "ko"),
]
"""Each costs about 25 ms for what is no date in any of them."""
_SETTINGS = {
    "STRICT_PARSING": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["absolute-time"],
    "TIMEZONE": "UTC",
    "RETURN_AS_TIMEZONE_AWARE": True,
}
_NAMED = re.compile(r"[^\W\d_]{3}|[^\W\d_a-zA-Z]")
_NUMBER = re.compile(r"\d+")


class LateDates:
    """Reads the dates of one document, also in the `language` that it declares (a tag, or nothing).

    `day_first` is for those with slashes, which others read (see dates.py).
    """

    def __init__(self, day_first: bool = False, language: str = "") -> None:
        self.day_first = day_first
        self._language = language.strip().lower()[:2]
        self._failed = self._tried = 0
        self._parser: Any = None

    def read(self, text: str) -> datetime | None:
        """The date as aware UTC; None for what is none, or when there were too many of those."""
        numbers = {int(number) for number in _NUMBER.findall(text)}
        written = _NAMED.search(text) and any(1900 <= one <= 2200 for one in numbers) and len(numbers) > 1
        if not written or self._failed >= MAX_FAILED or self._tried >= MAX_TRIES:
            return None
        self._tried += 1
        moment = self._parsed(text)
        if moment is None or not {moment.day, moment.year} <= numbers:
            self._failed += 1
            return None
        return moment.astimezone(UTC)

    def _parsed(self, text: str) -> datetime | None:
        if self._parser is None:
            # Most documents do without, and it takes long to load.
            from dateparser.data.languages_info import language_order  # type: ignore[import-untyped]
            from dateparser.date import DateDataParser  # type: ignore[import-untyped]

            own = [self._language] if self._language in language_order else []
            languages = list(dict.fromkeys([*own, *LANGUAGES]))
            self._parser = DateDataParser(
                languages=languages, settings=_SETTINGS, try_previous_locales=True, use_given_order=True
            )
        try:
            found: datetime | None = self._parser.get_date_data(text).date_obj
        except (ValueError, OverflowError, TypeError, ArithmeticError):
            return None
        return found
