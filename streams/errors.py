"""Every error that this program raises on purpose.

    StreamsError
    ├── UsageError              what the operator gave is wrong: one line on stderr, exit status 2
    │   ├── SettingsError       an option's name or value
    │   │   └── NamesFileError  the file of names that STREAMS_ENTITIES names
    │   ├── FeedsFileError      a list of feeds that cannot be read
    │   ├── RuleError           an alert rule
    │   ├── QueryError          a query (carries the position)
    │   ├── NotFoundError       an id that nothing is stored under
    │   └── DataFolderError     a data folder that cannot be used
    ├── RecordError             this record can never be processed: dead letter, go on
    │   ├── DecodeError         bytes that are no record
    │   ├── SchemaVersionError  a record of a schema version that this program does not know
    │   └── RefusedError        records of a batch that the index refuses (carries which and why)
    ├── ServiceError            a service is away or overloaded: wait, then try the same again
    ├── StorageError            the local disk is full or broken: say so and exit
    └── FeedError               one feed's problem (carries its kind); shown on that feed, harms no other
        ├── AddressRefusedError an address that may not be fetched
        ├── FetchError          no answer, or one that is no feed (HTTP status, time-out, size)
        ├── NotAFeedError       an answer that cannot be read as a feed
        └── NotAPageError       an answer that cannot be read as the page of an article

Each message names the thing, the value and the way out.
"""

from __future__ import annotations

from collections.abc import Mapping


class StreamsError(Exception):
    """Base of all errors raised on purpose."""


class UsageError(StreamsError):
    """What the operator gave is wrong; the message says what and how to mend it."""


class SettingsError(UsageError):
    """An option has an unknown name or a value that it cannot take."""


class NamesFileError(SettingsError):
    """A file of people, organisations and places (STREAMS_ENTITIES) that cannot be read or says what it cannot."""


class FeedsFileError(UsageError):
    """A list of feeds (OPML, plain lines) that cannot be read."""


class RuleError(UsageError):
    """An alert rule that is not valid."""


class QueryError(UsageError):
    """A query that cannot be parsed; `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class NotFoundError(UsageError):
    """Nothing is stored under the id that was asked for."""


class DataFolderError(UsageError):
    """A data folder that does not exist, is in use, or is not ours."""


class RecordError(StreamsError):
    """A record that can never be processed: it becomes a dead letter and the rest goes on."""


class DecodeError(RecordError):
    """Bytes that are not a record."""


class SchemaVersionError(RecordError):
    """A record whose schema version this program does not know."""


class RefusedError(RecordError):
    """The index refuses some records of a batch and has stored the others.

    `reasons` says why, by position in the batch.
    """

    def __init__(self, reasons: Mapping[int, str]) -> None:
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        super().__init__(next(iter(reasons.values())) + more)
        self.reasons = reasons


class ServiceError(StreamsError):
    """A service is away or overloaded; the same work is tried again after `retry_after_s`."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StorageError(StreamsError):
    """The local disk is full or broken; the process says so and exits."""


class FeedError(StreamsError):
    """One feed's problem; `kind` is a short stable name such as `http-404` or `time-out`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class AddressRefusedError(FeedError):
    """The address is private, loopback or otherwise not to be fetched."""


class FetchError(FeedError):
    """No usable answer came: connection, time-out, size or HTTP status.

    `retry_after_s` is how long the server asked to be left alone, `host` the one that did, after redirects.
    """

    def __init__(
        self, kind: str, message: str, retry_after_s: float | None = None, host: str | None = None
    ) -> None:
        super().__init__(kind, message)
        self.retry_after_s = retry_after_s
        self.host = host


class NotAFeedError(FeedError):
    """The answer came but cannot be read as a feed."""


class NotAPageError(FeedError):
    """The answer has no text of an article, or none that can be read."""
