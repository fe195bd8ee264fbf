"""Names of news agencies and other publishers, as running text names them."""

from __future__ import annotations

from collections.abc import Mapping

from streams.patterns import words

AGENCIES: Mapping[str, str] = {
    "Agence France-Presse": "AFP",
    "Agencia EFE": "EFE",
    "BUSINESS WIRE": "Business Wire",
    "EUROPA PRESS": "Europa Press",
    "GLOBE NEWSWIRE": "GlobeNewswire",
    "PRNewswire": "PR Newswire",
    "dpa-infocom": "dpa",
    "ots": "news aktuell",
    "Associated Press": "AP",
    "Australian Associated Press": "AAP",
    "Canadian Press": "The Canadian Press",
    "Deutsche Presse-Agentur": "dpa",
    "Deutschen Presse-Agentur": "dpa",
    "Press Association": "PA",
    "Press Trust of India": "PTI",
    "Thomson Reuters": "Reuters",
} | {
    name: name
    for name in (
        "AAP",
        "AFP",
        "ANI",
        "ANSA",
        "AP",
        "APA",
        "Adnkronos",
        "Anadolu",
        "Belga",
        "Bloomberg",
        "Business Wire",
        "DPA",
        "EFE",
        "Europa Press",
        "GlobeNewswire",
        "IANS",
        "Interfax",
        "KNA",
        "Keystone-SDA",
        "Kyodo",
        "Lusa",
        "PA Media",
        "PR Newswire",
        "PTI",
        "Reuters",
        "SID",
        "TASS",
        "UPI",
        "Xinhua",
        "Yonhap",
        "dpa",
        "epd",
    )
}
"""Agencies by their names, each with the one to show."""

_OUTLETS = words("""
    20 Minutes, ABC News, Al Jazeera, ARD, Axios, BBC, BFMTV, Bild, Business Insider, Cadena SER, CBC, CBS,
    Clarín, CNBC, CNN, Corriere della Sera, Der Spiegel, Der Standard, Deutsche Welle, Deutschlandfunk, Die Welt,
    Die Zeit, El Confidencial, El Mundo, El País, Europe 1, Focus, Forbes, Fox News, France info, Franceinfo,
    France 24, France Inter, Heise, ITV, L'Équipe, L’Équipe, L'Express, L’Express, L'Obs, L’Obs, La Croix,
    La Nación, La Repubblica, La Stampa, La Vanguardia, Le Figaro, Le Monde, Le Parisien, Le Point, Le Soir,
    Le Temps, Les Echos, Les Échos, Libération, Mediapart, MSNBC, n-tv, NBC, NDR, NPR, NZZ, Ouest-France, PBS,
    Politico, ProPublica, RTL, RTVE, Sky News, Spiegel, Stern, SWR, TechCrunch, The Atlantic, The Economist,
    The Guardian, The Independent, The New Yorker, The Verge, Variety, Wired, WDR, ZDF, taz
""")
_KINDS = words(
    en="""
        Advertiser, Chronicle, Courier, Dispatch, Echo, Enquirer, Examiner, Express, Gazette, Globe, Guardian,
        Herald, Inquirer, Journal, Ledger, Mail, Mercury, Messenger, Mirror, Monitor, News, Observer, Post,
        Press, Sentinel, Standard, Star, Sun, Telegraph, Times, Today, Tribune, Voice
    """,
    fr="Courrier, Dépêche, Presse",
    de="""
        Allgemeine, Anzeiger, Blatt, Bote, Kurier, Morgenpost, Nachrichten, Rundschau, Tageblatt, Tagblatt,
        Tageszeitung, Zeitung
    """,
    es="Diario, Gaceta, Heraldo, Noticias, Periódico, Voz",
)
_WORD = r"[A-ZÀ-Þ][\w'’&-]{0,30}"
_COMPOUND = r"[A-ZÄÖÜ][a-zäöü]{2,20}(?:zeitung|blatt|anzeiger|nachrichten|rundschau|kurier|bote|post)"

AGENCY = words(*AGENCIES) + r"(?![\w'’-]*\w)"
_THE = r"(?:(?:The|Die|Der|Das|Le|La|Les|El|Los) )?"
_NAMED = rf"(?:{_WORD} ){{0,3}}{_KINDS}(?!\w)(?: (?:of|de|du|de la) {_WORD})?"
OUTLET = rf"(?:{AGENCY}|{_OUTLETS}(?!\w)|{_THE}(?:{_NAMED}|{_COMPOUND}))"
"""A publisher's name: a known one, or one that says what it is (Herald, Zeitung, Diario)."""
