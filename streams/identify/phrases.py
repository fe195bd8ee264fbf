"""What publishers put around their articles in set phrases, as patterns: English, French, German and Spanish.

A pattern must match a whole paragraph, so that the same words in running text are never touched. The ones marked
loose are common words as well: they do not count in a paragraph that quotes or reports speech. Apostrophes are
straight and white space is single in what they see. What is worded freely is left to the evidence of `prompts`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

FEW_WORDS = r"(?:\S+ ){0,7}\S+"
NAME_WORD = r"[A-ZÀ-ÞŒ©@][\w.'&@-]*|https?://\S+|[\w.-]+\.[a-z]{2,6}"
NAME_LINK = (
    r"dpa|afp|picture|alliance|archives?|handout|courtesy|via|by|of|the|for|and|de|la|le|du|des|et|von|der|und|y"
    r"|del"
    r"|[&|-]"
)
_NAME = rf"(?:{NAME_WORD}|{NAME_LINK})"
PROPER_NAMES = rf"(?-i:{_NAME}(?:[\s/,]+{_NAME}){{0,9}}[\s/,]*)"


class Rule(NamedTuple):
    """A kind of boilerplate: the pattern of a whole paragraph, what it is, and the longest that it can be."""

    kind: str
    why: str
    pattern: re.Pattern[str]
    loose: bool = False
    max_chars: int = 300


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


CONSENT = _any(
    r"by (?:signing|subscribing|registering|clicking|continuing|submitting|entering|providing|creating)\b.{0,150}"
    r"\byou(?:'re| are| will)? (?:also )?(?:agree|accept|consent|acknowledge|confirm).*"
    r"\b(?:terms|privacy|polic|conditions|cookies|receive|e-?mails?|newsletters?).*",
    r"(?:we|we and our partners) use cookies (?:and|on|to|for|in order)\b.*",
    r"we use your (?:sign-?up|e-?mail|data|information) (?:to|for)\b.*",
    r"(?:this|our) (?:web ?)?site (?:uses|is using) cookies.*",
    r"you can (?:unsubscribe|opt[ -]out|withdraw your consent) (?:at )?any ?time\b.{0,150}",
    r"this site is protected by recaptcha.*",
    r"this (?:article|page|story) (?:contains|includes) content (?:provided|hosted|from|by)\b.*"
    r"\b(?:cookies|permission|consent).*",
    r"(?:this content|the following content) (?:is|may be) (?:provided|hosted|using|not available)\b.*"
    r"\b(?:cookies|permission|consent).*",
    r"we (?:ask for|need) your (?:permission|consent) (?:before|to)\b.*\b(?:load|cookies|content|display).*",
    r"to (?:view|see|show|display|watch) this (?:content|video|post|tweet)\b.*\b(?:cookies|consent).*",
    r"en (?:vous inscrivant|cliquant|poursuivant|continuant|validant)\b.{0,150}"
    r"\bvous (?:acceptez|consentez|reconnaissez)\b.*",
    r"(?:nous utilisons|ce site utilise) des cookies.*",
    r"pour (?:afficher|voir|visualiser) ce(?:tte)? (?:contenu|vidéo)\b.*\b(?:cookies|accepter|consentement).*",
    r"vous pouvez vous désinscrire à tout moment.{0,150}",
    r"mit (?:der|ihrer|deiner) (?:anmeldung|registrierung|bestellung)\b.{0,120}"
    r"\b(?:stimmen sie|stimmst du|akzeptieren sie|erklären sie sich|willigen sie)\b.*",
    r"(?:wir (?:verwenden|nutzen)|diese (?:web)?(?:seite|site) (?:verwendet|nutzt)) cookies.*",
    r"an dieser stelle finden sie (?:einen )?externen? inhalte?\b.*",
    r"empfohlener redaktioneller inhalt\b.{0,200}",
    r"zur anzeige (?:dieses|des) inhalts\b.*\b(?:einwilligung|zustimmung).*",
    r"al (?:suscribirte|suscribirse|registrarte|registrarse|hacer clic|continuar)\b.{0,150}"
    r"\b(?:aceptas?|consientes?)\b.*",
    r"(?:utilizamos|usamos|este sitio (?:web )?(?:utiliza|usa)) cookies.*",
)
LINK_LEADS = (
    r"(?:read (?:more|also|next)|also read|read|related(?: (?:articles?|stor(?:y|ies)|news|reading))?|see also"
    r"|don't miss|must[- ]reads?|recommended|more on this|(?:à )?lire (?:aussi|également)|à lire|voir aussi"
    r"|sur le même sujet|lesen sie (?:(?:dazu |hierzu )?auch|mehr)|mehr zum thema|auch interessant"
    r"|le(?:e|a|er) también|te puede interesar|más información|vea también)"
)
LINK_HEADER = _any(
    LINK_LEADS + r"\W*",
    r"(?:related|more) (?:articles?|stor(?:y|ies)|content|news|links?|topics?|posts?|coverage)\W*",
    r"more (?:on this (?:story|topic)|from [\w' ]{1,40}|like this|in this section)\W*",
    r"recommended (?:for you|stories|articles|reading|videos?)\W*",
    r"you (?:may|might) (?:also )?(?:like|be interested in|have missed)\W*",
    r"(?:most (?:read|popular|viewed)|trending(?: now)?|editors?'?s? picks?|further reading)\W*",
    r"in case you missed it\W*",
    r"(?:sur le même thème|nos autres articles|les (?:articles les )?plus lus)\W*",
    r"(?:das könnte sie (?:auch )?interessieren|weitere (?:artikel|meldungen|nachrichten)|meistgelesen)\W*",
    r"(?:noticias|artículos) relacionad[oa]s\W*|más (?:noticias|sobre este tema)\W*|lo más (?:leído|visto)\W*",
)
LINKS = _any(
    LINK_LEADS + r"\s*[:|»→>]\s*.+",
    r"(?:read|see) more (?:about|on|at|from|in|here)\b.{0,80}",
    r"click here (?:to|for)\b.{1,100}",
    r"(?:read|see|follow|find|watch) (?:our|the|all|more)\b.{0,60}"
    r"\b(?:coverage|live ?blog|updates|stories)\b.{0,40}\bhere\W*",
)
SOURCE = _any(
    r"the post (?-i:[^a-z\s].{0,300}) appeared first on " + PROPER_NAMES + r"\W*",
    r"this (?:article|story|post|piece|column) (?:was |has been |is |has )?(?:originally |first |also )?"
    r"(?:(?<=originally )|(?<=first )|re)(?:published|appeared|posted)\b (?:on|in|by|at|from) "
    + FEW_WORDS
    + r"\W*"
    r"(?: read the original(?: article| story)?(?: here)?\W*)?",
    r"(?:(?:first|originally) published|first appeared) (?:on|in|by|at) " + FEW_WORDS + r"\W*",
    r"this (?:article|story|report) (?:was|is) (?:produced|published"
    r"|co-published) (?:in partnership )?with\b.{1,120}",
    r"this is a (?:developing|breaking) (?:news )?story\b.{0,120}",
    r"read (?:the )?(?:full|original|whole|entire|complete|rest of (?:the|this))\b ?"
    r"(?:original )?(?:article|story|post|piece|entry)\b.{0,120}",
    r"\(?(?:sources?|via|quellen?|fuentes?)\s?: ?" + PROPER_NAMES + r"\)?\W*",
    r"l'article .{1,300} est apparu en premier sur .{1,150}",
    r"(?:lire|lisez|retrouvez) (?:l'article|cet article|la suite de l'article)\b.{0,30}"
    r"\b(?:complet|original|intégral|sur)\b.{0,100}",
    r"der beitrag .{1,300} erschien zuerst auf .{1,150}",
    r"(?:den|zum) (?:vollständigen|ganzen|kompletten|original)[- ]?(?:artikel|beitrag|text)\b.{0,100}",
    r"la (?:entrada|noticia) .{1,300} (?:se publicó|apareció|aparece) primero en .{1,150}",
    r"le(?:er|a|e) (?:el|la) (?:artículo|noticia|nota) (?:complet[oa]|original)\b.{0,100}",
)
ADVERT = _any(
    r"\W*(?:advert(?:isement|ising)?|sponsored(?: content| post)?|promoted(?: content)?|ad|anzeige|werbung"
    r"|publicité|publicidad)\W*",
    r"\W*(?:(?:story|article) continues|scroll(?: down)?(?: for more)?|continue reading|keep reading) "
    r"(?:after|below)(?: this| the)? ad(?:vert(?:isement)?)?\W*",
    r"\W*la suite après (?:cette|la) publicité\W*",
    r"\W*(?:der )?artikel (?:geht|wird) nach der (?:anzeige|werbung) (?:weiter|fortgesetzt)\W*",
    r"\W*(?:el artículo )?(?:continúa|sigue) después de la publicidad\W*",
)
CREDIT = _any(
    r"\W*(?:photo(?:graph)?s?|images?|pictures?|fotos?|bild(?:er|rechte|nachweis)?|imagen(?:es)?|illustrations?"
    r"|fotografía|videos?|crédits?|credits?|copyright)"
    r"(?: credits?| sources?| courtesy| by|graph(?:ie|er)?| von| de| photos?)?\s?(?:[:,]| by|©)\s?"
    + PROPER_NAMES
    + r"\W*",
    r"\((?:photos?|fotos?|bild|image|illustration|fotografía|vídeo|video|archiv\w*|file)\b[^()]{0,100}\)"
    r"(?:\s?\([^()]{2,30}\))?",
    r"\(?(?:©|\(c\)) ?(?:\d{4} )?" + PROPER_NAMES + r"\)?\W*",
    r"(?-i:(?:[\w'. -]{2,40}[/|] ?)?(?:Getty Images|Shutterstock|Reuters|REUTERS|AFP|EPA|AP Photo|iStock|Unsplash"
    r"|dpa|imago))(?: ?[/|] ?[\w'. -]{2,40})?\W*",
)
RIGHTS = _any(
    r"(?-i:\W{0,3}©).{1,200}",
    r"copyright (?:©|\(c\)|\d{4}).{1,250}",
    r"(?:.{0,120}\W)?(?:all rights reserved|tous droits (?:de [\w ]{1,60})?réservés|alle rechte vorbehalten"
    r"|derechos reservados)\b.{0,200}",
    # Three things together: what is not to be done, to what, and that it is not to be done.
    r"(?=.*\b(?:re(?:production|distribution|publi\w+|produced|written|producción)|nutzung|vervielfältigung"
    r"|reproducción)\b)"
    r"(?=.*\b(?:text|material|content|articles?|stor(?:y|ies)|photos?|inhalte?|beiträge|contenus?|contenidos?"
    r"|total|partielle)\b)"
    r"(?=.*\b(?:permission|consent|licen[cs]e|prohibited|forbidden|may not|genehmigung|untersagt|verboten"
    r"|interdite"
    r"|autorisation|prohibida|autorización)\b).{10,250}",
)
AUTHORS = _any(
    r"\W*\((?:additional |further )?(?:reporting|writing|editing|edited|compiled|written|produced|translated"
    r"|rewritten|with (?:files|reporting|inputs?|agencies)|avec (?:agences?|afp)|mit (?:agenturen|material|dpa)"
    r"|con información)\b[^()]{0,200}\)\W*",
    r"(?:additional |further )?(?:reporting|writing|editing|translation|research|illustrations?|graphics|video"
    r"|photograph(?:y|s)|words|pictures)(?: and (?:reporting|writing|editing|photos?|pictures))? by "
    + PROPER_NAMES
    + r"\W*",
    r"(?-i:[A-ZÀ-Þ]).{2,150}\bcontributed (?:to this (?:report|story|article|dispatch)|reporting)\b.{0,40}",
    r"(?-i:(?:By|BY|Par|PAR|Von|VON|Por|POR) (?=[A-ZÀ-Þ]))" + PROPER_NAMES,
    r"(?:with files from|avec|mit (?:material|agenturen)(?: von)?|con información de|photo) "
    r"(?-i:(?:dpa|afp|DR)\b|(?=[A-ZÀ-Þ]))" + PROPER_NAMES + r"\W*",
    r"(?-i:[a-z]{2,4}(?:/[a-z]{2,4}){1,4})",
)
MONTH_OR_DAY = (
    r"(?:jan|feb|fév|m[aä]r|mär|apr|avr|abr|ma[iyj]|jun|jui|jul|aug|aoû|ago|sep|o[ck]t|nov|de[cz]|déc|ene|dic"
    r"|mon|tue|wed|thu|fri|sat|sun|lun|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|mo|di|mi|do|fr|sa|so)[^\W\d]*"
)
STAMP = _any(
    r"\W*(?:(?:first |last |originally )?(?:posted|published|updated?|modified)|stand|aktualisiert|veröffentlicht"
    r"|mis à jour|publié|modifié|(?:última )?actualizad[oa]|actualización|publicad[oa])\b(?=.*\d)"
    # Each token in one way only, or a line that is no stamp in the end takes for ever.
    rf"(?:\W|\b(?:\d+(?:h\d*|st|nd|rd|th)?|{MONTH_OR_DAY}|at|on|am|pm|a|p|m|um|uhr|le|à|el|las|de|ago|hours?"
    r"|minutes?|mins?|days?|vor|stunden|minuten|il|y|hier|gestern|ayer|yesterday|heures?|hace|horas|minutos|updated"
    r"|published|posted|by|utc|gmt|[ecmp][sd]?t)\b){1,110}",
    r"\W*\d{1,3} ?min(?:ute)?s?(?: read| de lecture| lesezeit| de lectura)?\W*",
)
TAGS = _any(
    r"(?:posted in|filed under|tagged(?: with)?|tags?|categor(?:y|ies)|archivado en|etiquetas?|kategorien?"
    r"|schlagw[oö]rte?r?|mots[- ]clés|classé (?:dans|sous)) ?:? ?.{1,120}(?<![.!?])",
)
CONTINUE = _any(
    r"\W*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\W*",
    r"(?:read (?:more|on)|lire la suite|weiterlesen|mehr lesen|leer más)\s?(?:…|\.\.\.|→|»|>)\W*",
)

RULES = (
    Rule("consent", "consent or terms", CONSENT, loose=True, max_chars=700),
    Rule("advert", "mark of an advertisement", ADVERT),
    Rule("continue", "pointer to the rest", CONTINUE),
    Rule("source", "where it was published", SOURCE, max_chars=600),
    Rule("credit", "picture credit", CREDIT, max_chars=150),
    Rule("credit", "rights reserved", RIGHTS, loose=True, max_chars=400),
    Rule("credit", "who worked on it", AUTHORS, max_chars=260),
    Rule("credit", "when it was published", STAMP, max_chars=120),
    Rule("links", "what it is filed under", TAGS, loose=True, max_chars=140),
    Rule("links", "pointer to other articles", LINKS),
)
