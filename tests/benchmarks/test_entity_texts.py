from __future__ import annotations

from benchmarks.entity_texts import told_again


def test_texts_are_told_again_in_other_words_that_look_alike() -> None:
    texts = ["Harbour bridge shut at six", "Ferry aground"]
    told = list(told_again(texts, 5))

    assert told[:2] == texts
    assert told[2] == "Hrboura bidger shut at six"
    assert len(set(told)) == 5
    assert [list(map(len, text.split())) for text in told[2:4]] == [list(map(len, text.split())) for text in texts]
