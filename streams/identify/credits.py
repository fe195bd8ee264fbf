"""Lines that give credit, as patterns of whole paragraphs: pictures, rights, who worked on an article."""

from __future__ import annotations

from streams.identify.names import AGENCIES, CAPITAL, PROPER_NAMES
from streams.patterns import any_of, words

_PICTURE_EN = words(
    en="""
        photo, photos, photograph, photographs, image, images, picture, pictures, pic, pics, illustration,
        illustrations
    """
)
_PICTURE_DE = words(de="bild, bilder, bildrechte, bildnachweis, bildquelle, foto, fotos")
_WHICH_EN = words(en="feature, featured, header, cover, main, lead, top, file, stock")
_WHICH_DE = words(de="symbol, archiv, titel, rubriklisten, aufmacher, vorschau")
_PICTURE_ELSE = words(
    en="credit, credits, copyright",
    fr="crédit, crédits, video, videos",
    es="imagen, imagenes, fotografía, video, videos",
)
_PICTURE = rf"(?:{_WHICH_DE}?{_PICTURE_DE}|(?:{_WHICH_EN} )?{_PICTURE_EN}|{_PICTURE_ELSE})"
_PICTURE_OF = words(
    en="credit, credits, source, sources, courtesy, by, photo, photos",
    fr="de, d'illustration, d'archives",
    de="von",
    es="de, de archivo, ilustrativa",
)
_OPENS_NAMES = r"(?:[:,/|.]\W*| by | courtesy of (?:the )?|\W*©\s?)"
_IN_BRACKETS = words(
    "video, file",
    en="photo, photos, image, illustration",
    de="foto, fotos, bild",
    es="foto, fotos, fotografía, vídeo",
)
_SYMBOLIC = words(
    en="""
        file photo, file image, file picture, stock photo, stock image, archive photo, archive image,
        representational image, representational photo
    """,
    fr="""
        photo d'illustration, image d'illustration, photo d'archive, photo d'archives, image d'archive,
        image d'archives
    """,
    de="symbolbild, symbolfoto, archivbild, archivfoto",
    es="""
        imagen de archivo, imagen ilustrativa, foto de archivo, foto ilustrativa, fotografía de archivo,
        fotografía ilustrativa
    """,
)
CREDIT = any_of(
    rf"\W*{_PICTURE}(?: {_PICTURE_OF}|graph(?:ie|er)?)*\s?{_OPENS_NAMES}{PROPER_NAMES}(?:of {PROPER_NAMES})?\W*",
    rf"\((?:{_IN_BRACKETS}|archiv\w*)\b[^()]{{0,100}}\)(?:\s?\([^()]{{2,30}}\))?",
    rf"\(?(?:©|\(c\)) ?(?:\d{{4}} )?{PROPER_NAMES}\)?\W*",
    rf"\W*(?:[\w'. -]{{2,40}}[/|] ?)?{AGENCIES}(?: ?[/|] ?[\w'. -]{{2,40}})?\W*",
    r"(?:photo|image|picture)s? courtesy (?:of )?.{3,80}",
    # Pictures that show something else than what is told.
    rf"\W*{_SYMBOLIC}\W*",
)

CAPTION = any_of(
    # As sites and agencies mark them.
    r"(?:image|media|video|photo|figure) caption\s?[,:]? .{3,290}",
    r"(?:image|item|photo|slide) \d{1,2} (?:of|/) \d{1,2}(?: (?-i:[A-ZÀ-Þ\[]).{0,290})?",
    r"\[\d{1,2}/\d{1,2}\] ?\S.{0,290}",
)

