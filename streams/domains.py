"""Registrable domains: who stands behind a URL."""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

LONGEST_HOST = 253
"""Characters that a host name can have (RFC 1035)."""
_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|\Z)")
"""Most links; the others are taken apart with more care."""


def domain_of(url: str) -> str:
    """The registrable domain of a URL: `https://www.bbc.co.uk/news` gives `bbc.co.uk`.

    Lower case, international names in their ASCII form. Hosts that have none (IP addresses, `localhost`,
    a bare public suffix) stand for themselves; a URL without a usable host gives an empty string.
    """
    plain = _PLAIN.match(url)
    try:
        host = plain[1] if plain else urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _registrable(host.rstrip(".")) if len(host) <= LONGEST_HOST else ""


@lru_cache(maxsize=10_000)
def _registrable(host: str) -> str:
    if _is_address(host):
        return host
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    registered = _suffixes().privatesuffix(_as_listed(ascii_host))
    return ".".join(ascii_host.split(".")[-registered.count(".") - 1 :]) if registered else ascii_host


def _as_listed(ascii_host: str) -> str:
    """A host as the list writes names: international ones in their own letters."""
    try:
        return ascii_host.encode("ascii").decode("idna")
    except UnicodeError:
        return ascii_host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    # Making the ASCII form of each name in the list would take most of the time.
    return PublicSuffixList(accept_encoded_idn=False)
