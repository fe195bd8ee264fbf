"""What publishers put around their articles, as patterns: English, French, German and Spanish.

A pattern must match a whole paragraph, so that the same words in running text are never touched. The ones
marked loose are common words as well: they do not count in a paragraph that quotes or reports speech, since
somebody may be telling of a newsletter. Apostrophes are straight and white space is single in what they see.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NETWORKS = (
    r"(?:facebook|twitter|instagram|whats ?app|telegram|linked ?in|you ?tube|tik ?tok|threads|blue ?sky|mastodon"
    r"|reddit|pinterest|flipboard|messenger|google news|social media|x)"
)
SHARE_BUTTON = rf"(?:{NETWORKS}|e-?mail|print|copy link|share|tweet|save)"
FEW_WORDS = r"(?:\S+ ){0,7}\S+"
NAME_WORD = r"[A-ZÀ-ÞŒ©@][\w.'&@-]*|https?://\S+|[\w.-]+\.[a-z]{2,6}"
NAME_LINK = (
    r"dpa|afp|picture|alliance|archives?|handout|courtesy|via|by|of|the|for|and|de|la|le|du|des|et|von|der|und|y|del"
    r"|[&|-]"
)
PROPER_NAMES = rf"(?-i:(?:(?:{NAME_WORD}|{NAME_LINK})[\s/,]*){{1,10}})"


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
NEWSLETTER = _any(
    r"(?:please )?(?:sign(?:ing)? up|subscribe|register (?:now|here|today|for|to)|join)\b.{0,100}"
    r"\b(?:newsletters?|e-?mails?|inbox|mailing list|alerts|briefing|bulletin)\b.*",
    r"get\b.{0,120}\b(?:in|to|into) your (?:inbox|e-?mail|mailbox)\b.*",
    r".{0,80}\bdelivered (?:straight |directly |right )?to your inbox\b.{0,80}",
    r"(?:please )?(?:enter|type|add|leave) your (?:best )?e-?mail\b.{0,150}",
    r"thank you for (?:signing up|subscribing).{0,100}",
    r"invalid e-?mail(?: address)?\W*",
    r"(?:(?:our|free|daily|weekly|morning|evening|the) )*newsletters?(?: (?:sign-?up|subscribe|subscription))?\W*",
    r"(?:inscrivez-vous|abonnez-vous|recevez)\b.{0,120}"
    r"\b(?:newsletters?|lettres? d'information|infolettre|boîte mail|par (?:e-?)?mail|courriel|alertes)\b.*",
    r"(?:entrez|saisissez|indiquez) votre (?:adresse )?(?:e-?mail|courriel).{0,150}",
    r"(?:melden sie sich|jetzt|hier|abonnieren sie|bestellen sie|erhalten sie|abonniere)\b.{0,120}"
    r"\b(?:newsletters?|e-mail|postfach)\b.*",
    r"newsletter (?:abonnieren|bestellen).{0,100}",
    r"(?:suscríbete|suscríbase|regístrate|apúntate|recibe|reciba)\b.{0,120}"
    r"\b(?:newsletters?|bolet[íi]n(?:es)?|correo|bandeja de entrada|alertas)\b.*",
)
LINK_LEADS = (
    r"(?:read (?:more|also|next)|also read|read|related(?: (?:articles?|stor(?:y|ies)|news|reading))?|see also"
    r"|don't miss|must[- ]reads?|recommended|more on this|(?:à )?lire (?:aussi|également)|à lire|voir aussi"
    r"|sur le même sujet|lesen sie (?:auch|mehr)|mehr zum thema|auch interessant"
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
SHARE = _any(
    r"share (?:this|on|via)\b(?: (?:article|story|post|page|video|on|via|with))?\b.{0,60}",
    r"(?:share|share\W+(?:save|tweet|comment))\W*",
    r"click to (?:share|e-?mail|print)\b.{0,100}",
    r"(?:please )?(?:follow|like|join|find|add) (?:us|@\w+|our(?: \w+){1,3}) (?:on|via|at)\b"
    rf".{{0,30}}\b{NETWORKS}\b.{{0,100}}",
    rf"follow (?:\S+ ){{1,4}}on {NETWORKS}\b.{{0,60}}",
    rf"{SHARE_BUTTON}(?:[\s,|·•/:]+{SHARE_BUTTON})+\W*",
    r"(?:have your say|join the (?:conversation|discussion)|(?:leave|post|add) a comment|comments? \(?\d+\)?)\W*",
    r"(?:what do you think|do you agree)\? .{0,80}\bcomments?\b.{0,60}",
    r"partage[rz] (?:cet article|l'article|sur|via)\b.{0,60}|partager\W*",
    r"(?:suivez|rejoignez|retrouvez)-nous sur\b.{0,100}",
    r"(?:artikel |beitrag )?teilen\W*|teilen (?:sie (?:diesen|den) (?:artikel|beitrag)|auf|per)\b.{0,60}",
    r"folgen sie uns (?:auf|bei)\b.{0,100}",
    r"compart(?:ir|e|a) (?:en|este|esta|por)\b.{0,60}|compartir\W*|síguenos en\b.{0,100}",
)
SUBSCRIBE = _any(
    r"already (?:a|have an?)\b[^?]{0,40}\b(?:subscriber|member|subscription|account)\b[^?]{0,20}\?.{0,60}",
    r"(?:subscribe|become an? (?:member|subscriber|supporter)|join) (?:now|today|here)\b.{0,120}",
    r"(?:subscribe|become an? (?:member|subscriber|supporter)) (?:for|to|of)\b.{0,100}",
    r"subscribe\W*",
    r"to (?:continue|keep) reading\b.{0,40}\b(?:subscribe|register|sign|log|join|account)\b.{0,100}",
    r"to read (?:the full|this|the rest of this) (?:story|article)\b.{0,40}"
    r"\b(?:subscribe|register|sign|log|join)\b.{0,100}",
    r"this (?:article|story|content|post) is (?:only )?(?:for|available (?:only )?to|reserved for|exclusive to) "
    r".{0,40}\b(?:subscribers|members)\b.{0,120}",
    r"(?:please )?(?:consider )?(?:support(?:ing)?|(?:donat|contribut)(?:e|ing) to) (?:our|the|your|independent)\b"
    r".{0,60}\b(?:journalism|newsroom|media|reporting)\b.{0,120}",
    r"download (?:the|our)\b.{0,40}\bapp\b.{0,100}",
    r"(?:log|sign) in(?: (?:or|to|here)\b.{0,80})?\W*",
    r"(?:cet article|ce contenu) est réservé (?:à nos|aux) abonnés.{0,150}",
    r"déjà abonnée?\b.{0,80}|abonnez-vous(?: (?:pour|dès|à partir|maintenant)\b.{0,100})?\W*",
    r"(?:dieser (?:artikel|inhalt|text)|dieser beitrag)\b.{0,40}\babonnent(?:en|innen)\b.{0,100}",
    r"(?:sie haben|haben sie) (?:bereits|schon) ein abo\b.{0,80}",
    r"jetzt (?:abonnieren|abo|kostenlos testen)\b.{0,100}",
    r"(?:contenido|artículo) (?:exclusivo |solo )?para suscriptores.{0,150}",
    r"¿?ya (?:eres|es usted) suscriptora?\b.{0,80}|suscríbete\b.{0,100}",
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
    r"\W*(?:photo(?:graph)?s?|images?|pictures?|fotos?|bild(?:er)?|imagen(?:es)?|crédits?|credits?|copyright)"
    r"(?: credits?| sources?| courtesy| by|graph(?:ie|er)?| von| de| photos?)?\s?(?::| by|©)\s?"
    + PROPER_NAMES
    + r"\W*",
    r"\(?(?:©|\(c\)) ?(?:\d{4} )?" + PROPER_NAMES + r"\)?\W*",
    r"(?-i:(?:[\w'. -]{2,40}[/|] ?)?(?:Getty Images|Shutterstock|Reuters|REUTERS|AFP|EPA|AP Photo|iStock|Unsplash"
    r"|dpa|imago))(?: ?[/|] ?[\w'. -]{2,40})?\W*",
)
CONTINUE = _any(
    r"\W*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\W*",
    r"\W*(?:continue reading|keep reading|read more|read on|see more|show more|view more|full story"
    r"|more info|lire la suite|en savoir plus|weiterlesen|mehr lesen|mehr erfahren|seguir leyendo|sigue leyendo"
    r"|leer más)\W*",
    r"(?:continue reading|lire la suite|seguir leyendo)\b.{1,200}(?:→|»|>|…|\.\.\.|›)\W*",
    r"continue reading (?:at|on|here|this|the|in)\b.{0,150}",
    r"(?:lire la suite|weiterlesen|seguir leyendo|leer más) (?:sur|dans|auf|bei|en)\b.{0,80}",
)

RULES = (
    Rule("consent", "consent or terms", CONSENT, loose=True, max_chars=700),
    Rule("newsletter", "newsletter sign-up", NEWSLETTER, loose=True),
    Rule("advert", "mark of an advertisement", ADVERT),
    Rule("continue", "pointer to the rest", CONTINUE),
    Rule("source", "where it was published", SOURCE, max_chars=600),
    Rule("credit", "picture credit", CREDIT, max_chars=150),
    Rule("links", "pointer to other articles", LINKS),
    Rule("share", "share or follow prompt", SHARE, loose=True),
    Rule("subscribe", "subscription prompt", SUBSCRIBE, loose=True),
)

REPORTED_SPEECH = re.compile(
    r"[\"“«„][^\"“”»]{25,}[\"“”»]|\b(?:said|says|saying|told|tells|wrote|writes|according to|argue[ds]?|reported"
    r"|announced|urged|sued|claim(?:s|ed)|accused|dit|écrit|déclaré|affirme|selon|sagte|sagt|erklärte|laut|dijo"
    r"|dice|según|afirmó|aseguró)\b",
    re.IGNORECASE,
)
"""Speech, or more than a button's name in quotation marks."""


