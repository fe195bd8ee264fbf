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
from streams.identify.names import PROPER_NAMES
from streams.identify.pointers import CONTINUE, LINKS, TAGS
from streams.identify.republished import SOURCE
from streams.identify.stamps import STAMP
from streams.patterns import any_of, words


class Rule(NamedTuple):
    """A kind of boilerplate: the pattern of a whole paragraph, what it is, and the longest that it can be."""

    kind: str
    why: str
    pattern: re.Pattern[str]
    loose: bool = False
    max_chars: int = 300


_YOUR_DATA = words(fr="votre adresse email, votre adresse e-mail, vos données, les informations recueillies")
_USED = words(fr="utilisée, utilisées, destinée, destinées, collectée, collectées, traitée, traitées")
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
    r"an dieser stelle (?:finden sie|befindet sich|ist|sehen sie|steht) (?:[\w-]+ ){0,4}"
    r"(?:externe[rn]? inhalte?|inhalte? von|eingebunden)\b.*",
    r"empfohlener (?:redaktioneller |externer )?inhalt\b.{0,200}",
    r"ich bin (?:damit )?einverstanden, dass mir .{0,40}inhalte\b.*",
    r"(?:dieser|dieses) (?:externe )?(?:inhalt|video|beitrag) (?:wird|stammt) von \S+ (?:\S+ )?"
    r"(?:bereitgestellt|geladen)\b.{0,200}",
    r"(?:beim|mit dem) laden (?:des|der) \w+ (?:akzeptieren|stimmen) sie\b.*",
    rf"{_YOUR_DATA} (?:est|sont) {_USED}\b.*",
    r"pour plus d'informations?, consultez (?:notre|la) politique\b.*",
    r"(?:your|the) (?:personal )?(?:data|information) (?:you provide )?(?:will be|is) (?:used|processed)"
    r" (?:by|to|for)\b.*\b(?:privacy|newsletters?|e-?mails?|terms)\b.*",
    r"zur anzeige (?:dieses|des) inhalts\b.*\b(?:einwilligung|zustimmung).*",
    r"al (?:suscribirte|suscribirse|registrarte|registrarse|hacer clic|continuar)\b.{0,150}"
    r"\b(?:aceptas?|consientes?)\b.*",
    r"(?:utilizamos|usamos|este sitio (?:web )?(?:utiliza|usa)) cookies.*",
)
_ADVERT = words(
    en="""
        ad, advert, advertisement, advertising, sponsored, sponsored content, sponsored post, promoted,
        promoted content
    """,
    fr="publicité, contenu sponsorisé",
    de="anzeige, werbung",
    es="publicidad, contenido patrocinado",
)
_GOES_ON = words(
    en="scroll to continue, continue reading below",
    fr="votre article continue ci-dessous, votre article se poursuit ci-dessous",
)
_FIGURE = words(en="video, gallery, photo, image, map")
ADVERT = any_of(
    rf"\W*{_ADVERT}(?:\W+{_GOES_ON})?\W*",
    rf"(?:this (?:post|article) is )?sponsored by {PROPER_NAMES}\W*|in partnership with {PROPER_NAMES}",
    r"(?:votre|l') ?article (?:continue|se poursuit) après (?:la|cette) publicité\W*",
    rf"\W*(?:story|article) continues (?:below|beneath|after)(?: (?:the|this) {_FIGURE})?\W*",
    r"\W*(?:(?:story|article) continues|scroll(?: down)?(?: for more)?|continue reading|keep reading)"
    r" (?:after|below)(?: this| the)? ad(?:vert(?:isement)?)?\W*",
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
_THANKS = r"(?:merci pour|danke für|gracias por) (?:votre|ihre|deine|tu)"
_YOUR_INBOX = words(
    en="in your inbox, to your inbox",
    fr="dans votre boîte mail, dans votre boîte aux lettres",
    de="in ihr postfach, in ihrem postfach, in dein postfach, in deinem postfach, in euer postfach",
    es="en tu correo, en tu bandeja de entrada",
)
SIGN_UP = any_of(
    rf"{_THANKS} (?:inscription|anmeldung|suscripción|registro)\W*",
    r"(?:please )?enter a valid e-?mail\b.{0,30}",
    r"veuillez (?:renseigner|saisir|entrer) (?:votre|une) adresse\b.{0,40}",
    r"bitte geben sie (?:ihre|eine) .{0,20}e-mail-adresse\b.{0,20}",
    rf".{{0,120}}\b{_YOUR_INBOX}\b.{{0,60}}(?<![.!?])",
)
ASKED = any_of(
    r"we want to hear from you\W*",
    r"(?:have you been|are you) affected\b.{0,120}\b(?:get in touch|contact|e-?mail|tell us)\b.{0,120}",
    r"(?:reach|contact|e-?mail) (?:the |this )?(?:reporter|author|writer)\b.{0,20}@.{3,60}",
    r"haben sie einen (?:fehler|tippfehler) (?:entdeckt|gefunden)\W.{0,80}",
    r"une erreur dans (?:l'|cet )article\W.{0,80}",
    r"¿has (?:visto|encontrado) (?:un|algún) error\W.{0,80}",
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
