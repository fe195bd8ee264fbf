"""Page furniture: buttons, headings of boxes and counters, which say nothing outside of the page.

A line is furniture when it is short and every word of it is one that buttons and boxes are made of.
"""

from __future__ import annotations

import re

MAX_WORDS = 9
MAX_FURNITURE_CHARS = 90


def _of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS: dict[str, frozenset[str]] = {
    "advert": _of("""
        ad ads advert advertisement advertising anzeige paid patrocinado promoted publicidad publicité sponsored
        werbung
    """),
    "consent": _of("cookies policy privacy"),
    "share": _of("""
        commentaire commentaires comment comments comentarios compartir conversation facebook flipboard follow
        instagram kommentar kommentare kommentieren like linkedin messenger partager pinterest reddit reply
        réagir share teilen telegram threads tweet twitter weiterempfehlen whatsapp x youtube
    """),
    "newsletter": _of("bulletin email newsletter newsletters"),
    "subscribe": _of("""
        abonnenten account app compte cuenta iniciar konto login register registrieren s'abonner s'inscrire
        sesión subscribe subscription
    """),
    "continue": _of("continue leer lesen leyendo lire read reading savoir suite weiterlesen"),
    "links": _of("""
        article articles artikel artículo artículos auch aussi beitrag categories conseille coverage gallery
        headlines latest leídas leído link links live lue lus manquer mehr meistgelesen more most nachrichten
        news noticia noticias picks podcast podcasts popular post posts previous recomendamos recommended
        regarder related relacionadas relacionados stories story suggested tags temas thema themen topics
        trending video videos vidéo vidéos voir vídeo vídeos watch weitere
    """),
    "furniture": _of("""
        accept accepter aceptar akzeptieren archive author autor caption content contenido contents contenu copy
        download drucken e-mail editor's editors' empfohlen empfohlener error erreur fehler google gérer haut
        home imprimer imprimir inhalt inhalte listen load manage melden menu menü notifications oben page pdf
        photos pictures preferences print reuse rédaction save show signaler startseite terms view
    """),
}
"""What furniture is made of, by what it is called when it is removed; the first kind counts."""

_BETWEEN = _of("""
    a all al and auf aus back below bestellen by cet cette clic contact continues créez créer das de dem den der
    des diese diesen discover du el en enable esta este estos et explore external externer for free from full für
    gratis gratuitement haz hear here hier ici im in inscrivez-vous invalid join la las le les lo los me min
    minute minutes mit my más nach ne new next no nos not now of ok on one or our out par pas plus por pour
    retour seguir see sie site so sur tard te that the them these this to today top tout un und une up us use ver
    via volver vos votre vous web weiter window with y you your zu zum zur zurück à
""")
"""What stands between them and alone says nothing."""

_ALL_WORDS = frozenset[str]().union(*_WORDS.values())
_TOKEN = re.compile(r"[^\W_][\w'+-]*")
_PROSE_END = re.compile(r"[.;,!?][\"'”’»)]*$")


def furniture_in(text: str) -> str | None:
    """The kind of furniture that a line is, None for one that says something; apostrophes in it are straight."""
    if len(text) > MAX_FURNITURE_CHARS or (_PROSE_END.search(text) and not text.endswith("...")):
        return None
    words = {word.lower() for word in _TOKEN.findall(text)}
    said = {word for word in words if not word.isdigit()} - _BETWEEN
    if not 0 < len(words) <= MAX_WORDS or said - _ALL_WORDS:
        return None
    return next((kind for kind, of_kind in _WORDS.items() if of_kind & words), None)
