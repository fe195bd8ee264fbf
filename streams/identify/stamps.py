"""Lines that say when an article was published, or how long it takes to read."""

from __future__ import annotations

from streams.identify.names import any_of

_WORDS = """
    january jan february feb march mar april apr may june jun july jul august aug september sept sep october oct
    november nov december dec monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri
    saturday sat sunday sun
    janvier janv février févr fév mars avril avr mai juin juillet juil août septembre octobre novembre décembre déc
    lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
    januar jän jänner februar märz mär juni juli oktober okt dezember dez montag mo dienstag di mittwoch mi
    donnerstag do freitag fr samstag sa sonntag so
    enero ene febrero marzo abril abr mayo junio julio agosto ago septiembre setiembre octubre noviembre diciembre
    dic lunes martes mar miércoles mié jueves jue viernes vie sábado sáb domingo
    at on am pm a p m um uhr le à el las los de del ago hours hour minutes minute mins min vor stunden stunde
    minuten il y hier gestern heute ayer hoy yesterday today heures heure hace horas hora minutos h hrs utc gmt est
    edt cst cdt mst pdt pst bst ist cet cest mez mesz et
    updated update published posted by vom mis mise jour actualisé modifié publié aktualisiert veröffentlicht
    actualizado actualizada publicado publicada
"""
_TOKEN = (
    rf"\W|_|\b(?:\d+(?:h\d*|st|nd|rd|th|er)?|{'|'.join(sorted(set(_WORDS.split()), key=len, reverse=True))})\b"
)
# Each token in one way only, or a line that is no stamp in the end takes for ever.
_TOKENS = rf"(?:{_TOKEN}){{1,110}}"

STAMP = any_of(
    r"\W*(?:(?:first|last|originally|zuletzt|letzte[rs]?|dernière|última) )?"
    r"(?:posted|published|updated?|modified|stand|artikel vom|aktualisiert|aktualisierung|veröffentlicht"
    r"|erstellt|geändert"
    r"|mise? à jour|publiée?|modifiée?|actualizad[oa]|actualización|publicad[oa])\b(?=.*\d)" + _TOKENS,
    # Nothing but a date and a time of the day.
    r"(?=.{0,50}\b\d{1,2}(?:[:h]\d\d|\.\d\d (?:uhr|[ap]m|gmt|h)|:?\d{0,2} ?(?:uhr|[ap]\.?m\b)))" + _TOKENS,
    r"\W*\d{1,3} ?min(?:ute[ns]?|utos)?s?\.?(?: read| de lecture| lesezeit| de lectura)?\W*",
    r"(?:temps de lecture|durée de lecture|lecture|lesezeit|lesedauer|tiempo de lectura|lectura|reading time"
    r"|estimated reading time)\b[^\d]{0,12}(?:\d{1,3}|moins d'une|less than a) ?(?:min|mins|minutes?|minuten"
    r"|minutos?)\W*",
)
