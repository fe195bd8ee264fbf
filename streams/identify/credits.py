"""Lines that give credit, as patterns of whole paragraphs: pictures, rights, who worked on an article."""

from __future__ import annotations

from streams.identify.names import AGENCIES, PROPER_NAMES, any_of

_PICTURE = (
    r"(?:symbol|archiv|titel|rubriklisten|aufmacher|vorschau)?(?:bild(?:er|rechte|nachweis|quelle)?|fotos?)"
    r"|(?:(?:feature|featured|header|cover|main|lead|top|file|stock) )?"
    r"(?:photo(?:graph)?s?|images?|pictures?|pics?|illustrations?)"
    r"|imagen(?:es)?|fotografía|videos?|crédits?|credits?|copyright"
)
CREDIT = any_of(
    rf"\W*(?:{_PICTURE})"
    r"(?: credits?| sources?| courtesy| by|graph(?:ie|er)?| von| de| photos?| d'illustration| d'archives"
    r"| de archivo"
    rf"| ilustrativa)*\s?(?:[:,/|.]\W*| by | courtesy of (?:the )?"
    rf"|\W*©\s?){PROPER_NAMES}(?:of {PROPER_NAMES})?\W*",
    r"\((?:photos?|fotos?|bild|image|illustration|fotografía|vídeo|video|archiv\w*|file)\b[^()]{0,100}\)"
    r"(?:\s?\([^()]{2,30}\))?",
    r"\(?(?:©|\(c\)) ?(?:\d{4} )?" + PROPER_NAMES + r"\)?\W*",
    rf"\W*(?:[\w'. -]{{2,40}}[/|] ?)?{AGENCIES}(?: ?[/|] ?[\w'. -]{{2,40}})?\W*",
    r"(?:photo|image|picture)s? courtesy (?:of )?.{3,80}",
    # Pictures that show something else than what is told.
    r"\W*(?:file (?:photo|image|picture)|stock (?:photo|image)|representational (?:image|photo)"
    r"|archive (?:photo|image)"
    r"|symbolbild|symbolfoto|archivbild|archivfoto|(?:photo|image) (?:d'illustration|d'archives?)"
    r"|(?:imagen|foto|fotografía) (?:de archivo|ilustrativa))\W*",
)
CAPTION = any_of(
    # As sites and agencies mark them.
    r"(?:image|media|video|photo|figure) caption\s?[,:]? .{3,290}",
    r"(?:image|item|photo|slide) \d{1,2} (?:of|/) \d{1,2}(?: (?-i:[A-ZÀ-Þ\[]).{0,290})?",
    r"\[\d{1,2}/\d{1,2}\] ?\S.{0,290}",
)
RIGHTS = any_of(
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
    r"permission to (?:republish|reprint|reproduce) is granted\b.{0,150}",
)
_WORK = (
    r"(?:reporting|reported|writing|written|editing|edited|compiled|translation|translated|research|illustrations?"
    r"|graphics|video|photograph(?:y|s)|words|pictures)"
)
_PEOPLE = rf"{PROPER_NAMES}(?:in {PROPER_NAMES}){{0,4}}"
_WORKED = (
    rf"(?:additional |further )?{_WORK}(?: and (?:{_WORK}|photos?))?(?: by\b)?:? ?(?-i:(?=[A-ZÀ-Þ])){_PEOPLE}"
)
_WITH = r"(?:with|avec|mit|con)"
_DESK = (
    r"(?:la |notre |our |by |por |par |von )?(?:rédaction|redacción|redaktion|onlineredaktion|agencias|agences"
    r"|agencies|agenturen|staff (?:reporters?|writers?|report)|(?:news|web|national|city|online) desk)"
    r"(?: (?:web|digital|online|numérique))?"
)
_BORROWED = rf"{_WITH} (?:l'|la |der |den )?(?:agencias|agences?|agencies|agenturen|{AGENCIES})"
AUTHORS = any_of(
    r"\W*\((?:additional |further )?(?:reporting|writing|editing|edited|compiled|written|produced|translated"
    r"|rewritten|with (?:files|reporting|inputs?|agencies)|avec (?:agences?|afp)|mit (?:agenturen|material|dpa)"
    r"|con información)\b[^()]{0,200}\)\W*",
    rf"{_WORKED}(?:\W{{1,3}}{_WORKED}){{0,4}}\W*",
    r"(?-i:[A-ZÀ-Þ]).{2,150}\bcontributed (?:to this (?:report|story|article|dispatch)|reporting)\b.{0,40}",
    rf"(?:by|par|von|por):? (?-i:(?=[A-ZÀ-Þ])){PROPER_NAMES}(?: ?\({_BORROWED}\))?",
    rf"(?-i:(?=[A-ZÀ-Þ]))[\w.' -]{{3,40}}?\W{{1,2}}{_BORROWED}\W*",
    rf"\W*{_DESK}(?:\W{{1,3}}(?:{_DESK}|{_BORROWED}|{AGENCIES})){{0,2}}\W*",
    r"\W*(?:with (?:files|inputs?|reporting) from|avec|mit (?:material|agenturen)(?: (?:von"
    r"|der))?(?: nachrichtenagentur)?"
    r"|con información de|photo) (?:l'|la )?(?-i:(?=dpa\b|afp\b|DR\b|agenc|[A-ZÀ-Þ]))"
    rf"(?:agencias|agencies|{PROPER_NAMES})\W*",
    r"(?:(?:article|texte|reportage) (?:rédigé|écrit|réalisé)|propos recueillis|recueilli) par " + PROPER_NAMES,
    r"(?:(?:ein|eine) (?:kommentar|analyse|gastbeitrag|essay|reportage|interview|kolumne|glosse|porträt)"
    r"|(?:un |une |un' )?(?:analyse|tribune|chronique|reportage)|an? (?:analysis|commentary|opinion)"
    r"|(?:un )?(?:análisis|reportaje)) (?:von|de|by|par|por) (?-i:(?=[A-ZÀ-Þ]))" + PROPER_NAMES,
    r"(?:autor(?:in|a)?|author|auteure?|interview|redaktion|texto?|texte|text|entrevista"
    r"|fotografía): (?-i:(?=[A-ZÀ-Þ]))" + PROPER_NAMES,
    rf"(?:das (?:interview|gespräch) führten?|interview by|entrevista de) {PROPER_NAMES}\W*",
    r"(?-i:[a-z]{2,4}(?:/[a-z]{2,4}){1,4})",
    rf"\(?(?-i:[a-z]{{2,4}})[/,] ?{AGENCIES}\)?",
    # Who or what wrote it that is no person.
    r"(?:transparenzhinweis\W+)?(?:dieser|diese|this|cette?|cet|este|esta) (?:text|artikel|beitrag|meldung|article"
    r"|story|post|artículo|noticia) (?:was|is|has been|wurde|entstand|est|a été|fue"
    r"|ha sido)\b.{0,60}\b(?:maschinell\w*"
    r"|ki|künstlicher? intelligenz|ai|artificial intelligence|intelligence artificielle|ia|inteligencia artificial"
    r"|automati\w+)\b.{0,100}\b(?:written|generated|translated|created|produced|edited|reviewed|erstellt|verfasst"
    r"|übersetzt|generiert|geprüft|bearbeitet|traduit|généré|relu|traducid[oa]|generad[oa]|revisad[oa])\b.{0,100}",
    r"this (?:article|story|post) (?:was|is|has been) (?:written|generated|translated|created"
    r"|produced)\b.{0,40}\b(?:ai"
    r"|artificial intelligence|automation)\b.{0,100}",
)
