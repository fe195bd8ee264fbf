"""Small feeds for tests."""

from __future__ import annotations


def rss(*items: str, head: str = "<title>The Herald</title><link>https://herald.example/</link>") -> bytes:
    """An RSS 2.0 feed of these items, each given as what stands in its <item>."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{inside}</channel></rss>'.encode(
        "utf-8", "surrogatepass"
    )


def item(number: int, text: str = "As it was.") -> str:
    """What stands in an item of the Herald."""
    return (
        f"<title>Story {number}</title><link>https://herald.example/{number}</link><guid>{number}</guid>"
        f"<description>{text}</description>"
    )


def atom(*entries: str, head: str = "<title>Courier</title><link href='https://courier.example/'/>") -> bytes:
    """An Atom feed of these entries, each given as what stands in its <entry>."""
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{inside}</feed>'.encode()
