"""Who wrote an entry or makes a feed, as feedparser found them."""

from __future__ import annotations

import re

from streams.feeds.found import Found, first, listed, text
from streams.feeds.owners import OWNER

_OTHERS = ("dcterms_creator", "googleplay_author", "byline", OWNER)
"""Elements that name people where no usual one does."""
_CUT_DOMAIN = re.compile(r"@.*\.[A-Za-z]{4}$")
_REST_OF_DOMAIN = re.compile(
    r"[a-z]+ \((?P<after>[^()]+)|(?P<before>[^()<>]+?) \([a-z]+|(?P<within>[^()<>]+?) <[a-z]+>|[a-z]+"
)


def authors(found: Found) -> list[str]:
    """Names, or addresses where there are none."""
    people = [_person(person) for person in listed(found, "authors")]
    alone = first(found, "author", *_OTHERS)
    return people if any(people) else [alone] if alone else []


def _person(person: Found) -> str:
    """A name, else an address.

    To feedparser the last part of a domain has four letters at most; the rest of a longer one lands in the name.
    """
    name, email = text(person, "name"), text(person, "email")
    if not _CUT_DOMAIN.search(email):
        return name or email
    if rest := _REST_OF_DOMAIN.fullmatch(name):
        return rest["after"] or rest["before"] or rest["within"] or email + name
    return name or email
