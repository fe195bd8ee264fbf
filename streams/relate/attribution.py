"""Whom an article names as the one who had it first: an agency's dateline, a credit line, "as Die Welt reported".

Only the places are read where publishers give credit: the text's first words, lines of their own, and sentences at
the beginning that report what another publisher said. A publisher that names itself gives no credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.patterns import words
from streams.query.tokens import fold
from streams.records import Source, TaggedArticle
from streams.relate.outlets import AGENCIES, AGENCY, OUTLET

BEGINNING = 600
"""Characters of a text in which a sentence may say where the report comes from."""

LINE = 200
"""Characters that a line of credit has at most."""

SHORT_LINE = 40
"""Characters up to which a line may be an agency's name and little else."""

LINES = 50
"""Lines looked at, of those at the end and of those that were removed as no part of the article."""

CAPTION = "caption"
"""The kind of removed lines that name whose a picture is."""


class Attribution(NamedTuple):
    """The publisher named, and the words that do so."""

    publisher: str
    words: str


def find_attribution(article: TaggedArticle) -> Attribution | None:
    """The publisher that an article says it comes from; None when it names none, or only its own."""
    for publisher, naming in _named(article):
        if not _is_own(publisher, article.source):
            return Attribution(publisher, " ".join(naming.split()))
    return None


def _named(article: TaggedArticle) -> Iterator[tuple[str, str]]:
    """Publishers and the words that name them, the surest first."""
    start = article.text[:LINE]
    if ("(" in start or "/" in start) and (dateline := _DATELINE.match(start)):
        yield _name(dateline), dateline[0]
    tail = article.text[-LINES * LINE :].split("\n")[-LINES:]
    aside = [removed.text for removed in article.removed[:LINES] if removed.kind != CAPTION]
    for line in (*tail, *aside):
        if len(line) <= LINE and _may_give_credit(line) and (credit := _CREDIT_LINE.search(line)):
            yield _name(credit), credit[0]
    for place in (article.title[:LINE], article.text[:BEGINNING]):
        if _has(place, _CUES):
            for sentence in _REPORTED.finditer(place):
                yield _name(sentence), sentence[0]


def _may_give_credit(line: str) -> bool:
    """Whether the pattern is worth a search: it takes long, and most lines have nothing of it."""
    return len(line) <= SHORT_LINE or "(" in line or "/" in line or _has(line, _CREDIT_CUES)


def _has(text: str, cues: Sequence[str]) -> bool:
    lower = text.lower()
    for cue in cues:  # noqa: SIM110 - a generator would take twice as long
        if cue in lower:
            return True
    return False


def _name(found: re.Match[str]) -> str:
    """The publisher that a pattern found, by the name to show."""
    name: str = next(filter(None, found.groups())).strip()
    bare = name.removeprefix("The ")
    return AGENCIES.get(bare, bare if " " in bare else name)


def _is_own(publisher: str, source: Source) -> bool:
    name = fold(publisher).removeprefix("the ")
    own = fold(AGENCIES.get(source.name, source.name)).removeprefix("the ")
    return name in (own, source.domain) or bool(own and (own.startswith(name + " ") or name.startswith(own + " ")))


_DATELINE = re.compile(
    rf"""
    \s*(?:[A-ZÀ-Þ][^()/\n]{{1,60}}(?:/[^()/\n]{{1,30}})?(?:[ ]|--))?  # a place, and mostly a date
    (?:
        \(({AGENCY}|[A-Z][\w]+(?:[ ][A-Z][\w]+){{0,2}})(?:/[\w.]+)*\)\s?(?:\.?[-–—]|:)
        # Only a known agency's, where no dash parts it from the text.
        | \(({AGENCY})(?:/[\w.]+)*\)\s+(?=[A-ZÀ-Þ"“«¿]|$)
        | /({AGENCY})/(?:\.|[ ]?[-–—])
    )
    """,
    re.VERBOSE,
)

_ADDRESS = r"https?://(?:www\.)?([a-z0-9.-]{3,80})"
_DER = r"(?:[dD](?:ie|er|as|em|en) )?(?:Zeitung |Agentur |Nachrichtenagentur )?[„\"»]?"
_LE = r"(?:l['’]agence |(?:les? |la |l['’])?(?:quotidien |journal |site )?)?"
_EL = r"(?:el |la )?(?:diario |periódico |agencia )?"
_LABEL = r"(?:Sources?|Quellen?|Fuentes?|Via) ?: ?"
_ANY = (
    r"(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\b|[A-Z][a-z]{2,5}day\b)"
    r"([A-ZÀ-Þ][^\W\d](?:[^\W\d]|[ .&'’-]){0,40}?)"
    r"(?= (?:under|sous|bajo|and|with|as|is|avec|con|y|erschienen|veröffentlicht)\b|\.\s|[,;()]|\W*$)"
)
"""A name in a line that says nothing else."""

