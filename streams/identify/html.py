"""HTML to plain paragraphs: what a reader would see, in order, with what each part is.

Feeds hold fragments, often broken and sometimes hostile, so they are read as a stream of tags and text, never
as a tree: building one costs time and memory in the square of the size for nested tags, for formatting that
is reopened in each paragraph and for tags of very many attributes.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Literal, NamedTuple

from streams.identify.plain import cleaned, line_groups, plain_paragraphs, shortened
from streams.identify.posts import is_embed, posts_among, signs_post
from streams.patterns import words

Kind = Literal["text", "heading", "item", "quote", "form", "nav", "caption"]

MARKUP_PER_TEXT = 4
"""How many characters of HTML are read for each character of text wanted."""


class Paragraph(NamedTuple):
    """One line of text; `kind` says what it stands in, `linked` that all of it is a link.

    A quote is an embedded post of a social network: not the publisher's own words.
    """

    text: str
    kind: Kind = "text"
    linked: bool = False


def paragraphs(markup: str, max_chars: int) -> list[Paragraph]:
    """The paragraphs of an HTML fragment or of plain text, together at most `max_chars` characters long."""
    if not markup:
        return []
    markup = INLINE_DATA.sub("", markup[:MAX_MARKUP_CHARS])[: MARKUP_PER_TEXT * max_chars]
    if TAG.search(markup):
        found = _read(markup)
    else:
        # Some feeds escape their HTML twice.
        text = unescape(markup)
        twice = _ESCAPED_TAG.search(text)
        found = _read(text) if twice else [Paragraph(line) for line in plain_paragraphs(cleaned(text))]
    return _bounded(_with_posts(found), max_chars)


_COMMON_TAGS = """
    p, br, div, span, a, b, i, u, em, strong, img, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, table, tr,
    td, figure, font, hr, section, article, script, style, iframe, form, small, sup, sub, center, pre, code,
    html, body
"""
_OTHER_TAGS = """
    abbr, acronym, address, applet, area, aside, audio, bdo, big, blink, button, canvas, caption, cite, col,
    colgroup, command, dd, del, details, dfn, dl, dt, embed, fieldset, figcaption, footer, frame, frameset,
    head, header, input, ins, kbd, keygen, label, legend, link, main, mark, marquee, math, meta, nav, noscript,
    object, option, param, picture, q, s, samp, select, source, strike, svg, tbody, textarea, tfoot, th, thead,
    tt, var, video, wbr
"""


def _tags(*lists: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)<(?:/?{words(*lists)}\b|!--)[^<>]*>")


TAG = _tags(_COMMON_TAGS, _OTHER_TAGS)
# Text about HTML names tags too, but seldom those that every article has.
_ESCAPED_TAG = _tags(_COMMON_TAGS)
DECLARATION = re.compile(r"<!\[CDATA\[|\]\]>|<!(?!--)[^<>]*>?")
INLINE_DATA = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=%]+")
MAX_MARKUP_CHARS = 4_000_000

BLOCK_TAGS = """
    address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody
    tfoot thead tr ul
"""
HIDDEN_TAGS = "audio button canvas iframe noscript object script select style svg template textarea video"
BLOCKS = frozenset(BLOCK_TAGS.split())
HIDDEN = frozenset(HIDDEN_TAGS.split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SPACES = frozenset(("td", "th", "img"))
CONTAINERS: dict[str, Kind] = {
    "blockquote": "text",
    "form": "form",
    "nav": "nav",
    "ul": "item",
    "ol": "item",
    "figcaption": "caption",
}
END_WITH = {"figure": "figcaption"}
"""What ends with another tag too, if its own end is missing."""
MAX_OPEN = 100
UNLINKED_SLACK = 3
"""Characters outside of links, such as a bullet or an arrow, that leave a line all link."""


class _Line:
    """Text up to the next line break."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._linked = self._unlinked = 0

    def add(self, text: str, linked: bool) -> None:
        self._parts.append(text)
        if linked:
            self._linked += len(text.strip())
        else:
            self._unlinked += len(text.strip())

    @property
    def text(self) -> str:
        return " ".join(cleaned("".join(self._parts)).split())

    @property
    def linked(self) -> bool:
        return self._unlinked <= UNLINKED_SLACK < self._linked


