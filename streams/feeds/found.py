"""Values of what feedparser found, as they stand there: nothing but dictionaries, lists and texts.

By way of `dict`, since feedparser's own subclass answers with the value of another name where it has none.
"""

from __future__ import annotations

Found = dict[str, object]


def value(found: Found, name: str) -> object:
    """Whatever has this name; None where nothing has."""
    return dict.get(found, name)


def text(found: Found, name: str) -> str:
    """A text, empty where there is none."""
    there = dict.get(found, name)  # by far the most often asked
    return there if isinstance(there, str) else ""


def first(found: Found, *names: str) -> str:
    """The first text of these names that there is."""
    for name in names:
        if there := text(found, name):
            return there
    return ""


def listed(found: Found, name: str) -> list[Found]:
    """The dictionaries of a list, empty where there is none."""
    there = value(found, name)
    return [part for part in there if isinstance(part, dict)] if isinstance(there, list) else []


def mapping(found: Found, name: str) -> Found:
    """A dictionary, empty where there is none."""
    there = value(found, name)
    return there if isinstance(there, dict) else {}
