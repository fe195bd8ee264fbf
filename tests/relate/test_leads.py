from __future__ import annotations

import pytest

from streams.relate.leads import MOST_CHARS, lead_sentence

CHINESE = "港口当局星期一因为钢梁出现裂缝而关闭了这座跨海大桥的全部交通。"


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("", ""),
        ("The bridge was closed on Monday. Ferries run.", "The bridge was closed on Monday."),
        ("Gov. J. R. Smith closed the old bridge. He left.", "Gov. J. R. Smith closed the old bridge."),
        ("The U.S. Army closed the bridge on Monday. It left.", "The U.S. Army closed the bridge on Monday."),
        ("“Will the old bridge hold?” Nobody knows.", "“Will the old bridge hold?”"),
        ("Prices rose by 3.5 percent in March. Again.", "Prices rose by 3.5 percent in March."),
        ("Il ferme le pont au trafic lundi. Émile le dit.", "Il ferme le pont au trafic lundi."),
        ("PORT CITY\n\nThe bridge was closed\nby the port. It is old.", "The bridge was closed by the port."),
        ("No!", "No!"),
        ("Stop! The bridge is closed from Monday on. Yes.", "Stop! The bridge is closed from Monday on."),
        (f"{CHINESE}渡轮将接送乘客。", CHINESE),
    ],
)  # fmt: skip
def test_the_first_sentence_is_found(text: str, lead: str) -> None:
    assert lead_sentence(text) == lead


def test_a_long_sentence_is_cut_between_words() -> None:
    lead = lead_sentence("word, " * 500)

    assert len(lead) <= MOST_CHARS
    assert lead.endswith("word…")


def test_a_long_word_and_many_full_stops_are_no_trouble() -> None:
    assert len(lead_sentence("w" * 100_000)) == MOST_CHARS
    assert len(lead_sentence("a. B" * 100_000)) <= MOST_CHARS