_RESERVED = words(en="all rights reserved", de="alle rechte vorbehalten", es="derechos reservados")
_USE = words(
    en="reproduction, redistribution, reproduced, rewritten",
    de="nutzung, vervielfältigung",
    es="reproducción",
)
_MATTER = words(
    en="text, material, content, article, articles, story, stories, photo, photos",
    fr="contenu, contenus, total, partielle",
    de="inhalt, inhalte, beiträge",
    es="contenido, contenidos, total",
)
_NOT_ALLOWED = words(
    en="permission, consent, licence, license, prohibited, forbidden, may not",
    fr="interdite, autorisation",
    de="genehmigung, untersagt, verboten",
    es="prohibida, autorización",
)
RIGHTS = any_of(
    r"(?-i:\W{0,3}©).{1,200}",
    r"copyright (?:©|\(c\)|\d{4}).{1,250}",
    rf"(?:.{{0,120}}\W)?(?:{_RESERVED}|tous droits (?:de [\w ]{{1,60}})?réservés)\b.{{0,200}}",
    # Three things together: what is not to be done, to what, and that it is not to be done.
    rf"(?=.*\b(?:{_USE}|republi\w+)\b)(?=.*\b{_MATTER}\b)(?=.*\b{_NOT_ALLOWED}\b).{{10,250}}",
    r"permission to (?:republish|reprint|reproduce) is granted\b.{0,150}",
)