class Tail(NamedTuple):
    """Boilerplate at the end of a paragraph of running text: one of `signs` (small letters) is always in it."""

    kind: str
    why: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


AFTER_SENTENCE = r"(?<=[.!?…\"”’»)\]])\s+"
TAILS = (
    Tail(
        "source",
        "where it was published",
        ("appeared first on",),
        re.compile(AFTER_SENTENCE + r"The post [^a-z\s].{0,300} appeared first on .{1,100}$"),
    ),
    Tail(
        "source",
        "where it was published",
        ("source", "quelle", "fuente"),
        re.compile(
            AFTER_SENTENCE + r"\(?(?:Source|SOURCE|Quelle|Fuente) ?: ?(?:[A-ZÀ-Þ][\w.&-]*[\s/]?){1,4}\)?\.?$"
        ),
    ),
    Tail(
        "links",
        "pointer to other articles",
        ("read", "related", "lire", "lesen", "lee"),
        re.compile(
            AFTER_SENTENCE + r"(?:READ MORE|Read more|READ ALSO|Read also|ALSO READ|Also read|RELATED|Related"
            r"|Lire aussi|Lesen Sie auch|Lee también) ?: ?[^.]{1,150}$"
        ),
    ),
    Tail(
        "continue",
        "pointer to the rest",
        ("read", "lire", "lesen", "leer", "leyendo"),
        re.compile(
            AFTER_SENTENCE + r"\(?(?:Continue reading|Read more|Read More|READ MORE|Lire la suite|Weiterlesen"
            r"|Mehr lesen|Leer más|Seguir leyendo)[\s.…»→>)]*$"
        ),
    ),
    Tail(
        "continue",
        "pointer to the rest",
        ("continue reading", "read more", "read full", "lire la", "lesen", "leer más", "leyendo"),
        re.compile(
            r"(?:(?<=…)|(?<=\.\.\.)|(?<=…\])|(?<=\.\.\.\]))\s*\(?(?:continue reading|read more|read full story"
            r"|lire la suite|weiterlesen|mehr lesen|leer más|seguir leyendo)\b.{0,150}$",
            re.IGNORECASE,
        ),
    ),
    Tail("continue", "pointer to the rest", ("…]", "...]", "…)"), re.compile(r"\s*(?:\[(?:…|\.{3})\]|\(…\))\s*$")),
)
"""In the order in which they are cut. All but the last need a sentence that has ended before them."""
