"""Markup that was escaped once too often, as by a program that escapes what another one had escaped already.

Nobody means a headline to read "AT&amp;T", nor a summary to begin with "<p>". What explains HTML to people does:
it has markup of its own around (`code`, `pre`), and is left alone.
"""

from __future__ import annotations

import html
import re

_TWICE = re.compile(
    r"&amp;(?=(?:amp|quot|apos|nbsp|hellip|[lr][sd]quo|[mn]dash|euro|pound|#[0-9]{2,5}|#x[0-9a-f]{2,4});)",
    re.IGNORECASE,
)
_TAGS = "p|div|a|b|i|em|strong|span|br|img|ul|li|h[1-6]|blockquote|figure|table"
_TAG = re.compile(rf"<(?:/(?:{_TAGS})\s*>|br\b[^<>]{{0,99}}>|(?:a|img)\s[^<>]{{1,999}}>)", re.IGNORECASE)
_ESCAPED_TAG = re.compile(
    rf"&lt;(?:/(?:{_TAGS})\s*&gt;|br\s{{0,9}}/?&gt;|(?:a|img)\s[^<>]{{1,999}}?&gt;)", re.IGNORECASE
)
_EMPTY = re.compile(r"<((?P<name>br|img|hr|wbr|input|source|embed)\b[^<>]{0,4000})></(?P=name)>")
_ABOUT_HTML = re.compile(r"<(?:code|pre|tt|kbd)\b", re.IGNORECASE)


def is_markup(text: str) -> bool:
    """Whether a text that is declared as plain has tags that nobody would show."""
    return "<" in text and _TAG.search(text) is not None


def once(markup: str) -> str:
    """The markup as it was before it was escaped a second time; any other as it is."""
    if "<" not in markup and "&lt;" in markup and _ESCAPED_TAG.search(markup):
        markup = html.unescape(markup)
    return undoubled(markup)


def undoubled(markup: str) -> str:
    """The markup with references to characters that were escaped a second time as they were."""
    return _TWICE.sub("&", markup) if "&amp;" in markup and not _ABOUT_HTML.search(markup) else markup


def as_html(markup: str) -> str:
    """XML's empty elements as HTML has them: to browsers `<br></br>` is two breaks."""
    return _EMPTY.sub(r"<\1>", markup) if "></" in markup else markup