_WORK = words(
    en="""
        reporting, reported, writing, written, editing, edited, compiled, translation, translated, research,
        illustration, illustrations, graphics, video, photography, photographs, words, pictures
    """
)
_PEOPLE = rf"{PROPER_NAMES}(?:in {PROPER_NAMES}){{0,4}}"
_WORKED = rf"(?:additional |further )?{_WORK}(?: and (?:{_WORK}|photos?))?(?: by\b)?:? ?{CAPITAL}{_PEOPLE}"
_WORK_IN_BRACKETS = words(
    en="""
        reporting, writing, editing, edited, compiled, written, produced, translated, rewritten, with files,
        with reporting, with input, with inputs, with agencies
    """,
    fr="avec agence, avec agences, avec afp",
    de="mit agenturen, mit material, mit dpa",
    es="con información",
)
_CONTRIBUTED = words(
    en="""
        contributed to this report, contributed to this story, contributed to this article,
        contributed to this dispatch, contributed reporting
    """
)
_BORROWED_FROM = words(en="agencies", fr="agence, agences", de="agenturen", es="agencias")
_BORROWED = rf"(?:with|avec|mit|con) (?:l'|la |der |den )?(?:{_BORROWED_FROM}|{AGENCIES})"
_WHOSE_DESK = words(en="our, by", fr="la, notre, par", de="von", es="la, por")
_DESK_NAME = words(
    en="""
        agencies, staff reporter, staff reporters, staff writer, staff writers, staff report, news desk,
        web desk, national desk, city desk, online desk
    """,
    fr="rédaction, agences",
    de="redaktion, onlineredaktion, agenturen",
    es="redacción, agencias",
)
_DESK = rf"(?:{_WHOSE_DESK} )?{_DESK_NAME}(?: (?:web|digital|online|numérique))?"
_WITH_FILES = words(
    en="with files from, with input from, with inputs from, with reporting from, photo",
    fr="avec",
    es="con información de",
)
_WITH_FILES_DE = r"mit (?:material|agenturen)(?: (?:von|der))?(?: nachrichtenagentur)?"
_NAMED_SOURCE = r"(?-i:(?=dpa\b|afp\b|DR\b|agenc|[A-ZÀ-Þ]))"
_ARTICLE_BY = words(
    fr="""
        article rédigé, article écrit, article réalisé, texte rédigé, texte écrit, texte réalisé,
        reportage rédigé, reportage écrit, reportage réalisé, propos recueillis, recueilli
    """
)
_FORM_EN = words(en="analysis, commentary, opinion")
_FORM_FR = words(fr="analyse, tribune, chronique, reportage")
_FORM_DE = words(de="kommentar, analyse, gastbeitrag, essay, reportage, interview, kolumne, glosse, porträt")
_FORM_ES = words(es="análisis, reportaje")
_FORM = rf"(?:eine? {_FORM_DE}|(?:un |une |un' )?{_FORM_FR}|an? {_FORM_EN}|(?:un )?{_FORM_ES})"
_AUTHOR = words(
    "interview",
    en="author, text",
    fr="auteur, auteure, texte",
    de="autor, autorin, redaktion, text",
    es="autor, autora, texto, entrevista, fotografía",
)
_INTERVIEW_BY = words(
    en="interview by",
    de="das interview führte, das interview führten, das gespräch führte, das gespräch führten",
    es="entrevista de",
)
# Who or what wrote it that is no person.
_THIS_TEXT_EN = words(en="this article, this story, this post")
_THIS = words(en="this", fr="cet, cette", de="dieser, diese", es="este, esta")
_TEXT = words(
    en="text, article, story, post",
    de="text, artikel, beitrag, meldung",
    es="artículo, noticia",
)
_WAS = words(en="was, is, has been", fr="est, a été", de="wurde, entstand", es="fue, ha sido")
_MACHINE = words(
    en="ai, artificial intelligence",
    fr="ia, intelligence artificielle",
    de="ki, künstliche intelligenz, künstlicher intelligenz",
    es="ia, inteligencia artificial",
)
_MADE = words(
    en="written, generated, translated, created, produced, edited, reviewed",
    fr="traduit, généré, relu",
    de="erstellt, verfasst, übersetzt, generiert, geprüft, bearbeitet",
    es="traducido, traducida, generado, generada, revisado, revisada",
)
_MADE_BY_MACHINE = words(en="written, generated, translated, created, produced")
_BY_MACHINES = (
    rf"(?:transparenzhinweis\W+)?{_THIS} {_TEXT} {_WAS}\b.{{0,60}}"
    rf"\b(?:maschinell\w*|{_MACHINE}|automati\w+)\b.{{0,100}}\b{_MADE}\b.{{0,100}}",
    rf"{_THIS_TEXT_EN} (?:was|is|has been) {_MADE_BY_MACHINE}\b.{{0,40}}"
    r"\b(?:ai|artificial intelligence|automation)\b.{0,100}",
)
AUTHORS = any_of(
    rf"\W*\((?:additional |further )?{_WORK_IN_BRACKETS}\b[^()]{{0,200}}\)\W*",
    rf"{_WORKED}(?:\W{{1,3}}{_WORKED}){{0,4}}\W*",
    rf"(?-i:[A-ZÀ-Þ]).{{2,150}}\b{_CONTRIBUTED}\b.{{0,40}}",
    rf"(?:by|par|von|por):? {CAPITAL}{PROPER_NAMES}(?: ?\({_BORROWED}\))?",
    rf"{CAPITAL}[\w.' -]{{3,40}}?\W{{1,2}}{_BORROWED}\W*",
    rf"\W*{_DESK}(?:\W{{1,3}}(?:{_DESK}|{_BORROWED}|{AGENCIES})){{0,2}}\W*",
    rf"\W*(?:{_WITH_FILES}|{_WITH_FILES_DE}) (?:l'|la )?{_NAMED_SOURCE}(?:agencias|agencies|{PROPER_NAMES})\W*",
    rf"{_ARTICLE_BY} par {PROPER_NAMES}",
    rf"{_FORM} (?:von|de|by|par|por) {CAPITAL}{PROPER_NAMES}",
    rf"{_AUTHOR}: {CAPITAL}{PROPER_NAMES}",
    rf"{_INTERVIEW_BY} {PROPER_NAMES}\W*",
    # Initials of editors, and of an agency: `mkl/rst/dpa`.
    r"(?-i:[a-z]{2,4}(?:/[a-z]{2,4}){1,4})",
    rf"\(?(?-i:[a-z]{{2,4}})[/,] ?{AGENCIES}\)?",
    *_BY_MACHINES,
)
