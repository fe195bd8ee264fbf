"""The quality figures on the outside sets, in the folder that STREAMS_EVAL names, by the scorers that are there.

Where stories and copies are scored no names are looked for: they have no part in those decisions (a test says
so), and finding them takes most of the time.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from streams import codec
from streams.replay import Line
from streams.rows import read_rows
from streams.settings import load
from streams.tag.lines import tag_lines
from streams.tag.models import Models
from streams.tag.tagger import Tagger
from tests.quality.found import replayed
from tests.quality.scores import Score
from tests.quality.variants import is_copy, variants

VARIED = 600
"""Texts of which variants are made."""

_WORD_BEGINS = re.compile(r"\b[^\W\d_]")
_SCORE = re.compile(r"^(\S+) +P ([\d.]+) +R ([\d.]+)", re.MULTILINE)


def stories(evaluation: Path, rows: Path, folder: Path) -> Mapping[str, Score]:
    """Of the articles of a file."""
    found = _scored(evaluation, "score_stories.py", rows, _decided(rows, folder))
    return {"stories, by item (B-cubed)": found["b-cubed"], "stories, by pair": found["pairwise"]}


def copies(evaluation: Path, rows: Path, folder: Path) -> Mapping[str, Score]:
    """Of a file of full texts with a list of true pairs beside it, and of what is made of some of the texts."""
    pairs, decided = rows.with_name("pairs.tsv"), _decided(rows, folder)
    return {
        "copies, by pair": _scored(evaluation, "score_neardup.py", pairs, decided)["pairs"],
        "copies, by item": _by_item(pairs, decided),
        **variants(list(islice(read_rows(rows), VARIED))),
    }


def _by_item(pairs: Path, decided: Path) -> Score:
    """Of the items that repeat an earlier one; right is also one that shares enough for the list to have it."""
    lines = [codec.decode_as(line, Line) for line in decided.read_bytes().splitlines()]
    place = {str(line.id): number for number, line in enumerate(lines)}
    repeats, share = set[int](), set[int]()
    for row in pairs.read_text(encoding="utf-8").splitlines()[1:]:
        one, other, jaccard, containment = row.split("\t")
        later = max(place[one], place[other])
        share.add(later)
        if is_copy(float(jaccard), float(containment)):
            repeats.add(later)
    found = {place[str(line.id)] for line in lines if line.copy_of is not None}
    return Score(len(found & share) / len(found), len(found & repeats) / len(repeats))


def returns(evaluation: Path, rows: Path, folder: Path) -> Mapping[str, Score]:
    """Of a file's stories, of which half comes back after 45 days."""
    waves = folder / "waves.jsonl"
    waves.write_text(_run(evaluation, "recurrence.py", "make", rows), encoding="utf-8")
    return {"returns": _scored(evaluation, "recurrence.py", "score", waves, _decided(waves, folder))["recurs"]}


def entities(evaluation: Path, corpus: Path, folder: Path) -> Mapping[str, Score]:
    """Of a corpus of sentences, tagged as `streams tag` does."""
    return _entities(evaluation, _run(evaluation, "score_entities.py", "gold", corpus), folder)


def entities_of_headlines(evaluation: Path, corpus: Path, folder: Path) -> Mapping[str, Score]:
    """The same with a capital for each word, as headlines have."""
    rows = map(json.loads, _run(evaluation, "score_entities.py", "gold", corpus).splitlines())
    titled = (row | {"text": _WORD_BEGINS.sub(_capital, row["text"])} for row in rows)
    return _entities(evaluation, "\n".join(map(json.dumps, titled)), folder)


def _capital(found: re.Match[str]) -> str:
    upper = found[0].upper()
    return upper if len(upper) == 1 else found[0]  # places of names are counted in characters


def _entities(evaluation: Path, rows: str, folder: Path) -> Mapping[str, Score]:
    gold, found = folder / "gold.jsonl", folder / "found.jsonl"
    gold.write_text(rows, encoding="utf-8")
    settings = load()
    tagger = Tagger(Models(settings.models), settings.tag_max_chars)
    with gold.open(encoding="utf-8") as lines:
        found.write_text("\n".join(tag_lines(lines, tagger)), encoding="utf-8")
    return {"entities, exact": _scored(evaluation, "score_entities.py", "score", gold, found)["all"]}


def _decided(rows: Path, folder: Path) -> Path:
    return replayed(rows, folder, load(models={}))


def _scored(evaluation: Path, tool: str, *arguments: str | Path) -> dict[str, Score]:
    """What a scorer prints, by its names for it."""
    printed = _run(evaluation, tool, *arguments)
    return {name: Score(float(precision), float(recall)) for name, precision, recall in _SCORE.findall(printed)}


def _run(evaluation: Path, tool: str, *arguments: str | Path) -> str:
    command = [sys.executable, evaluation / "tools" / tool, *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
