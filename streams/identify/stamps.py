"""Lines that say when an article was published, or how long it takes to read."""

from __future__ import annotations

from streams.patterns import any_of, words

_WORDS = words(
    "a, am, h, p, pm, utc, gmt, est, edt, cst, cdt, mst, pdt, pst, bst, ist, cet, cest, mez, mesz",
    en="""
        january, jan, february, feb, march, mar, april, apr, may, june, jun, july, jul, august, aug, september,
        sept, sep, october, oct, november, nov, december, dec,
        monday, mon, tuesday, tue, tues, wednesday, wed, thursday, thu, thur, thurs, friday, fri, saturday, sat,
        sunday, sun,
        at, on, ago, hour, hours, hrs, minute, minutes, min, mins, yesterday, today, updated, update, published,
        posted, by
    """,
    fr="""
        janvier, janv, février, févr, fév, mars, avril, avr, mai, juin, juillet, juil, août, septembre, octobre,
        novembre, décembre, déc,
        lundi, lun, mardi, mer, mercredi, jeudi, jeu, vendredi, ven, samedi, sam, dimanche, dim,
        à, et, le, il, y, heure, heures, hier, mis, mise, jour, actualisé, modifié, publié
    """,
    de="""
        januar, jän, jänner, februar, märz, mär, juni, juli, oktober, okt, dezember, dez,
        montag, mo, dienstag, di, mittwoch, mi, donnerstag, do, freitag, fr, samstag, sa, sonntag, so,
        um, m, uhr, vor, vom, stunde, stunden, minuten, gestern, heute, aktualisiert, veröffentlicht
    """,
    es="""
        enero, ene, febrero, marzo, abril, abr, mayo, junio, julio, agosto, ago, septiembre, setiembre, octubre,
        noviembre, diciembre, dic,
        lunes, martes, mar, miércoles, mié, jueves, jue, viernes, vie, sábado, sáb, domingo,
        el, las, los, de, del, hace, hora, horas, minutos, ayer, hoy, actualizado, actualizada, publicado,
        publicada
    """,
)
_TOKEN = rf"\W|_|\b(?:\d+(?:h\d*|st|nd|rd|th|er)?|{_WORDS})\b"
# Each token in one way only, or a line that is no stamp in the end takes for ever.
_TOKENS = rf"(?:{_TOKEN}){{1,110}}"

_HOW_LATE = words(en="first, last, originally", fr="dernière", de="zuletzt, letzte, letzter, letztes", es="última")
_PUBLISHED = words(
    en="posted, published, update, updated, modified",
    fr="mis à jour, mise à jour, publié, publiée, modifié, modifiée",
    de="stand, artikel vom, aktualisiert, aktualisierung, veröffentlicht, erstellt, geändert",
    es="actualizado, actualizada, actualización, publicado, publicada",
)
_READING_TIME = words(
    en="reading time, estimated reading time",
    fr="temps de lecture, durée de lecture, lecture",
    de="lesezeit, lesedauer",
    es="tiempo de lectura, lectura",
)
_MINUTES = words("min, mins", en="minute, minutes", de="minuten", es="minuto, minutos")

STAMP = any_of(
    rf"\W*(?:{_HOW_LATE} )?{_PUBLISHED}\b(?=.*\d){_TOKENS}",
    # Nothing but a date and a time of the day.
    rf"(?=.{{0,50}}\b\d{{1,2}}(?:[:h]\d\d|\.\d\d (?:uhr|[ap]m|gmt|h)|:?\d{{0,2}} ?(?:uhr|[ap]\.?m\b))){_TOKENS}",
    r"\W*\d{1,3} ?min(?:ute[ns]?|utos)?s?\.?(?: read| de lecture| lesezeit| de lectura)?\W*",
    rf"{_READING_TIME}\b[^\d]{{0,12}}(?:\d{{1,3}}|moins d'une|less than a) ?{_MINUTES}\W*",
)
