"""Which of the Latin encodings bytes are in that declare none or a wrong one, by the letters that they make.

These encodings have a letter for nearly every byte, so any of them reads any text. But a language has few letters
beyond ASCII, and only in the right encoding nearly everything turns out to be one of them.
"""

from __future__ import annotations

from collections.abc import Iterable

WESTERN = "cp1252"
_LETTERS = (
    (WESTERN, "àâæçéèêëîïôœùûüÿ äöüß áéíñóúü¿¡ºª áâãàçéêíóôõúüºª àèéìíîòóùú åäöé æøåéô äëïéèöüóá äöüßéèàç"),
    ("cp1250", "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű čćđšž ăâîşţ"),
    ("iso8859_2", "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž čćđšž"),
    ("cp1254", "çğıöşüâîûi\u0307"),  # what a capital dotted I becomes in small letters is two characters
    ("cp1257", "ąčęėįšųūž āčēģīķļņšūž"),
)
"""Small letters beyond ASCII, language by language; an encoding that comes first is preferred."""
_ICELANDIC = (WESTERN, "áðéíóúýþæö")
"""Turkish letters look like these, so they come last."""
_SIGNS = bytes.fromhex("80 82 84 85 86 87 89 8b 91 92 93 94 95 96 97 99 9b a0 a7 a9 ab ae b0 b4 b7 bb")
"""Quotation marks, dashes and signs, mostly the same in all of them."""
_LEAST, _DISTINCT = 4, 2
SURE = 20
"""Letters by which even a declared encoding is known to be another."""
_NEARLY_ALL, _BETTER_BY = 0.9, 0.08


def latin(words: bytes, least: int = _LEAST) -> str:
    """The encoding of words with bytes beyond ASCII: Windows-1252 unless so many letters speak for another."""
    letters = words.translate(None, _SIGNS + bytes(range(128)))
    if len(letters) < least or len(set(letters)) < _DISTINCT:
        return WESTERN
    western = max(_fits(letters, _LETTERS[:1]))
    encodings = [encoding for encoding, alphabets in (*_LETTERS, _ICELANDIC) for _ in alphabets.split()]
    fits = list(_fits(letters, (*_LETTERS, _ICELANDIC)))
    best = max(fits)
    return encodings[fits.index(best)] if best >= max(_NEARLY_ALL, western + _BETTER_BY) else WESTERN


def _fits(letters: bytes, known: Iterable[tuple[str, str]]) -> Iterable[float]:
    """Which part of the letters each language has."""
    for encoding, alphabets in known:
        text = letters.decode(encoding, "replace").lower()
        for alphabet in alphabets.split():
            yield sum(map(text.count, alphabet)) / len(text)
