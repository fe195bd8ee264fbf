"""Lines that say where a text was published first or stands whole, as patterns of whole paragraphs."""

from __future__ import annotations

from streams.identify.names import CAPITAL, PROPER_NAMES
from streams.patterns import any_of, words

_FEW_WORDS = r"(?:\S+ ){0,7}\S+"
_DEVELOPING = words(
    es="""
        es de última hora, está siendo actualizada, en desarrollo, en ampliación, estará en actualización
    """
)
_SOURCE = words(
    "via",
    en="source, sources",
    de="quelle, quellen, originalmeldung",
    es="fuente, fuentes, fuente original",
)
_REPRINTED_EN = (
    rf"the post (?-i:[^a-z\s].{{0,300}}) appeared first on {PROPER_NAMES}\W*",
    r"this (?:article|story|post|piece|column) (?:was |has been |is |has )?(?:originally |first |also )?"
    r"(?:(?<=originally )|(?<=first )|re)(?:published|appeared|posted)\b"
    rf" (?:on|in|by|at|from) {_FEW_WORDS}\W*(?: read the original(?: article| story)?(?: here)?\W*)?",
    rf"(?:(?:first|originally) published|first appeared) (?:on|in|by|at) {_FEW_WORDS}\W*",
    r"this (?:article|story|report) (?:was|is) (?:produced|published|co-published)"
    r" (?:in partnership )?with\b.{1,120}",
    r"this (?:article|story|post) (?:was |is )?(?:originally |first )?(?:featured|reported|written)"
    rf" (?:on|in|for|by) {_FEW_WORDS}"
    r"(?: and (?:has been|was|is) (?:republished|reproduced|syndicated)\b.{0,80})?\W*",
    r"this (?:report|story) by .{2,60} was first published\b.{0,60}",
    r"this (?:article|story|report) (?:was|is) (?:produced|provided) by .{2,60}"
    r"\b(?:distributed|syndicated|published) by\b.{2,60}",
    r"\(?(?:except for the headline\b.{0,60}, )?this (?:story|article|report|copy) has not been edited by .{2,60}"
    r"\band (?:is|was)\b.{2,80}\b(?:feed|agency|wire|source)\b.{0,30}",
    r"\(?only the headline\b.{2,90}\bmay have been reworked\b.{2,160}",
)
_REPRINTED_FR = (
    r"l'article .{1,300} est apparu en premier sur .{1,150}",
    r"cet article (?:a été |est )?(?:initialement |d'abord |re)?(?:publié|paru)"
    r" (?:par|sur|dans|à partir)\b.{2,150}",
    r"(?:initialement|d'abord) publié (?:par|sur|dans|à partir)\b.{2,150}",
    r"cet article (?:a été|est) traduit\b.{2,100}",
)
_REPRINTED_DE = (
    r"der beitrag .{1,300} erschien zuerst auf .{1,150}",
    r"(?:dieser (?:artikel|text|beitrag) )?(?:ist |erschien )?(?:zuerst|ursprünglich)"
    r" (?:erschienen |veröffentlicht )?(?:auf|bei|in|im) .{2,60}(?:(?<=erschienen)|(?<=veröffentlicht))\W*",
    r"(?:dieser (?:artikel|text|beitrag) )?"
    r"(?:erschien (?:zuerst|ursprünglich)|(?:zuerst|ursprünglich) (?:erschienen|veröffentlicht))"
    r" (?:auf|bei|in|im) .{2,60}",
)
_REPRINTED_ES = (
    r"la (?:entrada|noticia) .{1,300} (?:se publicó|apareció|aparece) primero en .{1,150}",
    r"(?:este artículo (?:fue |ha sido |se )?)?public(?:ado|ó) originalmente (?:en|por)\b.{2,150}",
)
_WHOLE_TEXT = (
    r"read (?:the )?(?:full|original|whole|entire|complete|rest of (?:the|this))\b ?"
    r"(?:original )?(?:article|story|post|piece|entry)\b.{0,120}",
    r"(?:lire|lisez|retrouvez) (?:l'article|cet article|la suite de l'article)\b.{0,30}"
    r"\b(?:complet|original|intégral|sur)\b.{0,100}",
    r"(?:den|zum) (?:vollständigen|ganzen|kompletten|original)[- ]?(?:artikel|beitrag|text)\b.{0,100}",
    r"le(?:er|a|e) (?:el |la )?(?:artículo|noticia|nota) (?:complet[oa]|original)\b.{0,100}",
)
SOURCE = any_of(
    *_REPRINTED_EN,
    *_REPRINTED_FR,
    *_REPRINTED_DE,
    *_REPRINTED_ES,
    *_WHOLE_TEXT,
    rf"\(?{_SOURCE}\s?: ?{PROPER_NAMES}(?:(?<=[/ ])[a-z]{{2,5}}(?:[/+][A-Za-z]{{2,5}}){{0,3}})?\)?\W*",
    rf"\W*(?:via|h/t|hat tip):? {CAPITAL}{PROPER_NAMES}\W*|source link\W*",
    # That the text is not the last word.
    r"this is a (?:developing|breaking) (?:news )?story\b.{0,120}",
    rf"(?:esta )?(?:noticia|información) {_DEVELOPING}\b.{{0,100}}|habrá ampliación\W*",
)
