from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.identify.furniture import MAX_WORDS, furniture_in
from streams.identify.prompts import MAX_PROMPT_CHARS, NOBODY, House, house_of, prompt_in, speaks_to_reader

COURIER = house_of("The Courier", "courier.example")
PROMPTS = [
    ("newsletter", "Want the day in five minutes? Sign up for our evening newsletter here"),
    ("newsletter", "Chaque dimanche, le meilleur de la semaine : je m’inscris à la newsletter".replace("’", "'")),
    ("share", "Retrouvez-nous sur Instagram et sur notre page Facebook"),
    ("share", "What would you do? Let us know in the comments below!"),
    ("subscribe", "You've read three of five free articles this month"),
    ("subscribe", "Unterstützen Sie unabhängigen Journalismus: Werden Sie Mitglied."),
    ("subscribe", "Hazte socio y apoya nuestro periodismo"),
    ("contact", "Got a tip? Write to us at tips@courier.example"),
    ("contact", "Haben Sie Hinweise? Schreiben Sie uns."),
    ("about", "The Courier is funded by its readers."),
    ("consent", "We use cookies and those of third parties on this page"),
    ("prompt", "Ann Lee is a reporter for the Courier. @annlee"),
]
TELLING = [
    "Sign up for the march, the union urged its members, and 4,000 came.",
    "You have to see it to believe it.",
    "Write to the council before Friday if you want a bin.",
    "To join the choir, turn up on Tuesday.",
    "The app was taken out of both stores on Monday.",
    "Subscribers left the network by the thousand.",
    "Readers of the Courier raised 9,000 for the lifeboat.",
    "The Justice Department declined to comment for this story.",
    "Call the sheriff at 555-0144 if you have seen the dog.",
    "Ann Lee is an editor from Marlow and swims every day.",
    "Abonnieren kann man die Warnungen beim Land.",
    "Suivez la côte jusqu'au phare et prenez à gauche.",
]


@pytest.mark.parametrize(("kind", "text"), PROMPTS)
def test_a_line_that_speaks_to_the_reader_is_a_prompt_and_says_by_what_it_was_found(kind: str, text: str) -> None:
    found = prompt_in(text, COURIER, linked=False)
    assert found is not None
    assert found.kind == kind
    assert found.evidence


@pytest.mark.parametrize("text", TELLING)
def test_a_line_that_tells_something_is_none(text: str) -> None:
    assert prompt_in(text, COURIER, linked=False) is None


def test_a_prompt_at_the_beginning_of_a_long_text_does_not_take_it_along() -> None:
    prompt = "Sign up for our newsletter here."
    assert prompt_in(prompt, NOBODY, linked=False)
    telling = " In the harbour, two piers of the old bridge have cracked." * 4
    assert prompt_in(prompt + telling, NOBODY, linked=False) is None
    assert prompt_in(prompt * (MAX_PROMPT_CHARS // len(prompt) + 1), NOBODY, linked=False) is None


def test_an_address_of_the_house_weighs_more_than_another() -> None:
    own, other = "Questions? desk@courier.example.", "Questions? desk@council.example."
    assert prompt_in(own, COURIER, linked=False)
    assert prompt_in(other, COURIER, linked=False) is None


@pytest.mark.parametrize(
    ("name", "domain", "words"),
    [
        ("The Courier", "courier.example", ("courier",)),
        ("Daily News", "dn.example", ()),
        ("La Voz del Valle", "lavoz.example", ("lavoz", "valle")),
        ("", "", ()),
        ("<b>\x00(((", "((.example", ()),
    ],
)
def test_a_house_is_known_by_the_words_that_are_its_own(name: str, domain: str, words: tuple[str, ...]) -> None:
    assert house_of(name, domain).words == words


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("The Courier was founded in the flood.", True),
        ("The courier came at noon.", False),
        ("Tell your friends.", True),
        ("desk@courier.example", True),
        ("Police are investigating.", False),
    ],
)
def test_what_speaks_of_its_house_or_to_its_reader(text: str, speaks: bool) -> None:
    assert speaks_to_reader(text, COURIER) is speaks


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=40), st.booleans())
def test_any_text_of_any_house_is_decided(text: str, name: str, linked: bool) -> None:
    house: House = house_of(name, name)
    assert prompt_in(text, house, linked=linked) is None or len(text) <= MAX_PROMPT_CHARS
    assert furniture_in(text) is None or text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Share this article", "share"),
        ("14 Comments", "share"),
        ("Artikel drucken", "links"),
        ("Temas relacionados", "links"),
        ("Lire la suite", "continue"),
        ("Terms of use | Privacy policy", "consent"),
        ("Publicité", "advert"),
        ("Print", "furniture"),
    ],
)
def test_a_line_of_button_words_is_furniture(text: str, kind: str) -> None:
    assert furniture_in(text) == kind


@pytest.mark.parametrize(
    "text", ["", "12", "On the way home", "Stories from the harbour", "Read, he said.", "more " * (MAX_WORDS + 20)]
)
def test_a_line_with_a_word_of_its_own_or_without_a_button_word_is_none(text: str) -> None:
    assert furniture_in(text) is None
