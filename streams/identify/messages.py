"""What a page says of itself: its players, forms and banners, and what press releases add, as patterns."""

from __future__ import annotations

from streams.identify.names import PROPER_NAMES, any_of

MESSAGES = any_of(
    r"[\W_]+|\d{1,4}",
    r"please use \w+ browser\b.{0,60}",
    r"sign in to (?:add|save|comment|reply|follow)\b.{0,50}",
    r"(?:écouter|escuchar|listen|anhören)(?: (?:noticia|l'article|cet article|to (?:this )?(?:article|story)))?"
    r"(?: ?\(?\d{1,3} ?min\.?\)?)?\W*",
    r"(?:ajouter à (?:mes|vos) favoris|add to favou?rites|añadir a favoritos|zu favoriten hinzufügen)\W*",
    r"(?:añádenos en|ajoutez-nous sur|add us on) (?-i:[A-Z]).{0,40}",
    r"(?:sobre (?:la firma|el autor|la autora)|about the authors?|über (?:den autor|die autorin)"
    r"|à propos de l'auteure?)\W*",
    r"(?:this site uses|este sitio usa|ce site utilise|diese website verwendet) akismet\b.{0,150}",
    r"si continúas leyendo en este dispositivo\b.{0,60}",
    r"(?-i:\W*(?:ENDS?|ENDE|FIN)\W*)",
    r"(?:something went wrong|an error (?:has )?occurred)\W*(?:(?:please |we )?(?:try|reload|check)\b.{0,50})?",
    r"(?:please )?(?:turn on|enable|activate) javascript\b.{0,60}",
    r"(?:to (?:play|view|watch) this (?:video|content)|this (?:site|page|feature) (?:requires|needs))\b.{0,30}"
    r"\bjavascript\b.{0,40}",
    r"(?:bitte )?aktivieren sie (?:bitte )?javascript\b.{0,60}|(?:veuillez )?activez? javascript\b.{0,60}"
    r"|(?:por favor, )?(?:active|activa) javascript\b.{0,60}",
    r"(?:your|this) browser (?:does not|doesn't|is not|isn't) support\b.{0,80}"
    r"|ihre? browser.{0,20}\bnicht unterstützt\b.{0,20}"
    r"|votre navigateur ne (?:supporte|prend)\b.{0,80}|tu navegador no (?:soporta|admite|es compatible)\b.{0,60}",
    r"(?:sorry, )?this (?:video|content|media|live ?stream) (?:can ?not|can't|could not|is not|isn't|is no longer)"
    r" (?:be )?(?:played|available|displayed|loaded)(?: (?:in|on) [\w ]{1,30})?\W*",
    r"(?:skip (?:past|to)|jump to|after) (?:the )?(?:newsletter promotion|recipe|content|main content"
    r"|navigation)\W*",
    r"view image in full ?screen\W*|(?:play|pause|unmute|mute) (?:video|audio)\W*|video player is loading\W*"
    r"|this is a modal window\W*|(?:like )?loading(?: tweet)?\s?(?:\.\.\.|…)?|reproducir vídeo\W*",
    r"(?:show|hide|see) (?:more|less|key events(?: only)?|new (?:tweets|posts)|all comments)\W*",
    r"(?:pin|save) this recipe\b.{0,30}|purchase licensing rights\W*",
    r"(?:key events|source link|external links?|story highlights)\W*",
    r"(?:back to top|nach oben|zum anfang der seite|zum seitenanfang|haut de page|retour en haut"
    r"|volver arriba)\W*",
    r"(?:feedback senden|link kopieren|copy link|copier le lien|copiar enlace|(?:artikel )?(?:merken|anhören"
    r"|vorlesen)"
    r"|enviar por (?:correo|email|e-mail)|envoyer par (?:e-?mail|courriel)|guardar|ver fuente|suivre(?: ce sujet)?"
    r"|tout (?:accepter|refuser)|(?:accepter|aceptar) (?:et|y) (?:continuer|continuar)|continuer sans accepter"
    r"|j'accepte|(?:gérer|paramétrer) mes (?:choix|cookies)|configurar cookies|inhalte? entsperren"
    r"|(?:instagram-post|tweet|video|externen inhalt) laden|inscription réussie|plus-artikel)\W*",
    r"(?:bei google |google news )(?:folgen|als bevorzugte quelle hinzufügen)\W*",
    # Forms for comments.
    r"leave a (?:reply|comment)\b.{0,40}|laisser un commentaire\W*|deja (?:un comentario|una respuesta)\W*"
    r"|schreibe einen kommentar\W*|kommentare? (?:schreiben|anzeigen|lesen)\W*|commenter\W*",
    r"(?:your email address will not be published|votre adresse e-?mail ne sera pas publiée"
    r"|(?:deine|ihre) e-mail-adresse wird nicht veröffentlicht"
    r"|tu dirección de correo electrónico no será publicada)\W.{0,80}",
    r"(?:required fields are marked|les champs obligatoires sont|erforderliche felder sind"
    r"|los campos obligatorios están)\b.{0,40}",
    r"save my name, e-?mail\b.{0,80}|notify me of (?:follow-up|new)\b.{0,60}",
    r"comment(?:s|ing) (?:are|is|have been) (?:now )?(?:closed|disabled|not available)\W.{0,40}"
    r"|les commentaires sont (?:fermés"
    r"|désactivés)\W*"
    r"|(?:die )?kommentarfunktion .{0,30}geschlossen\W*|los comentarios están cerrados\W*",
    # Whose opinion it is, and whose not.
    r"(?:the )?(?:views|opinions)(?: and (?:views|opinions))? expressed\b.{0,60}\b(?:(?:are|is) (?:solely "
    r"|entirely"
    r" |only )?(?:those of|(?:the author|the writer|my|their|his|her)(?:'s|s')? own)"
    r"|do(?:es)? not (?:necessarily )?"
    r"(?:reflect|represent))\b.{0,150}",
    r"[\w' ]{2,40} (?:is|are) not responsible for the content (?:of|on) (?:external|other|third)\b.{0,60}",
    r"conforme a los criterios de\b.{0,60}",
    # Broadcasters name the programme.
    r"(?=.*\d)(?:über dieses thema bericht\w+|dieses thema im programm|dieser beitrag lief|sendung ?:).{5,160}",
    r"(?:audio|video): .{5,150}\(\d{1,3} min\.?\)",
    # What press releases end with.
    r"(?:(?:media|press|investor|news) (?:contacts?|enquiries|inquiries)|contacts? (?:de )?(?:presse|prensa)"
    r"|contacto"
    r" (?:de )?prensa|pressekontakt|kontakt für (?:die presse|medienvertreter|journalisten))"
    rf"(?: ?: ?(?:{PROPER_NAMES}|.{{0,150}}(?:@|\d{{3}}).{{0,60}})?)?",
    r"rückfragen bitte an\b.{0,150}|notes? to editors?\W*|note aux (?:rédactions|éditeurs)\W*",
    r"original-content von\b.{2,150}|weitere meldungen: ?https?://\S+",
    r"(?:logo|photo|video|multimedia|infographic) ?[-:] ?https?://\S+",
    r"(?:cision )?view (?:original|source) (?:content|version)\b.{0,200}",
    rf"(?-i:SOURCE:?) {PROPER_NAMES}\W*",
)
