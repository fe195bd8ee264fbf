"""Names that people give to what they keep."""

from __future__ import annotations

from streams.errors import UsageError

MAX_NAME_CHARS = 100


def label(name: str, of: str) -> str:
    """The name without superfluous blanks. Raises UsageError, saying `of` what, for one that no line can show."""
    shown = " ".join(name.split())
    if not shown or not shown.isprintable() or len(shown) > MAX_NAME_CHARS:
        raise UsageError(f"{name[:MAX_NAME_CHARS]!r} is no name for a {of}: take at most {MAX_NAME_CHARS} letters")
    return shown
