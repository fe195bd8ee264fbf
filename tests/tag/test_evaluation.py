"""The tagger against the bare model on sentences whose entities people marked."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from streams.tag.models import Models
from streams.tag.tagger import Tagger

SENTENCES = 300
CORPORA = ["ner/uner/en_ewt-ud-dev.iob2", "ner/wikigold/wikigold.conll.txt"]
Spans = set[tuple[int, int, str]]


@pytest.fixture(scope="module")
def evaluation() -> Path:
    if "STREAMS_EVAL" not in os.environ:
        pytest.skip("STREAMS_EVAL names no folder of evaluation data")
    return Path(os.environ["STREAMS_EVAL"])


@pytest.fixture(scope="module")
def scorer(evaluation: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_entities", evaluation / "tools" / "score_entities.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("corpus", CORPORA)
def test_cleaned_mentions_are_better_than_the_bare_models(
    evaluation: Path, scorer: ModuleType, real_models: Models, corpus: str
) -> None:
    rows = list(islice(scorer.gold_rows(evaluation / corpus), SENTENCES))
    texts = [row["text"] for row in rows]
    tagged = Tagger(real_models, max_chars=5000).tag([(text, "en") for text in texts])
    clean = [[mention._asdict() for mention in mentions] for mentions in tagged]

    def spans(entities: Iterable[object]) -> list[Spans]:
        return [scorer.spans({"entities": found}, text) for found, text in zip(entities, texts, strict=True)]

    gold = spans(row["entities"] for row in rows)
    assert f1(spans(clean), gold) > f1(spans(bare_entities(real_models, texts)), gold)


def bare_entities(models: Models, texts: list[str]) -> Iterator[list[dict[str, object]]]:
    nlp = models.load("en")
    assert nlp is not None
    for doc in nlp.pipe(texts):
        yield [{"start": e.start_char, "end": e.end_char, "label": e.label_} for e in doc.ents]


def f1(found: list[Spans], gold: list[Spans]) -> float:
    hits = sum(len(one & true) for one, true in zip(found, gold, strict=True))
    return 2 * hits / (sum(map(len, found)) + sum(map(len, gold)))
