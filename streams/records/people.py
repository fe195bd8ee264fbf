"""What people do: edits of alerts, tokens, saved searches, corrections of names."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from streams.records.articles import GoesAs
from streams.records.base import Record


class Edit(Record, frozen=True, kw_only=True):
    """What a person decided about alerts: `id` is that of what is decided on, and the next word on it wins.

    `acknowledge` is about one alert. `mute` keeps alerts from being told: those of a story, or of what a source
    (its domain) publishes; of one rule, or of all where `rule_id` is empty; `until` then, or until `unmute`.
    """

    id: str
    action: Literal["acknowledge", "mute", "unmute"]
    at: datetime
    rule_id: str = ""
    alert_id: str = ""
    story_id: str = ""
    source: str = ""
    until: datetime | None = None
    by: str = ""


Role = Literal["read", "edit", "admin"]


class Token(Record, frozen=True, kw_only=True):
    """What lets somebody in. `hash` is the SHA-256 (hex) of its secret, which is kept nowhere.

    One that was made by logging in is a session: `session_of` is the id of the token that was shown for it, whose
    role and end hold for it too.
    """

    id: str
    name: str
    role: Role
    hash: str
    created_at: datetime
    expires_at: datetime | None = None
    session_of: str = ""


class SavedSearch(Record, frozen=True, kw_only=True):
    """A search that is kept under a name. `filters` narrow it down beside its query: parameters of the page."""

    id: str
    name: str
    query: str
    saved_at: datetime
    filters: dict[str, str] = {}
    by: str = ""


class Correction(Record, frozen=True, kw_only=True):
    """What a person decided about a name: `id` is that of the entity as it went, and the next word on it wins.

    It goes as another one, or under another name or label; as nothing where `goes_as` is None. `undone` takes the
    decision back. `name` is what the entity was called, `by` who decided, where that is known.
    """

    id: str
    name: str
    at: datetime
    goes_as: GoesAs | None = None
    undone: bool = False
    by: str = ""
