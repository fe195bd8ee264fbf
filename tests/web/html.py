"""Pages as tests read them."""

from __future__ import annotations

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode


def page(answer: httpx.Response) -> LexborHTMLParser:
    """The parsed page."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(answer.text)


def words(node: LexborNode | LexborHTMLParser | None) -> str:
    """The text in it, blanks joined."""
    if isinstance(node, LexborHTMLParser):
        node = node.body
    assert node is not None
    return " ".join(node.text().split())


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    """The text of each element."""
    return [words(node) for node in tree.css(selector)]


def links(tree: LexborHTMLParser, selector: str = "a") -> list[str]:
    """Where each link leads."""
    return [node.attributes["href"] or "" for node in tree.css(selector)]
