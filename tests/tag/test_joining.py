"""Which mentions of an article are one name: cases decided before the code, as an editor would decide them.

A case is the mentions in the text's order, `label:text`, and which of them are the same, by number. A bare
surname is the one person of the article who is named in full with it, whoever else has that name in the world:
news writes a person in full before it writes the surname alone. So "Obama" beside "Michelle Obama" only is she.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from streams.tag.names import join

LABELS = {"p": "PERSON", "o": "ORG", "g": "GPE", "l": "LOC", "f": "FAC"}
CASES = [
    # A person by surname, with initials, accents, in capitals
    ("p:Vladimir Putin|p:Putin", "0 0"),
    ("p:Putin|p:Vladimir Putin", "0 0"),
    ("p:Putin|p:Putin|p:Vladimir Putin", "0 0 0"),
    ("p:PUTIN|p:Vladimir Putin", "0 0"),
    ("p:V. Putin|p:Vladimir Putin", "0 0"),
    ("p:Vladimir Vladimirovich Putin|p:Vladimir Putin|p:Putin", "0 0 0"),
    ("p:Donald J. Trump|p:Donald Trump|p:Trump", "0 0 0"),
    ("p:J.K. Rowling|p:Rowling", "0 0"),
    ("p:J. K. Rowling|p:J.K. Rowling", "0 0"),
    ("p:Jean-Luc Mélenchon|p:Melenchon", "0 0"),
    ("p:Jean-Luc Mélenchon|p:Jean Luc Melenchon", "0 0"),
    ("p:Ursula von der Leyen|p:von der Leyen|p:Leyen", "0 0 0"),
    ("p:Mohammed bin Salman|p:bin Salman", "0 0"),
    ("p:Bashar al-Assad|p:Assad|p:al-Assad", "0 0 0"),
    ("p:Kim Jong Un|p:Kim", "0 0"),
    ("p:Kim Jong-un|p:Kim Jong Un", "0 0"),
    ("p:Sinéad O'Connor|p:O'Connor|p:O’Connor", "0 0 0"),
    ("p:Martin Luther King Jr.|p:King", "0 0"),
    ("p:Martin Luther King Jr.|p:Martin Luther King, Jr", "0 0"),
    ("p:Robert F. Kennedy Jr.|p:Kennedy", "0 0"),
    ("p:Hillary Clinton|p:Hillary", "0 0"),
    ("p:Hillary Rodham Clinton|p:Hillary Clinton|p:Clinton", "0 0 0"),
    ("p:Michelle Obama|p:Obama", "0 0"),
    ("p:Angela Merkel|p:Angela  Merkel", "0 0"),
    # Two people
    ("p:Bill Clinton|p:Hillary Clinton", "0 1"),
    ("p:Bill Clinton|p:Hillary Clinton|p:Clinton", "0 1 2"),
    ("p:Bill Clinton|p:Hillary Clinton|p:Bill", "0 1 0"),
    ("p:Donald Trump|p:Donald Trump Jr.", "0 1"),
    ("p:Donald Trump|p:Donald Trump Jr.|p:Trump Jr.", "0 1 1"),
    ("p:George W. Bush|p:George H. W. Bush", "0 1"),
    ("p:Kim Jong Un|p:Kim Jong Il", "0 1"),
    ("p:Kim Jong Un|p:Kim Yo Jong|p:Kim", "0 1 2"),
    ("p:John Smith|p:Jane Smith|p:J. Smith", "0 1 2"),
    ("p:Serena Williams|p:Venus Williams|p:Serena", "0 1 0"),
    ("p:John Paul|p:Paul John", "0 1"),
    ("p:Fitzgerald|p:John Fitzgerald Kennedy", "0 1"),
    ("p:Luiz Inácio Lula da Silva|p:Lula", "0 1"),  # A middle name alone is seldom the same person
    ("p:Ali|p:Alice Walker", "0 1"),
    ("p:Vladimir|p:Putin", "0 1"),
    # People and other things of one name
    ("o:Trump|p:Donald Trump", "0 0"),
    ("g:Washington|p:Denzel Washington", "0 1"),
    ("o:Ford|o:Ford|p:Henry Ford", "0 0 1"),
    ("p:Donald Trump|o:Trump Organization", "0 1"),
    ("g:Paris|p:Paris Hilton|g:Paris", "0 1 0"),
    ("g:London|o:London School of Economics", "0 1"),
    ("g:Lincoln|p:Abraham Lincoln", "0 1"),
    # Organisations: acronyms, legal forms, case
    ("o:International Monetary Fund|o:IMF", "0 0"),
    ("o:IMF|o:International Monetary Fund", "0 0"),
    ("o:I.M.F.|o:International Monetary Fund", "0 0"),
    ("o:Department of Justice|o:DOJ", "0 0"),
    ("o:Federal Bureau of Investigation|o:FBI|o:F.B.I.", "0 0 0"),
    ("o:World Health Organization|o:WHO|o:World Trade Organization|o:WTO", "0 0 1 1"),
    ("o:Organisation des Nations unies|o:ONU", "0 0"),
    ("o:American Medical Association|o:American Management Association|o:AMA", "0 1 2"),
    ("o:Apple|o:Apple Inc.|o:APPLE", "0 0 0"),
    ("o:Procter & Gamble|o:Procter and Gamble", "0 0"),
    ("o:Procter & Gamble|o:P&G", "0 0"),
    ("o:Volkswagen AG|o:Volkswagen", "0 0"),
    ("o:Real Madrid|o:Atlético Madrid", "0 1"),
    ("o:Manchester United|o:Manchester City", "0 1"),
    ("o:Ministry of Finance|o:Ministry of Defence", "0 1"),
    ("o:Bank of England|g:England", "0 1"),
    ("o:Deutsche Bank|o:Bank of Deutsche", "0 1"),
    # Places
    ("g:U.S.|g:US|g:United States", "0 0 0"),
    ("g:UK|g:U.K.|g:United Kingdom", "0 0 0"),
    ("g:New York|g:York", "0 1"),
    ("g:North Korea|g:South Korea", "0 1"),
    ("g:Guinea|g:Equatorial Guinea|g:Guinea-Bissau", "0 1 2"),
    ("l:Zürich|g:Zurich", "0 0"),
    ("g:São Paulo|g:Sao Paulo", "0 0"),
    ("g:Saint-Denis|g:Saint Denis", "0 0"),
]


@pytest.mark.parametrize(("mentions", "groups"), CASES)
def test_mentions_of_one_thing_are_joined_and_no_others(mentions: str, groups: str) -> None:
    given = [(text, LABELS[label]) for label, text in (mention.split(":") for mention in mentions.split("|"))]
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, named in enumerate(join(given)):
        members[named.name].append(number)
    expected: defaultdict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups.split()):
        expected[group].append(number)
    assert sorted(members.values()) == sorted(expected.values())


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
