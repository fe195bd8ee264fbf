"""Boilerplate: what stands around an article and is not of it, taken out and kept aside with the reason.

A true paragraph lost is worse than boilerplate kept. So a line goes only when a rule matches all of it, when it
is made of page furniture, when enough of it speaks to the reader, when it stands in a form or a menu, or when it
is one of the links to other articles. What a source repeats is left to `learned`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.identify.furniture import furniture_in
from streams.identify.html import Paragraph
from streams.identify.phrases import RULES, Rule
from streams.identify.pointers import LINK_HEADER
from streams.identify.prompts import NOBODY, REPORTED_SPEECH, House, prompt_in
from streams.identify.tails import TAIL_CHARS, TAILS
from streams.patterns import words
from streams.records import Removed

RUNNING_WORDS = 12
"""A sentence with more words than this, ended by a full stop, is running text and no pointer to an article."""
MAX_CONTROL_CHARS = 200
"""The longest line of a form or a menu; some sites wrap whole pages in a form."""
MAX_FOLLOWERS = 10
MAX_HEADLINE_CHARS = 120
MAX_LABEL_WORDS = 7
FEWEST_END_LINKS = 2
LEAST_ARTICLE_CHARS = 80
FOOT_LINES = 2
"""So many lines of boxes make what follows them, at the end, a part of them."""
ANYWHERE = ("advert", "caption")
"""Kinds of lines that stand between an article's own, as by its headings."""
LONGEST = max(rule.max_chars for rule in RULES)
CONTROLS = {"form": ("subscribe", "form"), "nav": ("links", "menu")}

_TAGGED = re.compile(r"\[[^\[\]]{2,25}\]$")
_NUMBERED = re.compile(r"#?\d{1,3}[.):]")
_SENTENCE_END = re.compile(r"[.:;,][\"'”’»)]*$")
_PROSE_END = re.compile(r"[.;,!?][\"'”’»)]*$")
_OTHER_ONES = words(
    en="more, also, related, previous, previously, elsewhere, in response, trending, latest",
    fr="aussi, autres, ailleurs, réécouter",
    de="mehr, auch, weitere",
    es="más, también, otras, otros",
)
_OTHERS = re.compile(rf"\b{_OTHER_ONES}\b", re.IGNORECASE)


def split(paragraphs: Sequence[Paragraph], house: House = NOBODY) -> tuple[list[Paragraph], list[Removed]]:
    """The paragraphs of the article, and what was removed. `house` is its publisher."""
    kept: list[Paragraph] = []
    removed: list[Removed] = []
    gone_before = [0]  # lines of boxes directly before each that is kept, and after the last
    here = 0
    while here < len(paragraphs):
        followers = _followers(paragraphs, here)
        if followers:
            listed = paragraphs[here : here + 1 + followers]
            removed += [_other_articles(line) for line in listed]
            gone_before[-1] += len(listed)
        else:
            rest, gone = _without_tails(paragraphs[here])
            reason = _reason(rest) or _prompt(rest, house)
            removed += [reason, *gone] if reason else gone
            if reason:
                gone_before[-1] += reason.kind not in ANYWHERE
            else:
                kept.append(rest)
                gone_before.append(0)
        here += 1 + followers
    kept, strays = _without_strays(kept, gone_before)
    kept, captions = _without_captions(kept)
    return _without_links(kept, removed + strays + captions)


def _followers(paragraphs: Sequence[Paragraph], here: int) -> int:
    """How many lines after this one are the list that it heads; 0 when it heads none."""
    if not _is_list_header(paragraphs[here]):
        return 0
    count = 0
    for line in paragraphs[here + 1 : here + 1 + MAX_FOLLOWERS]:
        if not _is_listed(line):
            break
        count += 1
    sure = LINK_HEADER.fullmatch(_plainer(paragraphs[here].text)) is not None
    return count if sure or any(line.linked for line in paragraphs[here + 1 : here + 1 + count]) else 0


