"""What a page says of itself: its players, forms and banners, and what press releases add, as patterns."""

from __future__ import annotations

from streams.identify.names import PROPER_NAMES
from streams.patterns import any_of, words

_LISTEN = words(en="listen", fr="écouter", de="anhören", es="escuchar")
_LISTEN_TO = words(
    en="to article, to story, to this article, to this story",
    fr="l'article, cet article",
    es="noticia",
)
_FAVOURITES = words(
    en="add to favorites, add to favourites",
    fr="ajouter à mes favoris, ajouter à vos favoris",
    de="zu favoriten hinzufügen",
    es="añadir a favoritos",
)
_ABOUT_AUTHOR = words(
    en="about the author, about the authors",
    fr="à propos de l'auteur, à propos de l'auteure",
    de="über den autor, über die autorin",
    es="sobre la firma, sobre el autor, sobre la autora",
)
_AKISMET = words(
    en="this site uses akismet",
    fr="ce site utilise akismet",
    de="diese website verwendet akismet",
    es="este sitio usa akismet",
)
_FAILED = words(en="something went wrong, an error occurred, an error has occurred")
_PLAYER = words(
    en="""
        view image in fullscreen, view image in full screen, play video, play audio, pause video, pause audio,
        unmute video, unmute audio, mute video, mute audio, video player is loading, this is a modal window
    """,
    es="reproducir vídeo",
)
_SKIP = words(en="skip past, skip to, jump to, after")
_SKIPPED = words(en="newsletter promotion, recipe, content, main content, navigation")
_NOT_SHOWN = words(en="cannot, can not, can't, could not, is not, isn't, is no longer")
_SHOWN = words(en="played, available, displayed, loaded")
_MORE = words(en="more, less, key events, key events only, new tweets, new posts, all comments")
_HEADINGS = words(en="key events, source link, external link, external links, story highlights")
_TO_THE_TOP = words(
    en="back to top",
    fr="haut de page, retour en haut",
    de="nach oben, zum anfang der seite, zum seitenanfang",
    es="volver arriba",
)
_BUTTONS = words(
    en="copy link",
    fr="""
        copier le lien, envoyer par email, envoyer par e-mail, envoyer par courriel, suivre, suivre ce sujet,
        inscription réussie
    """,
    de="""
        feedback senden, link kopieren, merken, anhören, vorlesen, artikel merken, artikel anhören, artikel
        vorlesen, inhalt entsperren, inhalte entsperren, instagram-post laden, tweet laden, video laden,
        externen inhalt laden, plus-artikel
    """,
    es="copiar enlace, enviar por correo, enviar por email, enviar por e-mail, guardar, ver fuente",
)
_COOKIE_BUTTONS = words(
    fr="""
        tout accepter, tout refuser, accepter et continuer, continuer sans accepter, j'accepte, gérer mes choix,
        gérer mes cookies, paramétrer mes choix, paramétrer mes cookies
    """,
    es="aceptar y continuar, configurar cookies",
)
_ON_GOOGLE = words(
    de="""
        bei google folgen, google news folgen, bei google als bevorzugte quelle hinzufügen,
        google news als bevorzugte quelle hinzufügen
    """
)
_COMMENT = words(
    fr="laisser un commentaire, commenter",
    de="""
        schreibe einen kommentar, kommentar schreiben, kommentar anzeigen, kommentar lesen, kommentare schreiben,
        kommentare anzeigen, kommentare lesen
    """,
    es="deja un comentario, deja una respuesta",
)
_ADDRESS_KEPT = words(
    en="your email address will not be published",
    fr="votre adresse email ne sera pas publiée, votre adresse e-mail ne sera pas publiée",
    de="deine e-mail-adresse wird nicht veröffentlicht, ihre e-mail-adresse wird nicht veröffentlicht",
    es="tu dirección de correo electrónico no será publicada",
)
_REQUIRED = words(
    en="required fields are marked",
    fr="les champs obligatoires sont",
    de="erforderliche felder sind",
    es="los campos obligatorios están",
)
_COMMENTS_CLOSED = words(
    fr="les commentaires sont fermés, les commentaires sont désactivés",
    es="los comentarios están cerrados",
)
_VIEWS = words(en="views, opinions")
_OWN = r"(?:the author|the writer|my|their|his|her)(?:'s|s')? own"
_ARE_THEIRS = rf"(?:are|is) (?:solely |entirely |only )?(?:those of|{_OWN})"
_ARE_NOT_OURS = r"do(?:es)? not (?:necessarily )?(?:reflect|represent)"
_PROGRAMME = r"(?:über dieses thema bericht\w+|dieses thema im programm|dieser beitrag lief|sendung ?:)"
_PRESS_CONTACT = words(
    en="""
        media contact, media contacts, media enquiries, media inquiries,
        press contact, press contacts, press enquiries, press inquiries,
        investor contact, investor contacts, investor enquiries, investor inquiries,
        news contact, news contacts, news enquiries, news inquiries
    """,
    fr="contact presse, contact de presse, contacts presse, contacts de presse",
    de="pressekontakt, kontakt für die presse, kontakt für medienvertreter, kontakt für journalisten",
    es="contacto prensa, contacto de prensa",
)
_TO_EDITORS = words(
    en="note to editor, note to editors, notes to editor, notes to editors",
    fr="""
    note aux rédactions, note aux éditeurs
""",
)

