"""Lines that lead to other articles, to tags or to the rest of the text, as patterns of whole paragraphs."""

from __future__ import annotations

from streams.patterns import any_of, words

_LEADS = words(
    en="""
        read, read more, read also, read next, also read, related, related article, related articles,
        related story, related stories, related news, related reading, see also, don't miss, must read,
        must reads, must-read, must-reads, recommended, more on this
    """,
    fr="""
        lire aussi, lire également, à lire, à lire aussi, à lire également, voir aussi, sur le même sujet
    """,
    de="""
        lesen sie auch, lesen sie dazu auch, lesen sie hierzu auch, lesen sie mehr, lesen sie hier,
        lesen sie jetzt, mehr zum thema, auch interessant, passend dazu
    """,
    es="""
        lee también, lea también, leer también, te puede interesar, también te puede interesar, más información,
        vea también, ver también, mira también, relacionado, relacionada, relacionados, relacionadas
    """,
)
_SEE_ALSO_FR = r"[àa] (?:voir|découvrir|écouter) (?:aussi|également)"
_MORE_OF = words(
    en="""
        article, articles, story, stories, content, news, link, links, topic, topics, post, posts, coverage
    """
)
_MOST_READ = words(
    en="""
        most read, most popular, most viewed, most shared, trending, trending now,
        editor pick, editor picks, editors pick, editors picks, editor's pick, editor's picks, editors' pick,
        editors' picks
    """
)
_HEADINGS = words(
    en="""
        in case you missed it, further reading, what to read next, read this next, up next, source link,
        source links, related topics, related links, related internet topics, related internet links,
        related external topics, related external links, related web topics, related web links,
        topics in this article, topics in this story, tags in this article, tags in this story
    """,
    fr="""
        sur le même thème, nos autres articles, plus d'articles, derniers articles, d'autres articles,
        les plus lus, les articles les plus lus
    """,
    de="""
        weitere artikel, weitere artikel zum thema, weitere meldungen, weitere meldungen zum thema,
        weitere nachrichten, weitere nachrichten zum thema, weitere informationen,
        weitere informationen zum thema, weitere themen, weitere themen zum thema,
        meistgelesen, meistgelesene, meistgelesene artikel, passend zum thema, mehr dazu,
        themen in diesem artikel, themen zu diesem artikel, schlagwörter in diesem artikel,
        schlagwörter zu diesem artikel, schlagworte in diesem artikel, schlagworte zu diesem artikel
    """,
    es="""
        noticias relacionadas, artículos relacionados, más noticias,
        más sobre este tema, lo más leído, lo más visto, lo último, últimas noticias, en esta noticia
    """,
)
_INTERESTING_DE = r"(?:das|dieses video|diese artikel) könnten? sie (?:auch )?interessieren"
LINK_HEADER = any_of(
    rf"(?:{_LEADS}|{_SEE_ALSO_FR})\W*",
    rf"{_HEADINGS}\W*",
    rf"(?:related|more) {_MORE_OF}\W*",
    r"more (?:about|on this (?:story|topic)|from [\w' ]{1,40}|like this|in this section)\W*",
    r"recommended (?:for you|stories|articles|reading|videos?)\W*",
    r"you (?:may|might) (?:also )?(?:like|be interested in|have missed)\W*",
    rf"{_MOST_READ}(?: (?:in|on) [\w' ]{{1,40}})?\W*",
    r"(?:notre|nos|voir le|lire le) dossiers?\b.{0,60}(?<![.!?])",
    rf"{_INTERESTING_DE}\W*",
    r"mehr aus (?:der |dem )?(?-i:[A-ZÄÖÜ])[\w-]{1,30}(?: [\w-]{1,30})?:?",
    r"más en (?-i:[A-Z])[\w' ]{1,40}\W*",
)

_GO_ON = words(de="weiterlesen", es="lee más, lea más, leer más, sigue leyendo")
_READ_ALSO = words(
    fr="lire aussi, lire également, à lire aussi, à lire également",
    de="lesen sie auch, lesen sie dazu auch, lesen sie hierzu auch",
)
_READ_ALSO_CAPITALS = words(
    en="READ MORE, READ ALSO, ALSO READ, SEE ALSO",
    fr="VOIR AUSSI",
    es="LEE TAMBIÉN, LEA TAMBIÉN, VER TAMBIÉN",
)
_MEDIUM_CAPITALS = words(
    "VIDEO, AUDIO, PODCAST, PHOTOS",
    en="WATCH, WATCH LIVE, LISTEN, GALLERY, IN PICTURES",
    fr="VIDÉO, EN IMAGES, EN VIDÉO",
    de="BILDERGALERIE, FOTOSTRECKE",
    es="VÍDEO, GALERÍA",
)
_MEDIUM = words(
    en="more, watch, listen, gallery, in pictures",
    fr="vidéo, en images",
    de="mehr, im video, bildergalerie, fotostrecke",
    es="vídeo, galería, galería de fotos",
)
LINKS = any_of(
    rf"\W*(?:{_LEADS}|{_SEE_ALSO_FR}|{_GO_ON})\s*(?:[:|»→>]|-(?= ))\s*.+",
    # What begins no sentence of a text.
    rf"\W*(?:{_READ_ALSO}|(?-i:{_READ_ALSO_CAPITALS}))\b.{{1,200}}",
    rf"(?-i:{_MEDIUM_CAPITALS})\s?[:.|»→>-]\s.{{5,150}}",
    rf"{_MEDIUM}\s?[:|»→>]\s.{{5,150}}(?<![.!?,;:])",
    r"watch the (?:full )?(?:video|clip|report|interview) (?:above|below|here)\W*",
    r"(?:ver|voir|regarder|zur) (?:la )?(?:galería|galerie|bildergalerie|fotostrecke)(?: de fotos)?\W*",
    r"galería de fotos\W*",
    r"(?:read|see) more (?:about|on|at|from|in|here)\b.{0,80}",
    r"click here (?:to|for)\b.{1,100}",
    r"(?:read|see|follow|find|watch) (?:our|the|all|more)\b.{0,60}"
    r"\b(?:coverage|live ?blog|updates|stories)\b.{0,40}\bhere\W*",
)

_FILED_UNDER = words(
    en="posted in, filed under, tag, tags, tagged, tagged with, category, categories",
    fr="mots clés, mots-clés, classé dans, classé sous",
    de="""
        kategorie, kategorien, schlagwort, schlagworte, schlagwörter
    """,
    es="archivado en, etiqueta, etiquetas",
)
_TOPICS = words(en="topic, topics, more about", fr="thème, thèmes, sujets", de="themen", es="tema, temas")
TAGS = any_of(
    rf"{_FILED_UNDER} ?:? ?.{{1,120}}(?<![.!?])",
    rf"{_TOPICS} ?: .{{1,120}}(?<![.!?])|(?:mots[- ]clés|thèmes)\W*",
)
CONTINUE = any_of(
    r"\W*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\W*",
    r"(?:read (?:more|on)|lire la suite|weiterlesen|mehr lesen|leer más)\s?(?:…|\.\.\.|→|»|>)\W*",
    r"(?:sigue|seguir) leyendo(?: en .{2,40})?\W*",
)
