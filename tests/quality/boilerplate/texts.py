"""Articles in our own words, in the manner of real publishers, each paragraph labelled: the article's or not.

`seen.txt` may be looked at while rules are written; `unseen.txt` was written before them, in wordings of its own,
and is only measured. The form of both:

    @ en tabloid Daily Rocket         a source: language, kind, name; its articles follow in order of arrival
    # Cat stuck in post box           an article: its title
    + A ginger cat spent a night …    a paragraph of it
    - Follow Rocket on Facebook …     one that is not

After the sign may stand what the paragraph is in HTML: `h` a heading, `l` a list item, `a` a link, `la` both,
`f` part of a form, `n` part of a menu.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from streams.identify.prepare import Preparing
from streams.identify.stage import Identify
from streams.records import Article, RawItem, Source
from tests.quality.scores import Score

FOLDER = Path(__file__).parent
SEEN, UNSEEN = FOLDER / "seen.txt", FOLDER / "unseen.txt"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=5)
CONTAINERS = {"l": "ul", "f": "form", "n": "nav"}

_LINE = re.compile(r"(?P<sign>[-+])(?P<form>h|l|a|la|f|n)? (?P<text>\S.*)")


class Line(NamedTuple):
    """One paragraph; `form` as in the file, empty for a plain one."""

    text: str
    form: str
    boilerplate: bool


class Text(NamedTuple):
    """One article and who publishes it."""

    language: str
    kind: str
    source: str
    title: str
    lines: list[Line]

    @property
    def boilerplate(self) -> set[str]:
        """The paragraphs that are not the article's."""
        return {line.text for line in self.lines if line.boilerplate}

    @property
    def own(self) -> list[str]:
        """Those that are."""
        return [line.text for line in self.lines if not line.boilerplate]

    @property
    def html(self) -> str:
        """The article as a feed gives it."""
        return "\n".join(
            f"<{container}>{''.join(_element(line) for line in lines)}</{container}>"
            for container, lines in groupby(self.lines, lambda line: CONTAINERS.get(line.form[:1], "div"))
        )


def read(path: Path) -> list[Text]:
    """The articles of a file in order. Raises ValueError naming a line that is none of the form above."""
    texts: list[Text] = []
    source: tuple[str, str, str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        sign, _, rest = line.partition(" ")
        found = _LINE.fullmatch(line)
        if sign == "@":
            language, kind, name = rest.split(" ", 2)
            source = (language, kind, name)
        elif sign == "#" and source:
            texts.append(Text(*source, rest, []))
        elif found and texts:
            texts[-1].lines.append(Line(found["text"], found["form"] or "", found["sign"] == "-"))
        elif line:
            raise ValueError(f"{path.name}, line {number}: {line!r}")
    return texts


def cleaned(texts: Iterable[Text]) -> list[Article]:
    """What becomes of the articles, as they arrive one after the other."""
    stage = Identify({}, {}, Preparing(100_000), identity_days=365)
    made = [output.record for output in stage.process([*_items(texts)])]
    return [record for record in made if isinstance(record, Article)]


def figures(path: Path) -> dict[str, Score]:
    """Precision and recall of the paragraphs removed, and of those kept."""
    texts = read(path)
    articles = cleaned(texts)
    removed = [{line.text for line in article.removed} for article in articles]
    kept = [article.text.split("\n\n") if article.text else [] for article in articles]
    taken = sum(len(text.boilerplate & lines) for text, lines in zip(texts, removed, strict=True))
    own = sum(line in lines for text, lines in zip(texts, kept, strict=True) for line in text.own)
    return {
        "paragraphs removed": Score(taken / _count(removed), taken / _count(text.boilerplate for text in texts)),
        "paragraphs kept": Score(own / _count(kept), own / _count(text.own for text in texts)),
    }


def _items(texts: Iterable[Text]) -> Iterator[RawItem]:
    for number, text in enumerate(texts):
        domain = f"{'-'.join(re.findall(r'[a-z0-9]+', text.source.lower()))}.example"
        yield RawItem(
            feed_id=domain,
            source=Source(name=text.source, domain=domain),
            fetched_at=START + number * BETWEEN,
            url=f"https://{domain}/{number}",
            title=text.title,
            content=text.html,
            feed_language=text.language,
        )


def _element(line: Line) -> str:
    inner = escape(line.text, quote=False)
    if "a" in line.form:
        inner = f'<a href="https://elsewhere.example/">{inner}</a>'
    tag = {"h": "h3", "l": "li"}.get(line.form[:1], "p")
    return f"<{tag}>{inner}</{tag}>"


def _count(groups: Iterable[Iterable[str]]) -> int:
    return sum(1 for group in groups for _ in group)
