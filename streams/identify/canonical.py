"""Canonical URLs: one spelling for all the links that lead to the same article.

The canonical form is an identity, not an address to fetch: it always says https, and it drops what sites and
social networks add on the way (tracking parameters, AMP and mobile variants, `www.`). The normal form below
that is RFC 3986 section 6.2, done by w3lib. A rule that is wrong merges two articles into one, which is worse
than keeping two, so each rule takes only what is known to carry no identity.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

from streams.domains import domain_of

MAX_URL_CHARS = 4096
SOON = 256
"""Links and hosts that are remembered: each is needed several times, for one article after the other."""

TRACKING_PREFIXES = (
    *("utm_", "at_", "mc_", "pk_", "mtm_", "hsa_", "_hs", "ns_", "fb_", "oly_", "guce_", "wt.", "wt_", "__tw"),
    *("vero_", "trk_", "amp_", "piwik_", "matomo_", "_ga", "_gl", "__cf_", "cm_mm"),
)
TRACKING_NAMES = """
    amp campaign_id cmp cmpid dclid dgcid dicbo echobox emc ex_cid fbclid feedname feedtype ftag gbraid gclid
    gclsrc guccounter icid icmp igsh igshid int_cmp intcid intcmp ito jsessionid leadsource li_fat_id link_source
    maca mbid mibextid mkt_tok msclkid ncid ocid outputtype partner phpsessid ref ref_ ref_src ref_url referer
    referrer refsrc rss rssfeed s_cid sara_ref sc_channel sc_cid sfnsn sh share sharetoken smid smtyp soc_src
    soc_trk spm sref srnd sthash taid tblci traffic_source trk ttclid twclid usqp wbraid wtmc wtrid xtor xtref
    yclid ysclid
"""
TRACKING = frozenset(TRACKING_NAMES.split())
TRACKING_WHEN = {
    name: re.compile(
        r"(?i)rss|^(?:feed|atom|twitter|facebook|newsletter|e?mail|social|whatsapp|amp|share|youtu\.be)$"
    )
    for name in ("source", "src", "from", "via", "mod", "origin", "output", "medium", "feature", "feed")
} | {
    "print": re.compile(r"(?i)^(?:1|true|yes|y|)$"),
    **{
        name: re.compile(r"(?i)^(?:amp|print(?:able|er)?|mobile)$")
        for name in ("view", "format", "mode", "display")
    },
}
"""Parameters that are an identity on some sites: dropped only when they name a channel or a form of the page."""

SURROGATE = re.compile(r"[\ud800-\udfff]")
MOBILE_LABELS = ("www", "m", "mobile", "amp")
INDEX_PAGE = re.compile(r"(?i)/(?:index\.(?:html?|php|aspx?|jsp)|default\.aspx?)$")
SESSION_IN_PATH = re.compile(r"(?i);(?:jsessionid|phpsessid)=[^/]*")
AMP_END = re.compile(r"(?i)(?:/amp|\.amp)$|\.amp(?=\.html?$)")
AMP_FOLDER = re.compile(r"(?i)/amp(?=/.)")
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")

WRAPPERS = (
    (re.compile(r"google\.[a-z.]{2,6}"), re.compile(r"/amp/(?P<tls>s/)?(?P<rest>[^/].*)"), ()),
    (re.compile(r"[a-z0-9-]+\.cdn\.ampproject\.org"), re.compile(r"/[a-z]/(?P<tls>s/)?(?P<rest>[^/].*)"), ()),
    (re.compile(r"google\.[a-z.]{2,6}"), re.compile(r"/url/?"), ("url", "q")),
    (re.compile(r"bing\.com"), re.compile(r"/news/apiclick\.aspx"), ("url",)),
)
"""AMP caches and redirects: host, path, and the parameters that hold the inner link (none: it is in the path)."""
MAY_WRAP = re.compile(r"(?i)google\.|ampproject\.org|bing\.com")
"""What stands in any link of these hosts: most links have nothing of it and need not be taken apart."""


@lru_cache(SOON)
def canonical_url(url: str) -> str | None:
    """The canonical form of a link, or None when it is not a usable http(s) URL.

    Idempotent: the canonical form is its own canonical form.
    """
    link = safe_link(url)
    while link is not None:
        canonical = _canonical(link)
        inner = _unwrap(link) or _unwrap(canonical)
        if inner is None:
            return canonical
        link = inner
    return None


@lru_cache(SOON)
def safe_link(url: str) -> str | None:
    """The link as published, with everything percent-encoded that must be; None when it is not usable.

    For links that people follow: nothing that might matter to the site is changed. Usable is what is http(s),
    has a host that can exist and is at most MAX_URL_CHARS long.
    """
    if len(url) > MAX_URL_CHARS:
        return None
    try:
        safe = safe_url_string(SURROGATE.sub("\ufffd", url).strip())
        parts = urlsplit(safe)
        usable = parts.scheme in ("http", "https") and _host(parts) and len(safe) <= MAX_URL_CHARS
    except ValueError:
        return None
    return safe if usable else None


def names_an_article(canonical: str) -> bool:
    """Whether a canonical URL says more than whose site it is: a home page is no article's identity."""
    parts = urlsplit(canonical)
    return bool(parts.path.strip("/") or parts.query)


def _unwrap(link: str) -> str | None:
    """The link inside an AMP cache's or a redirect's link; None when it is neither or holds nothing usable."""
    if not MAY_WRAP.search(link):
        return None
    parts = urlsplit(link)
    host = _host(parts) or ""
    for hosts, paths, parameters in WRAPPERS:
        found = paths.fullmatch(parts.path)
        if not (found and hosts.fullmatch(host)):
            continue
        if not parameters:
            query = f"?{parts.query}" if parts.query else ""
            return safe_link(f"http{'s' if found['tls'] else ''}://{found['rest']}{query}")
        values = dict(parse_qsl(parts.query))
        return next((safe_link(values[name]) for name in parameters if name in values), None)
    return None


def _canonical(link: str) -> str:
    parts = urlsplit(canonicalize_url(link))
    path, query = _path(parts.path), _query(parts.query)
    return urlunsplit(("https", _host(parts) or "", path or ("/" if query else ""), query, ""))


def _host(parts: SplitResult) -> str | None:
    """Host and, where it is not a default one, port; None for what cannot be a host."""
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if not HOST.fullmatch(host):
        return None
    host = _without_variant_labels(host)
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


@lru_cache(SOON)
def _without_variant_labels(host: str) -> str:
    domain = domain_of(f"https://{host}")
    while True:
        label, _, rest = host.partition(".")
        if label not in MOBILE_LABELS or not (rest == domain or rest.endswith(f".{domain}")):
            return host
        host = rest


def _path(path: str) -> str:
    """The path without session, AMP markers, index page and trailing slashes."""
    before = None
    path = SESSION_IN_PATH.sub("", path)
    while path != before:
        before = path
        path = INDEX_PAGE.sub("", path.rstrip("/"))
        path = AMP_FOLDER.sub("", _without_amp_end(path))
    return path


def _without_amp_end(path: str) -> str:
    shorter = AMP_END.sub("", path)
    return shorter if shorter.strip("/") else path


def _query(query: str) -> str:
    pieces = [piece for piece in query.split("&") if piece and not _is_tracking(piece)]
    return "&".join(sorted(pieces))


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.partition("=")
    name = unquote(name).lower()
    if name in TRACKING or name.startswith(TRACKING_PREFIXES):
        return True
    channel = TRACKING_WHEN.get(name)
    return bool(channel and channel.search(unquote(value)))
