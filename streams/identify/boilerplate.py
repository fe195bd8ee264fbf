"""Boilerplate: what stands around an article and is not of it, taken out and kept aside with the reason.

A true paragraph lost is worse than boilerplate kept. So a line goes only when a rule matches all of it, when it
stands in a form or a menu, when it belongs to a list of links under a heading such as "Read more", or when it
is one of several links that the article ends with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.identify.html import Paragraph
from streams.identify.phrases import LINK_HEADER, REPORTED_SPEECH, RULES, TAILS, Rule
from streams.records import Removed

RUNNING_WORDS = 12
"""A sentence with more words than this, ended by a full stop, is running text and no pointer to an article."""
MAX_CONTROL_CHARS = 200
"""The longest line of a form or a menu; some sites wrap whole pages in a form."""
MAX_FOLLOWERS = 10
MAX_HEADLINE_CHARS = 120
FEWEST_END_LINKS = 2
LEAST_ARTICLE_CHARS = 80
TAIL_CHARS = 450
"""How far from the end of a paragraph a tail can begin."""
LONGEST = max(rule.max_chars for rule in RULES)
CONTROLS = {"form": ("subscribe", "form"), "nav": ("links", "menu")}

_TAGGED = re.compile(r"\[[^\[\]]{2,25}\]$")
_SENTENCE_END = re.compile(r"[.:;,][\"'”’»)]*$")


def split(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Removed]]:
    """The paragraphs of the article, and what was removed."""
    kept: list[Paragraph] = []
    removed: list[Removed] = []
    here = 0
    while here < len(paragraphs):
        followers = _followers(paragraphs, here)
        if followers:
            listed = paragraphs[here : here + 1 + followers]
            removed += [Removed(text=line.text, kind="links", why="list of other articles") for line in listed]
        else:
            rest, gone = _without_tails(paragraphs[here])
            reason = _reason(rest)
            removed += [reason, *gone] if reason else gone
            kept += [] if reason else [rest]
        here += 1 + followers
    return _without_end_links(kept, removed)


def _followers(paragraphs: Sequence[Paragraph], here: int) -> int:
    """How many lines after this one are the list that it heads; 0 when it heads none."""
    head = paragraphs[here]
    if (
        head.kind == "quote"
        or len(head.text) > MAX_HEADLINE_CHARS
        or not LINK_HEADER.fullmatch(_plainer(head.text))
    ):
        return 0
    count = 0
    for line in paragraphs[here + 1 : here + 1 + MAX_FOLLOWERS]:
        if not _is_listed(line):
            break
        count += 1
    return count


def _is_listed(line: Paragraph) -> bool:
    reason = _reason(line)
    if line.kind in ("heading", "quote") or _is_running(line) or (reason and reason.kind != "links"):
        return False
    if line.linked or line.kind == "item" or _TAGGED.search(line.text):
        return True
    return len(line.text) <= MAX_HEADLINE_CHARS and not _SENTENCE_END.search(line.text)


def _is_running(line: Paragraph) -> bool:
    ended = _SENTENCE_END.search(line.text) is not None
    return ended and not line.linked and line.text.count(" ") >= RUNNING_WORDS


def _reason(line: Paragraph) -> Removed | None:
    """Why the whole line is boilerplate, or None."""
    if line.kind == "quote" or len(line.text) > LONGEST:
        return None
    text = _plainer(line.text)
    rule = next((rule for rule in RULES if _applies(rule, text, line)), None)
    if rule:
        return Removed(text=line.text, kind=rule.kind, why=rule.why)
    if LINK_HEADER.fullmatch(text):
        return Removed(text=line.text, kind="links", why="heading of a list of other articles")
    if line.kind in CONTROLS and len(text) <= MAX_CONTROL_CHARS:
        kind, why = CONTROLS[line.kind]
        return Removed(text=line.text, kind=kind, why=why)
    return None


def _applies(rule: Rule, text: str, line: Paragraph) -> bool:
    if len(text) > rule.max_chars or not rule.pattern.fullmatch(text):
        return False
    reported = rule.loose and REPORTED_SPEECH.search(text) is not None
    return not reported and not (rule.kind == "links" and _is_running(line))


def _without_tails(line: Paragraph) -> tuple[Paragraph, list[Removed]]:
    """The line without what was cut from its end, and that."""
    removed: list[Removed] = []
    if line.kind == "quote":
        return line, removed
    text = line.text
    end = _plainer(text[-TAIL_CHARS:])
    signs = end.lower()
    for tail in TAILS:
        if not any(sign in signs for sign in tail.signs):
            continue
        found = tail.pattern.search(end)
        if found and len(end) - found.start() < len(text):
            start = len(text) - len(end) + found.start()
            removed.insert(0, Removed(text=text[start:].strip(), kind=tail.kind, why=tail.why))
            text, end = text[:start].rstrip(), end[: found.start()].rstrip()
    return line._replace(text=text) if removed else line, removed


def _without_end_links(kept: list[Paragraph], removed: list[Removed]) -> tuple[list[Paragraph], list[Removed]]:
    """Without the links that the article ends with, where there is an article before them."""
    end = len(kept)
    while end and kept[end - 1].linked and kept[end - 1].kind != "quote":
        end -= 1
    links = kept[end:]
    if len(links) < FEWEST_END_LINKS or sum(len(line.text) for line in kept[:end]) < LEAST_ARTICLE_CHARS:
        return kept, removed
    gone = [Removed(text=line.text, kind="links", why="links at the end") for line in links]
    return kept[:end], removed + gone


def _plainer(text: str) -> str:
    """The text as the patterns know it, character for character."""
    return text if text.isascii() else text.translate(_STRAIGHT)


_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "–": "-", "—": "-"})
