from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tag.mentions import LABELS, MAX_NAME_CHARS, Found, clean


def cleaned(text: str, found: str, label: str, language: str = "en") -> list[str]:
    """What becomes of the words `found` in a text when a model gave them that label."""
    start = text.index(found)
    spans = clean(text, [Found(start, start + len(found), label)], language)
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("found", "label", "name"),
    [
        ("the White House", "ORG", "White House"),
        ("The Herald's", "ORG", "Herald"),
        ("Angela Merkel’s", "PERSON", "Angela Merkel"),
        ("Mr. Putin", "PERSON", "Putin"),
        ("Prime Minister Keir Starmer", "PERSON", "Keir Starmer"),
        ("Miss Dr. Jane Doe", "PERSON", "Jane Doe"),
        ("President", "PERSON", "President"),
        ("“Jane Doe”", "PERSON", "Jane Doe"),
        ("#Lisbon", "GPE", "Lisbon"),
        ("Jane Doe and", "PERSON", "Jane Doe"),
        ("Jane Doe 555-0100", "PERSON", "Jane Doe"),
        ("G20", "ORG", "G20"),
        ("Acme Corp.", "ORG", "Acme Corp."),
        ("Acme Inc.", "ORG", "Acme Inc."),
        ("Paris.", "GPE", "Paris"),
        ("U.S.", "GPE", "U.S."),
        ("Acme, Inc.", "ORG", "Acme, Inc."),
        ("canada", "GPE", "canada"),
        ("May", "PERSON", "May"),
    ],
)
def test_what_does_not_belong_to_a_name_is_cut_off(found: str, label: str, name: str) -> None:
    assert cleaned(f"It was {found} again", found, label) == [name]


@pytest.mark.parametrize(
    ("found", "label"),
    [
        ("https://example.org/Paris", "GPE"),
        ("www.Example.org", "ORG"),
        ("@JaneDoe", "PERSON"),
        ("Jane@example.org", "PERSON"),
        ("committee", "ORG"),
        ("us", "GPE"),
        ("2026", "ORG"),
        ("—", "ORG"),
        ("W", "PERSON"),
        ("Monday", "ORG"),
        ("May", "GPE"),
        ("Getty Images", "ORG"),
        ("Photo", "PERSON"),
        ("READ MORE", "ORG"),
        ("A" * (MAX_NAME_CHARS + 1), "ORG"),
    ],
)
def test_what_cannot_be_a_name_is_dropped(found: str, label: str) -> None:
    assert cleaned(f"It was {found} again", found, label) == []


@pytest.mark.parametrize("label", ["DATE", "NORP", "MONEY", "MISC", "WORK_OF_ART", "PRODUCT", "unheard of"])
def test_labels_that_nobody_searches_by_are_dropped(label: str) -> None:
    assert cleaned("Harbour Bridge", "Harbour Bridge", label) == []


@pytest.mark.parametrize(
    ("found", "label", "names"),
    [
        ("Lisbon\nJane Doe", "PERSON", ["Lisbon", "Jane Doe"]),
        ("International Monetary Fund (IMF)", "ORG", ["International Monetary Fund", "IMF"]),
        ("Washington, D.C.", "GPE", ["Washington", "D.C."]),
        ("New Delhi / Agra", "GPE", ["New Delhi", "Agra"]),
        ("Jane Doe — The Herald", "PERSON", ["Jane Doe", "Herald"]),
        ("Jane Doe/Getty Images", "PERSON", ["Jane Doe"]),
        ("CBS News/New York Times", "ORG", ["CBS News", "New York Times"]),
        ("AC/DC", "ORG", ["AC/DC"]),
        ("Doe: Supreme Court", "ORG", ["Doe", "Supreme Court"]),
        ("Jones, Smith and Partners", "ORG", ["Jones, Smith and Partners"]),
        ("Stratford-upon-Avon", "GPE", ["Stratford-upon-Avon"]),
    ],
)
def test_a_span_over_several_names_is_split(found: str, label: str, names: list[str]) -> None:
    assert cleaned(f"It was {found} again", found, label) == names


def test_a_full_stop_that_the_model_left_out_of_an_abbreviation_is_taken_in() -> None:
    assert cleaned("In the U.S. today", "U.S", "GPE") == ["U.S."]


@pytest.mark.parametrize(
    ("found", "label", "name"),
    [
        ("M. Poutine", "PER", "Poutine"),
        ("Mme Élisabeth Borne", "PER", "Élisabeth Borne"),
        ("l'Assemblée nationale", "ORG", "Assemblée nationale"),
        ("le Monde", "ORG", "Monde"),
        ("de Gaulle", "PER", "de Gaulle"),
    ],
)
def test_french_articles_and_honorifics_are_cut_off_in_french(found: str, label: str, name: str) -> None:
    assert cleaned(f"Voici {found} encore", found, label, "fr") == [name]


def test_an_initial_is_an_honorific_in_french_only() -> None:
    assert cleaned("by M. Night Shyamalan", "M. Night Shyamalan", "PERSON") == ["M. Night Shyamalan"]


def test_labels_of_all_models_become_ours() -> None:
    found = [Found(0, 4, "PER"), Found(5, 10, "LOC")]
    assert [span.label for span in clean("Jane Paris", found, "fr")] == ["PERSON", "LOC"]


@given(st.text(alphabet="aA.,'’-–/()[] \n@#19éﾞMr", max_size=300), st.data())
def test_names_lie_in_order_within_what_the_model_found_and_hold_letters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    label = data.draw(st.sampled_from(sorted(LABELS)))
    spans = clean(text, [Found(start, end, label)], data.draw(st.sampled_from(["en", "fr", "xx"])))
    position = start
    for span in spans:
        assert position <= span.start < span.end <= end + 1
        assert any(letter.isalpha() for letter in text[span.start : span.end])
        position = span.end


def test_a_hostile_span_takes_no_time() -> None:
    for junk in ("!" * 50_000 + "a", "the " * 20_000, "a(" * 30_000, "' s" * 20_000):
        assert all(
            span.end - span.start <= MAX_NAME_CHARS for span in clean(junk, [Found(0, len(junk), "ORG")], "en")
        )
