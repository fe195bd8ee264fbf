from __future__ import annotations

import pytest

from streams.tag.context import in_context
from streams.tag.mentions import Found
from streams.tag.missed import add_missed
from tests.tag.known import KNOWN


def labelled(text: str, name: str, label: str) -> str | None:
    """What becomes of the words `name` in a text when a model gave them that label; None: no name."""
    start = text.index(name)
    found = in_context(text, [Found(start, start + len(name), label)], KNOWN)
    return found[0].label if found else None


@pytest.mark.parametrize(
    ("text", "name", "given", "label"),
    [
        ("the village of Mece was cut off", "Mece", "ORG", "GPE"),
        ("Mece is a small town", "Mece", "PERSON", "GPE"),
        ("Mece (pop. 900) is a port", "Mece", "ORG", "GPE"),
        ("flooding in Mece, a northern suburb", "Mece", "ORG", "GPE"),
        ("the retailer Bilka closed", "Bilka", "PERSON", "ORG"),
        ("Bilka, a Danish chain of shops", "Bilka", "GPE", "ORG"),
        ("Bilka, the bank's owner", "Bilka", "PERSON", "PERSON"),
        ("the firm Brazil knows best", "Brazil", "GPE", "GPE"),
        ("a fire at Aisby, Brazil", "Aisby", "ORG", "GPE"),
        ("by Harbour Ministry, Brazil", "Harbour Ministry", "ORG", "ORG"),
        ("by Jane Oduya, Brazil", "Jane Oduya", "PERSON", "PERSON"),
        ("by Aisby, Jordan said", "Aisby", "ORG", "ORG"),
        ("a flood in Saffron Walden", "Saffron Walden", "PERSON", "GPE"),
        ("trust in Jane Oduya", "Jane Oduya", "PERSON", "PERSON"),
        ("the company of the Spring Games", "Spring Games", "EVENT", "EVENT"),
    ],
)
def test_the_words_around_a_name_tell_what_it_names(text: str, name: str, given: str, label: str) -> None:
    assert labelled(text, name, given) == label


@pytest.mark.parametrize(
    ("text", "name", "given"),
    [
        ("the Battle of Lyon began", "Lyon", "GPE"),
        ("the Duke of Lyon came", "Lyon", "GPE"),
        ("two F-16 Falcon jets", "F-16 Falcon", "ORG"),
        ('their song "Anarchy in Paris" was', "Paris", "GPE"),
        ('the film "Jane Goes South" won', "Jane", "PERSON"),
    ],
)
def test_a_part_of_something_else_is_no_name(text: str, name: str, given: str) -> None:
    assert labelled(text, name, given) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [('"God bless Paris" they sang', "Paris"), ('"Paris" it read', "Paris"), ('"Thank You, Paris" said', "Paris")],
)
def test_what_is_said_is_no_title(text: str, name: str) -> None:
    assert labelled(text, name, "GPE") == "GPE"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Atwick is a village", ("Atwick", "GPE")),
        ("Chahine said her street was dark", ("Chahine", "PERSON")),
        ("Police said it was dark", None),
        ("WHX said it was dark", None),
        ("Atwick was dark", None),
    ],
)
def test_a_name_that_the_model_missed_is_known_by_its_context(text: str, found: tuple[str, str] | None) -> None:
    added = add_missed(text, [], [], KNOWN)
    assert [(text[one.start : one.end], one.label) for one in added] == ([found] if found else [])