_CREDIT_LINE = re.compile(
    "|".join(
        (
            rf"^\W*{_LABEL}{_ADDRESS}",
            rf"^\W*{_LABEL}({OUTLET}|[A-Z][\w .'’-]{{1,40}}?)\W*$",
            rf"^\W*{_LABEL}[\w., -]{{2,60}}[/,] ?({AGENCY})\W*$",
            rf"^\W*(?:By|BY|Par|Von|Por) [^,|]{{3,60}}[,|] ?(?:The )?({AGENCY})\W*$",
            rf"^\W*\(?[a-z]{{2,4}}/({AGENCY})\)?$",
            rf"^\(?[Tt]his (?:report|story|article) by (?:[Tt]he )?({AGENCY})",
            r"(Thomson Reuters) Trust Principles",
            rf"\b(?:originally|first) (?:published|appeared|ran) (?:by|in|on|at) (?:the )?({OUTLET})",
            r"^\W*[Tt]his (?:article|story|post|piece|column)\b.{0,20}"
            r"\b(?:(?:originally|first) (?:published|appeared|featured|ran)|republished)"
            rf" (?:by|in|on|at|from) (?:the )?{_ANY}",
            r"^\W*[Cc]et article\b.{0,20}"
            rf"\b(?:republié à partir de|(?:re)?(?:publié|paru) (?:par|sur|dans)) {_ANY}",
            r"^\W*[Dd]ieser (?:Artikel|Text|Beitrag)\b.{0,15}"
            rf"\b(?:zuerst|ursprünglich) (?:auf|bei|in|im) (?:der |dem )?{_ANY}",
            rf"^\W*[Ee]ste artículo\b.{{0,20}}\bpublic(?:ado|ó) originalmente (?:en|por) {_ANY}",
            rf"\berschien (?:zuerst|ursprünglich) (?:bei|in|auf|im) {_DER}({OUTLET})",
            rf"\b(?:publié|paru) (?:initialement|d['’]abord|à l['’]origine) (?:par|sur|dans) {_LE}({OUTLET})",
            rf"\b(?:publicado|publicó) originalmente (?:por|en) {_EL}({OUTLET})",
            rf"\b[Mm]it Material (?:von|der) {_DER}({AGENCY})",
            rf"\b[Aa]vec {_LE}({AGENCY})",
            rf"\b[Cc]on información de {_EL}({AGENCY})",
            rf"\b[Ww]ith (?:reporting|material) (?:by|from) (?:the )?({AGENCY})",
            rf"(?:©|\(c\)|Copyright) ?(?:\d{{4}} )?(?:The )?({AGENCY})",
            rf"\(({AGENCY})(?:[/,] ?[\w-]+)*\)\W*$",
            rf"^\W*({AGENCY})(?:/\w+)*\W*$",
        )
    )
)
_CREDIT_CUES = re.split(
    r",\s*",
    """source, quelle, fuente, via, originally, first, erschien, publi, paru, material, avec, información,
    reporting, ©, copyright, trust principles, report by, story by""",
)
"""What each line of credit has that is not just an agency's name, in lower case."""

_CUES = re.split(
    r",\s*",
    """reported, reports, reveal, learned, wrote, according to, told, citing, bericht, melde, schreibt, laut,
    gegenüber, selon, rapport, révèle, révélé, annonce, écrit, indiqué, déclaré, confié, affirmé, según, informa,
    informó, publica, publicó, adelantó, dijo a, declaró a""",
)
"""What each of the sentences below has, in lower case: quick to look for."""

_REPORTED_EN = words(en="reported, reports, revealed, wrote, learned")
_REPORTED_DE = words(de="berichtet, berichtete, meldet, meldete, schreibt")
_REPORTED = re.compile(
    "|".join(
        (
            rf"\b({OUTLET})(?: newspaper| magazine)? (?:first |has |had |can )?{_REPORTED_EN}\b",
            rf"\b(?:[Aa]ccording to|[Rr]eported by|told|citing) (?:the )?({OUTLET})",
            rf"\b(?:[Ww]ie|[Ss]o) {_DER}({OUTLET})[\"“”«»]?(?:-Zeitung|-Magazin)? {_REPORTED_DE}\b",
            rf"\b(?:bericht(?:et|ete|eten|en)|melde(?:t|te|ten|n)|schreibt|[Ll]aut|gegenüber) {_DER}({OUTLET})",
            r"\b[Ss]elon (?:une? (?:enquête|information|article)|(?:les|des) (?:informations|révélations))"
            rf" (?:de |du |d['’]){_LE}({OUTLET})",
            rf"\b(?:[Ss]elon|rapporté par|révélé par|rapporte|révèle|annonce|écrit) {_LE}({OUTLET})",
            rf"\b(?:indiqué|déclaré|confié|affirmé) (?:au|à) {_LE}({OUTLET})",
            rf"\b[Ss]egún (?:informa |informó |publica |ha publicado |adelanta |ha podido saber )?{_EL}({OUTLET})",
            rf"\b(?:informa|informó|publica|publicó|adelantó|dijo a|declaró a) {_EL}({OUTLET})",
        )
    )
)