def _is_list_header(line: Paragraph) -> bool:
    """Whether a line may head a list of other articles; a line like any other label needs links below it."""
    if line.kind == "quote" or len(line.text) > MAX_HEADLINE_CHARS:
        return False
    text = _plainer(line.text)
    return LINK_HEADER.fullmatch(text) is not None or (_is_label(text) and _OTHERS.search(text) is not None)


def _is_label(text: str) -> bool:
    return text.count(" ") < MAX_LABEL_WORDS and not _PROSE_END.search(text)


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
    """Why the whole line is boilerplate by what it is, or None."""
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
    furniture = furniture_in(text)
    if furniture:
        return Removed(text=line.text, kind=furniture, why="button or heading of a box")
    return None


def _prompt(line: Paragraph, house: House) -> Removed | None:
    """Why the line is not telling but asking, or None."""
    if line.kind == "quote":
        return None
    found = prompt_in(_plainer(line.text), house, linked=line.linked)
    why = f"speaks to the reader: {', '.join(found.evidence)}" if found else ""
    return Removed(text=line.text, kind=found.kind, why=why) if found else None


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


def _without_strays(kept: list[Paragraph], gone_before: Sequence[int]) -> tuple[list[Paragraph], list[Removed]]:
    """Without single lines that tell nothing by themselves and stand in a box, or at the end of a page's foot."""
    strays = [
        here
        for here in range(1, len(kept))
        if gone_before[here]
        and (gone_before[here + 1] or (here == len(kept) - 1 and gone_before[here] >= FOOT_LINES))
        if kept[here].kind in ("text", "item")
        and _is_label(kept[here].text)
        and not _NUMBERED.match(kept[here].text)
    ]
    gone = [
        Removed(text=kept[here].text, kind="furniture", why="stands between lines that were removed")
        for here in strays
    ]
    return [line for here, line in enumerate(kept) if here not in strays], gone


def _without_captions(kept: list[Paragraph]) -> tuple[list[Paragraph], list[Removed]]:
    """Without what stands under pictures, unless that is most of it: then the pictures are what is told."""
    captions = [line for line in kept if line.kind == "caption"]
    if 2 * sum(len(line.text) for line in captions) >= sum(len(line.text) for line in kept):
        return kept, []
    gone = [Removed(text=line.text, kind="caption", why="caption of a picture") for line in captions]
    return [line for line in kept if line.kind != "caption"], gone


def _without_links(kept: list[Paragraph], removed: list[Removed]) -> tuple[list[Paragraph], list[Removed]]:
    """Without the links to other articles: those at the end with their heading, and headlines in between.

    Nothing goes where there is little besides: then the links are what the article is.
    """
    if sum(len(line.text) for line in kept if not line.linked) < LEAST_ARTICLE_CHARS:
        return kept, removed
    end = len(kept)
    while kept[end - 1].linked and kept[end - 1].kind != "quote":
        end -= 1
    if len(kept) - end >= FEWEST_END_LINKS and _is_label(_plainer(kept[end - 1].text)) and end > 1:
        end -= 1
    last = kept[end:] if len(kept) - end >= FEWEST_END_LINKS else []
    body = kept[: len(kept) - len(last)]
    between = [line for line in body[1:end] if _is_linked_headline(line)]
    gone = [_other_articles(line) for line in (*between, *last)]
    return [line for line in body if line not in between], removed + gone


def _is_linked_headline(line: Paragraph) -> bool:
    return line.linked and line.kind == "text" and not _SENTENCE_END.search(line.text)


def _other_articles(line: Paragraph) -> Removed:
    return Removed(text=line.text, kind="links", why="link to other articles" if line.linked else LISTED)


LISTED = "list of other articles"


def _plainer(text: str) -> str:
    """The text as the patterns know it, character for character."""
    return text if text.isascii() else text.translate(_STRAIGHT)


_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "–": "-", "—": "-"})
