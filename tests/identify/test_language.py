from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from streams.identify.language import declared_code, detect

EVAL = os.environ.get("STREAMS_EVAL")

TEXTS = {
    "en": "The harbour bridge was closed on Monday after engineers found cracks in two of its piers.",
    "fr": "Le pont du port a été fermé lundi après la découverte de fissures dans deux de ses piles.",
    "de": "Die Hafenbrücke wurde am Montag gesperrt, nachdem Fachleute Risse in zwei Pfeilern gefunden hatten.",
    "es": "El puente del puerto fue cerrado el lunes después de que hallaran grietas en dos de sus pilares.",
    "it": "Il ponte del porto è stato chiuso lunedì dopo la scoperta di crepe in due dei suoi piloni.",
    "pt": "A ponte do porto foi fechada na segunda-feira depois que engenheiros encontraram rachaduras.",
    "nl": "De havenbrug werd maandag gesloten nadat ingenieurs scheuren in twee pijlers hadden gevonden.",
    "ru": "Мост в порту закрыли в понедельник после того, как инженеры нашли трещины в двух опорах.",
    "uk": "Міст у порту закрили в понеділок після того, як інженери знайшли тріщини у двох опорах.",
    "ar": "أغلق جسر الميناء يوم الاثنين بعد أن عثر المهندسون على شقوق في اثنتين من دعاماته.",
    "zh": "工程师在两个桥墩上发现裂缝后，港口大桥于周一关闭。",
    "ja": "技師が橋脚に亀裂を見つけたため、港の橋は月曜日に閉鎖された。",
    "no": "Havnebroen ble stengt mandag etter at ingeniørene fant sprekker i to av pilarene, sier kommunen.",
}


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("declared", [None, "en-us", "zz"])
def test_clear_text_decides_whatever_the_feed_declares(code: str, declared: str | None) -> None:
    found = detect("", TEXTS[code], declared)
    assert found.code == code
    assert found.confidence > 0.5


def test_a_short_title_is_in_the_declared_language() -> None:
    assert detect("Trump", "", "es-ES").code == "es"
    assert detect("Harbour bridge closed", "", "en").code == "en"


@pytest.mark.parametrize("title", ["", "123 456", "BBC", "https://herald.example/ #news @jane", "\ud800", "!?"])
def test_what_has_no_language_is_undetermined_or_as_declared(title: str) -> None:
    assert detect(title, "", None).code == "und"
    assert detect(title, "", "fr").code == "fr"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"),
        ("EN-GB", "en"),
        ("fr_FR", "fr"),
        (" de ", "de"),
        ("zh-Hant-TW", "zh"),
        ("nb-NO", "no"),
        ("iw", "he"),
        ("english", None),
        ("zz", None),
        ("", None),
        (None, None),
        ("e" * 10_000, None),
    ],
)
def test_declared_languages_become_two_letter_codes(declared: str | None, code: str | None) -> None:
    assert declared_code(declared) == code


def test_threads_share_one_model() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda code: detect("", TEXTS[code], None).code, list(TEXTS) * 10))
    assert found == list(TEXTS) * 10


@pytest.mark.skipif(EVAL is None, reason="STREAMS_EVAL is not set: no outside headlines")
def test_english_headlines_are_found_to_be_english() -> None:
    lines = (Path(EVAL or "") / "stories" / "uci-dev.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [json.loads(line)["title"] for line in lines[:1000]]
    assert sum(detect(title, "", "en-us").code == "en" for title in titles) / len(titles) >= 0.99
    undeclared = [detect(title, "", None).code for title in titles]
    assert undeclared.count("en") / len(titles) >= 0.85
    assert sum(code not in ("en", "und") for code in undeclared) / len(titles) <= 0.01