_PLAYERS = (
    rf"{_LISTEN}(?: {_LISTEN_TO})?(?: ?\(?\d{{1,3}} ?min\.?\)?)?\W*",
    rf"{_FAVOURITES}\W*",
    r"(?:añádenos en|ajoutez-nous sur|add us on) (?-i:[A-Z]).{0,40}",
    rf"{_PLAYER}\W*|(?:like )?loading(?: tweet)?\s?(?:\.\.\.|…)?",
    r"(?:sorry, )?this (?:video|content|media|live ?stream)"
    rf" {_NOT_SHOWN} (?:be )?{_SHOWN}(?: (?:in|on) [\w ]{{1,30}})?\W*",
)
"""Buttons of players, and what they say when they cannot play."""
_BROWSERS = (
    r"please use \w+ browser\b.{0,60}",
    rf"{_FAILED}\W*(?:(?:please |we )?(?:try|reload|check)\b.{{0,50}})?",
    r"(?:please )?(?:turn on|enable|activate) javascript\b.{0,60}",
    r"to (?:play|view|watch) this (?:video|content)\b.{0,30}\bjavascript\b.{0,40}",
    r"this (?:site|page|feature) (?:requires|needs)\b.{0,30}\bjavascript\b.{0,40}",
    r"(?:bitte )?aktivieren sie (?:bitte )?javascript\b.{0,60}",
    r"(?:veuillez )?activez? javascript\b.{0,60}",
    r"(?:por favor, )?(?:active|activa) javascript\b.{0,60}",
    r"(?:your|this) browser (?:does not|doesn't|is not|isn't) support\b.{0,80}",
    r"ihre? browser.{0,20}\bnicht unterstützt\b.{0,20}",
    r"votre navigateur ne (?:supporte|prend)\b.{0,80}",
    r"tu navegador no (?:soporta|admite|es compatible)\b.{0,60}",
)
"""What is said of the reader's browser."""
_NAVIGATION = (
    r"[\W_]+|\d{1,4}",
    r"sign in to (?:add|save|comment|reply|follow)\b.{0,50}",
    rf"{_ABOUT_AUTHOR}\W*",
    rf"{_AKISMET}\b.{{0,150}}",
    r"si continúas leyendo en este dispositivo\b.{0,60}",
    r"(?-i:\W*(?:ENDS?|ENDE|FIN)\W*)",
    rf"{_SKIP} (?:the )?{_SKIPPED}\W*",
    rf"(?:show|hide|see) {_MORE}\W*",
    r"(?:pin|save) this recipe\b.{0,30}|purchase licensing rights\W*",
    rf"{_HEADINGS}\W*",
    rf"{_TO_THE_TOP}\W*",
    rf"(?:{_BUTTONS}|{_COOKIE_BUTTONS}|{_ON_GOOGLE})\W*",
)
"""Buttons and headings of the page."""
_COMMENTING = (
    r"leave a (?:reply|comment)\b.{0,40}",
    rf"{_COMMENT}\W*",
    rf"{_ADDRESS_KEPT}\W.{{0,80}}",
    rf"{_REQUIRED}\b.{{0,40}}",
    r"save my name, e-?mail\b.{0,80}|notify me of (?:follow-up|new)\b.{0,60}",
    r"comment(?:s|ing) (?:are|is|have been) (?:now )?(?:closed|disabled|not available)\W.{0,40}",
    rf"{_COMMENTS_CLOSED}\W*|(?:die )?kommentarfunktion .{{0,30}}geschlossen\W*",
)
"""Forms for comments."""
_DISCLAIMERS = (
    rf"(?:the )?{_VIEWS}(?: and {_VIEWS})? expressed\b.{{0,60}}\b(?:{_ARE_THEIRS}|{_ARE_NOT_OURS})\b.{{0,150}}",
    r"[\w' ]{2,40} (?:is|are) not responsible for the content (?:of|on) (?:external|other|third)\b.{0,60}",
    r"conforme a los criterios de\b.{0,60}",
)
"""Whose opinion it is, and whose not."""
_BROADCASTS = (
    rf"(?=.*\d){_PROGRAMME}.{{5,160}}",
    r"(?:audio|video): .{5,150}\(\d{1,3} min\.?\)",
)
"""Broadcasters name the programme."""
_PRESS_RELEASES = (
    rf"{_PRESS_CONTACT}(?: ?: ?(?:{PROPER_NAMES}|.{{0,150}}(?:@|\d{{3}}).{{0,60}})?)?",
    rf"rückfragen bitte an\b.{{0,150}}|{_TO_EDITORS}\W*",
    r"original-content von\b.{2,150}|weitere meldungen: ?https?://\S+",
    r"(?:logo|photo|video|multimedia|infographic) ?[-:] ?https?://\S+",
    r"(?:cision )?view (?:original|source) (?:content|version)\b.{0,200}",
    rf"(?-i:SOURCE:?) {PROPER_NAMES}\W*",
)
"""What press releases end with."""

MESSAGES = any_of(*_PLAYERS, *_BROWSERS, *_NAVIGATION, *_COMMENTING, *_DISCLAIMERS, *_BROADCASTS, *_PRESS_RELEASES)