class _Container(NamedTuple):
    """A tag that has not ended, what its text is, and how many paragraphs came before it."""

    tag: str
    kind: Kind
    first: int


class _Reader(HTMLParser):
    """Collects paragraphs. Tags that never end, or end without having begun, do little harm."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Paragraph] = []
        self._lines = [_Line()]
        self._open: list[_Container] = []
        self._hidden: list[str] = []
        self._in_link = self._in_heading = self._in_caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in HIDDEN and len(self._hidden) < MAX_OPEN:
            self._hidden.append(tag)
        elif tag == "br":
            self._lines.append(_Line())
        elif tag == "a":
            self._in_link = any(name == "href" for name, _ in attrs)
        elif tag in SPACES:
            self._lines[-1].add(" ", linked=False)
        elif tag in BLOCKS:
            self.end_paragraph()
            self._in_heading = tag in HEADINGS
            self._in_caption = _is_caption(attrs)
            self._enter(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag == "a":
            self._in_link = False
        elif tag in BLOCKS:
            self.end_paragraph()
            self._in_heading = self._in_caption = False
            self._leave(END_WITH.get(tag, tag))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._lines[-1].add(data, self._in_link)

    def end_paragraph(self) -> None:
        """Make paragraphs of the lines so far."""
        texts = [line.text for line in self._lines]
        if any(texts):
            kind = self._kind()
            for part in line_groups(texts):
                linked = all(line.linked for line in self._lines[part])
                self.found.append(Paragraph(" ".join(texts[part]), kind, linked))
            # A link that was never closed must not make links of all that follows.
            self._in_link = False
        self._lines = [_Line()]

    def _kind(self) -> Kind:
        kinds = {container.kind for container in self._open}
        outer: Kind = next((kind for kind in OUTER if kind in kinds), "caption" if self._in_caption else "text")
        return "heading" if self._in_heading and outer == "text" else outer

    def _enter(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CONTAINERS and len(self._open) < MAX_OPEN:
            classes = next((value for name, value in attrs if name == "class" and value), "")
            kind: Kind = "quote" if tag == "blockquote" and is_embed(classes) else CONTAINERS[tag]
            self._open.append(_Container(tag, kind, len(self.found)))

    def _leave(self, tag: str) -> None:
        if not any(container.tag == tag for container in self._open):
            return
        while (container := self._open.pop()).tag != tag:
            pass
        if tag == "blockquote":
            inside = self.found[container.first :]
            if any(signs_post(paragraph.text) for paragraph in inside):
                self.found[container.first :] = [paragraph._replace(kind="quote") for paragraph in inside]


OUTER: tuple[Kind, ...] = ("form", "nav", "quote", "caption", "item")
"""What a paragraph is when it stands in several containers: the first of these."""
_CAPTION_CLASS = re.compile(
    r"(?i)(?:^|\s)(?:(?:wp|image|photo|picture|media|figure)[_-])?caption(?:[_-]+text)?(?:\s|$)"
)


def _is_caption(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether an element's class says that it is the caption of a picture."""
    return any(name == "class" and value and _CAPTION_CLASS.search(value) for name, value in attrs)


def _read(markup: str) -> list[Paragraph]:
    reader = _Reader()
    # Not closed at the end: that would read a tag cut off in the middle again from each of its characters.
    reader.feed(DECLARATION.sub(" ", markup) + "<hr>")
    reader.end_paragraph()
    return reader.found


def _with_posts(found: list[Paragraph]) -> list[Paragraph]:
    posts = posts_among([paragraph.text for paragraph in found])
    return [
        paragraph._replace(kind="quote") if here in posts and paragraph.kind in ("text", "item") else paragraph
        for here, paragraph in enumerate(found)
    ]


def _bounded(found: list[Paragraph], max_chars: int) -> list[Paragraph]:
    """The paragraphs that fit; the first one that does not is shortened."""
    kept: list[Paragraph] = []
    room = max_chars
    for paragraph in found:
        if len(paragraph.text) > room:
            rest = shortened(paragraph.text, room) if room > 1 else ""
            return [*kept, paragraph._replace(text=rest)] if rest else kept
        kept.append(paragraph)
        room -= len(paragraph.text) + 2
    return kept
