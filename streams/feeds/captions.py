"""Media RSS's `media:description`: what a picture or film shows, which feedparser takes for a text of the item.

An image's alternative text would so stand in the place of the post. Under another name it is kept apart, and read
where an item has no text of its own, as on video sites.
"""

from __future__ import annotations

import re

CAPTION = "media_caption"
"""feedparser's name for it then."""
_PREFIX = re.compile(r"xmlns:([\w.-]{1,40})\s*=\s*[\"']http://search\.yahoo\.com/mrss/?[\"']")


def with_captions(text: str) -> str:
    """The document with captions instead of descriptions of media.

    Without attributes: of an unknown element that has some, feedparser keeps nothing else.
    """
    for prefix in {"media", *_PREFIX.findall(text)}:
        if f"<{prefix}:description" in text:
            element = re.compile(rf"<(/?){re.escape(prefix)}:description(?:\s[^<>]{{0,500}}?)?(/?)>")
            text = element.sub(rf"<\1{prefix}:caption\2>", text)
    return text
