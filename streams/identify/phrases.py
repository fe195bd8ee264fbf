"""What publishers put around their articles in set phrases, as patterns: English, French, German and Spanish.

A pattern must match a whole paragraph, so that the same words in running text are never touched. The ones marked
loose are common words as well: they do not count in a paragraph that quotes or reports speech. Apostrophes are
straight and white space is single in what they see. What is worded freely is left to the evidence of `prompts`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from streams.identify.credits import AUTHORS, CAPTION, CREDIT, RIGHTS
from streams.identify.messages import MESSAGES
from streams.identify.names import PROPER_NAMES, any_of
from streams.identify.stamps import STAMP

FEW_WORDS = r"(?:\S+ ){0,7}\S+"


class Rule(NamedTuple):
    """A kind of boilerplate: the pattern of a whole paragraph, what it is, and the longest that it can be."""

    kind: str
    why: str
    pattern: re.Pattern[str]
    loose: bool = False
    max_chars: int = 300


CONSENT = any_of(
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
    r"an dieser stelle (?:finden sie|befindet sich|ist|sehen sie|steht) (?:[\w-]+ ){0,4}(?:externe[rn]? inhalte?"
    r"|inhalte? von|eingebunden)\b.*",
    r"empfohlener (?:redaktioneller |externer )?inhalt\b.{0,200}",
    r"ich bin (?:damit )?einverstanden, dass mir .{0,40}inhalte\b.*",
    r"(?:dieser|dieses) (?:externe )?(?:inhalt|video|beitrag) (?:wird|stammt) von \S+ (?:\S+ )?(?:bereitgestellt"
    r"|geladen)\b.{0,200}",
    r"(?:beim|mit dem) laden (?:des|der) \w+ (?:akzeptieren|stimmen) sie\b.*",
    r"(?:votre adresse e-?mail|vos données|les informations recueillies) (?:est|sont) (?:utilisées?|destinées?"
    r"|collectées?|traitées?)\b.*",
    r"pour plus d'informations?, consultez (?:notre|la) politique\b.*",
    r"(?:your|the) (?:personal )?(?:data|information) (?:you provide )?(?:will be|is) (?:used|processed) (?:by"
    r"|to|for)\b"
    r".*\b(?:privacy|newsletters?|e-?mails?|terms)\b.*",
    r"zur anzeige (?:dieses|des) inhalts\b.*\b(?:einwilligung|zustimmung).*",
    r"al (?:suscribirte|suscribirse|registrarte|registrarse|hacer clic|continuar)\b.{0,150}"
    r"\b(?:aceptas?|consientes?)\b.*",
    r"(?:utilizamos|usamos|este sitio (?:web )?(?:utiliza|usa)) cookies.*",
)
LINK_LEADS = (
    r"(?:read (?:more|also|next)|also read|read|related(?: (?:articles?|stor(?:y|ies)|news|reading))?|see also"
    r"|don't miss|must[- ]reads?|recommended|more on this|(?:à )?lire (?:aussi|également)|à lire|voir aussi"
    r"|sur le même sujet|lesen sie (?:(?:dazu |hierzu )?auch|mehr|hier|jetzt)|mehr zum thema|auch interessant"
    r"|passend dazu|(?:à|a) (?:voir|découvrir|écouter) (?:aussi|également)"
    r"|le(?:e|a|er) también|(?:también )?te puede interesar|más información|(?:vea|ver|mira) también"
    r"|relacionad[oa]s?)"
)
LINK_HEADER = any_of(
    LINK_LEADS + r"\W*",
    r"(?:related|more) (?:articles?|stor(?:y|ies)|content|news|links?|topics?|posts?|coverage)\W*",
    r"more (?:about|on this (?:story|topic)|from [\w' ]{1,40}|like this|in this section)\W*",
    r"recommended (?:for you|stories|articles|reading|videos?)\W*",
    r"you (?:may|might) (?:also )?(?:like|be interested in|have missed)\W*",
    r"(?:most (?:read|popular|viewed|shared)|trending(?: now)?|editors?'?s? picks?)(?: (?:in"
    r"|on) [\w' ]{1,40})?\W*",
    r"(?:in case you missed it|further reading|what to read next|read this next|up next|source links?)\W*",
    r"related (?:internet |external |web )?(?:topics|links)\W*|(?:topics|tags) in this (?:article|story)\W*",
    r"(?:sur le même thème|nos autres articles|(?:plus|derniers|d'autres) (?:d')?articles"
    r"|les (?:articles les )?plus lus)"
    r"\W*|(?:notre|nos|voir le|lire le) dossiers?\b.{0,60}(?<![.!?])",
    r"(?:(?:das|dieses video|diese artikel) könnten? sie (?:auch )?interessieren|weitere (?:artikel|meldungen"
    r"|nachrichten|informationen|themen)"
    r"(?: zum thema)?|meistgelesene?(?: artikel)?|passend zum thema|mehr dazu)\W*",
    r"mehr aus (?:der |dem )?(?-i:[A-ZÄÖÜ])[\w-]{1,30}(?: [\w-]{1,30})?:?",
    r"(?:themen|schlag(?:wörter|worte)) (?:in|zu) diesem artikel\W*",
    r"(?:noticias|artículos) relacionad[oa]s\W*|más (?:noticias|sobre este tema|en (?-i:[A-Z])[\w' ]{1,40})\W*"
    r"|lo (?:más (?:leído|visto)|último)\W*|últimas noticias\W*|en esta noticia\W*",
)
LINKS = any_of(
    r"\W*(?:" + LINK_LEADS + r"|weiterlesen|le(?:e|a|er) más|sigue leyendo)\s*(?:[:|»→>]|-(?= ))\s*.+",
    # What begins no sentence of a text.
    r"\W*(?:(?:à )?lire (?:aussi|également)|lesen sie (?:dazu |hierzu )?auch"
    r"|(?-i:READ MORE|READ ALSO|ALSO READ|SEE ALSO|LEE TAMBIÉN|LEA TAMBIÉN|VER TAMBIÉN|VOIR AUSSI))\b.{1,200}",
    r"(?-i:WATCH(?: LIVE)?|LISTEN|VIDEO|VIDÉO|VÍDEO|AUDIO|PODCAST|PHOTOS|GALLERY|EN IMAGES|EN VIDÉO|IN PICTURES"
    r"|BILDERGALERIE|FOTOSTRECKE|GALERÍA)\s?[:.|»→>-]\s.{5,150}",
    r"(?:more|mehr|watch|listen|gallery|in pictures|im video|bildergalerie|fotostrecke|vidéo|vídeo|en images"
    r"|galería(?: de fotos)?)"
    r"\s?[:|»→>]\s.{5,150}(?<![.!?,;:])",
    r"watch the (?:full )?(?:video|clip|report|interview) (?:above|below|here)\W*",
    r"(?:ver|voir|regarder|zur) (?:la )?(?:galería|galerie|bildergalerie|fotostrecke)(?: de fotos)?\W*"
    r"|galería de fotos\W*",
    r"(?:read|see) more (?:about|on|at|from|in|here)\b.{0,80}",
    r"click here (?:to|for)\b.{1,100}",
    r"(?:read|see|follow|find|watch) (?:our|the|all|more)\b.{0,60}"
    r"\b(?:coverage|live ?blog|updates|stories)\b.{0,40}\bhere\W*",
)
SOURCE = any_of(
    r"the post (?-i:[^a-z\s].{0,300}) appeared first on " + PROPER_NAMES + r"\W*",
    r"this (?:article|story|post|piece|column) (?:was |has been |is |has )?(?:originally |first |also )?"
    r"(?:(?<=originally )|(?<=first )|re)(?:published|appeared|posted)\b (?:on|in|by|at|from) "
    + FEW_WORDS
    + r"\W*"
    r"(?: read the original(?: article| story)?(?: here)?\W*)?",
    r"(?:(?:first|originally) published|first appeared) (?:on|in|by|at) " + FEW_WORDS + r"\W*",
    r"this (?:article|story|report) (?:was|is) (?:produced|published"
    r"|co-published) (?:in partnership )?with\b.{1,120}",
    r"this (?:article|story|post) (?:was |is )?(?:originally |first )?(?:featured|reported|written) (?:on|in"
    r"|for|by) " + FEW_WORDS + r"(?: and (?:has been|was|is) (?:republished|reproduced|syndicated)\b.{0,80})?\W*",
    r"this (?:report|story) by .{2,60} was first published\b.{0,60}",
    r"this (?:article|story|report) (?:was|is) (?:produced|provided) by .{2,60}\b(?:distributed|syndicated"
    r"|published)"
    r" by\b.{2,60}",
    r"\(?(?:except for the headline\b.{0,60}, )?this (?:story|article|report"
    r"|copy) has not been edited by .{2,60}\band"
    r" (?:is|was)\b.{2,80}\b(?:feed|agency|wire|source)\b.{0,30}",
    r"\(?only the headline\b.{2,90}\bmay have been reworked\b.{2,160}",
    r"this is a (?:developing|breaking) (?:news )?story\b.{0,120}",
    r"(?:esta (?:noticia|información)|noticia|información) (?:es de última hora|está siendo actualizada"
    r"|en desarrollo"
    r"|en ampliación|estará en actualización)\b.{0,100}|habrá ampliación\W*",
    r"read (?:the )?(?:full|original|whole|entire|complete|rest of (?:the|this))\b ?"
    r"(?:original )?(?:article|story|post|piece|entry)\b.{0,120}",
    r"\(?(?:sources?|via|quellen?|originalmeldung|fuentes?(?: original)?)\s?: ?"
    + PROPER_NAMES
    + r"(?:(?<=[/ ])[a-z]{2,5}(?:[/+][A-Za-z]{2,5}){0,3})?\)?\W*",
    r"\W*(?:via|h/t|hat tip):? (?-i:(?=[A-ZÀ-Þ]))" + PROPER_NAMES + r"\W*|source link\W*",
    r"l'article .{1,300} est apparu en premier sur .{1,150}",
    r"(?:lire|lisez|retrouvez) (?:l'article|cet article|la suite de l'article)\b.{0,30}"
    r"\b(?:complet|original|intégral|sur)\b.{0,100}",
    r"(?:cet article (?:a été |est )?(?:initialement |d'abord |re)?(?:publié|paru)|(?:initialement "
    r"|d'abord )publié)"
    r" (?:par|sur|dans|à partir)\b.{2,150}",
    r"cet article (?:a été|est) traduit\b.{2,100}",
    r"der beitrag .{1,300} erschien zuerst auf .{1,150}",
    r"(?:dieser (?:artikel|text|beitrag) )?(?:ist |erschien )?(?:zuerst|ursprünglich) (?:erschienen "
    r"|veröffentlicht )?"
    r"(?:auf|bei|in|im) .{2,60}(?:(?<=erschienen)|(?<=veröffentlicht))\W*",
    r"(?:dieser (?:artikel|text|beitrag) )?(?:erschien (?:zuerst|ursprünglich)|(?:zuerst|ursprünglich)"
    r" (?:erschienen|veröffentlicht)) (?:auf|bei|in|im) .{2,60}",
    r"(?:den|zum) (?:vollständigen|ganzen|kompletten|original)[- ]?(?:artikel|beitrag|text)\b.{0,100}",
    r"la (?:entrada|noticia) .{1,300} (?:se publicó|apareció|aparece) primero en .{1,150}",
    r"le(?:er|a|e) (?:el |la )?(?:artículo|noticia|nota) (?:complet[oa]|original)\b.{0,100}",
    r"(?:este artículo (?:fue |ha sido |se )?)?public(?:ado|ó) originalmente (?:en|por)\b.{2,150}",
)
ADVERT = any_of(
    r"\W*(?:advert(?:isement|ising)?|sponsored(?: content| post)?|promoted(?: content)?|ad|anzeige|werbung"
    r"|publicité|publicidad|contenu sponsorisé|contenido patrocinado)(?:\W+(?:scroll to continue"
    r"|continue reading below"
    r"|votre article (?:continue|se poursuit) ci-dessous))?\W*",
    r"(?:this (?:post|article) is )?sponsored by " + PROPER_NAMES + r"\W*|in partnership with " + PROPER_NAMES,
    r"(?:votre|l') ?article (?:continue|se poursuit) après (?:la|cette) publicité\W*",
    r"\W*(?:story|article) continues (?:below|beneath|after)(?: (?:the|this) (?:video|gallery|photo|image"
    r"|map))?\W*",
    r"\W*(?:(?:story|article) continues|scroll(?: down)?(?: for more)?|continue reading|keep reading) "
    r"(?:after|below)(?: this| the)? ad(?:vert(?:isement)?)?\W*",
    r"\W*la suite après (?:cette|la) publicité\W*",
    r"\W*(?:der )?artikel (?:geht|wird) nach der (?:anzeige|werbung) (?:weiter|fortgesetzt)\W*",
    r"\W*(?:el artículo )?(?:continúa|sigue) después de la publicidad\W*",
)
OFFER = any_of(
    r"je m'abonne\b.{0,80}|(?:article |contenu )?(?:réservé|exclusif) (?:à nos |aux )abonnés\W*",
    r"accédez à tous (?:nos|les) contenus\b.{0,80}",
    r"(?:get|enjoy|try|subscribe|start|join|from|only|just|unlimited)\b.{0,100}\bcancel (?:at )?any ?time\W*",
    r".{0,100}\b(?:monatlich|jederzeit) kündbar\b.{0,30}",
    r".{0,60}(?:€|\b(?:mois|contenus|abonn\w+|mes|contenidos))\b.{0,40}\b(?:sans engagement|sin permanencia)\W*",
    r"don't miss out on the (?:headlines|news|latest) from\b.{0,150}",
    r"(?:try|get|enjoy) (?:your first )?\d{1,2} (?:months?|weeks?) for (?:only |just )?[$£€]?\d{1,3}\W*.{0,30}",
    r"jetzt (?:kostenlos |gratis )?(?:testen|abonnieren|registrieren|anmelden|herunterladen)\W*",
    r"desc[aá]rgate la app\b.{0,40}",
)
SIGN_UP = any_of(
    r"(?:merci pour|danke für|gracias por) (?:votre|ihre|deine|tu) (?:inscription|anmeldung|suscripción"
    r"|registro)\W*",
    r"(?:please )?enter a valid e-?mail\b.{0,30}|veuillez (?:renseigner|saisir|entrer) (?:votre"
    r"|une) adresse\b.{0,40}"
    r"|bitte geben sie (?:ihre|eine) .{0,20}e-mail-adresse\b.{0,20}",
    r".{0,120}\b(?:in (?:ihr|ihrem|dein|deinem|euer) postfach|(?:in|to) your inbox|dans votre boîte (?:mail"
    r"|aux lettres)"
    r"|en tu (?:correo|bandeja de entrada))\b.{0,60}(?<![.!?])",
)
ASKED = any_of(
    r"we want to hear from you\W*|(?:have you been|are you) affected\b.{0,120}\b(?:get in touch|contact|e-?mail"
    r"|tell"
    r" us)\b.{0,120}",
    r"(?:reach|contact|e-?mail) (?:the |this )?(?:reporter|author|writer)\b.{0,20}@.{3,60}",
    r"haben sie einen (?:fehler|tippfehler) (?:entdeckt|gefunden)\W.{0,80}|une erreur dans (?:l'"
    r"|cet )article\W.{0,80}"
    r"|¿has (?:visto|encontrado) (?:un|algún) error\W.{0,80}",
)
TAGS = any_of(
    r"(?:posted in|filed under|tagged(?: with)?|tags?|categor(?:y|ies)|archivado en|etiquetas?|kategorien?"
    r"|schlagw[oö]rte?r?|mots[- ]clés|classé (?:dans|sous)) ?:? ?.{1,120}(?<![.!?])",
    r"(?:topics?|more about|themen|thèmes?|sujets|temas?) ?: .{1,120}(?<![.!?])|(?:mots[- ]clés|thèmes)\W*",
)
CONTINUE = any_of(
    r"\W*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\W*",
    r"(?:read (?:more|on)|lire la suite|weiterlesen|mehr lesen|leer más)\s?(?:…|\.\.\.|→|»|>)\W*",
    r"(?:sigue|seguir) leyendo(?: en .{2,40})?\W*",
)

RULES = (
    Rule("consent", "consent or terms", CONSENT, loose=True, max_chars=700),
    Rule("advert", "mark of an advertisement", ADVERT),
    Rule("continue", "pointer to the rest", CONTINUE),
    Rule("source", "where it was published", SOURCE, max_chars=600),
    Rule("credit", "picture credit", CREDIT, max_chars=150),
    Rule("caption", "caption of a picture", CAPTION),
    Rule("credit", "rights reserved", RIGHTS, loose=True, max_chars=400),
    Rule("credit", "who worked on it", AUTHORS, max_chars=260),
    Rule("credit", "when it was published", STAMP, max_chars=120),
    Rule("links", "what it is filed under", TAGS, loose=True, max_chars=140),
    Rule("links", "pointer to other articles", LINKS),
    Rule("subscribe", "offer of a subscription", OFFER, loose=True),
    Rule("newsletter", "sign-up for a newsletter", SIGN_UP, loose=True),
    Rule("contact", "asks readers to write", ASKED),
    Rule("furniture", "message of the page", MESSAGES),
)
