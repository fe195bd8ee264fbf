"""The data sets that quality is measured on, committed and outside.

`python -m tests.quality.sets [NAME…]` measures them and prints the floors that follow, as in `floors.toml`.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from streams.seeds import seeds_folder
from tests.quality import data, events, figures, languages, outside
from tests.quality.boilerplate import texts
from tests.quality.figures import Figures
from tests.quality.floors import BELOW
from tests.quality.scores import Score


class DataSet(NamedTuple):
    """What figures stand on: its files, and how it is measured in an empty folder."""

    files: Sequence[Path]
    measure: Callable[[Path], Figures]

    def sha256(self) -> str:
        """Of the files one after the other."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(file.read_bytes())
        return digest.hexdigest()


OUTSIDE: Mapping[str, tuple[Sequence[str], Callable[[Path, Path, Path], Figures]]] = {
    "uci-dev": (["stories/uci-dev.jsonl"], outside.stories),
    "uci-dev, second half 45 days later": (["stories/uci-dev.jsonl"], outside.returns),
    "ecbplus-dev": (["stories/ecbplus-dev.jsonl"], outside.stories),
    "allsides-dev": (["stories/allsides-dev.jsonl"], outside.stories),
    "neardup": (["neardup/docs.jsonl", "neardup/pairs.tsv"], outside.copies),
    "wikigold": (["ner/wikigold/wikigold.conll.txt"], outside.entities),
    "UNER EWT dev": (["ner/uner/en_ewt-ud-dev.iob2"], outside.entities),
    "UNER EWT test": (["ner/uner/en_ewt-ud-test.iob2"], outside.entities),
    "UNER EWT test in Title Case": (["ner/uner/en_ewt-ud-test.iob2"], outside.entities_of_headlines),
    "Broad Twitter g": (["ner/btc/g.conll"], outside.entities),
}


def data_sets(evaluation: Path | None) -> dict[str, DataSet]:
    """All data sets by name, the outside ones where their folder is given."""
    sets = {
        "sample": DataSet([data.FOLDER / "sample.jsonl", *_sample_files()], lambda _: figures.of_sample()),
        "stream": DataSet([data.FOLDER / "stream.jsonl"], figures.of_stream),
        "boilerplate, seen": DataSet([texts.SEEN], lambda _: texts.figures(texts.SEEN)),
        "boilerplate, unseen": DataSet([texts.UNSEEN], lambda _: texts.figures(texts.UNSEEN)),
        "events in four languages": DataSet([events.FILE], lambda _: events.figures()),
        "short texts": DataSet([languages.FILE], lambda _: languages.figures()),
    }
    if evaluation is not None:
        for name, (names, measure) in OUTSIDE.items():
            files = [evaluation / file for file in names]
            sets[name] = DataSet(files, partial(measure, evaluation, files[0]))
    return sets


def _sample_files() -> list[Path]:
    return sorted(
        path for path in (seeds_folder() / "sample").iterdir() if path.suffix in (".xml", ".json", ".opml")
    )


def main() -> None:
    """Measure the data sets that are named, or all."""
    sets = data_sets(Path(os.environ["STREAMS_EVAL"]) if "STREAMS_EVAL" in os.environ else None)
    for name in sys.argv[1:] or sets:
        with tempfile.TemporaryDirectory() as folder:
            measured = sets[name].measure(Path(folder))
        lines = [f'["{name}"]', f'sha256 = "{sets[name].sha256()}"', f'["{name}".figures]']
        lines += [_floor(what, score) for what, score in measured.items()]
        sys.stdout.write("\n".join(lines) + "\n\n")
        sys.stdout.flush()


def _floor(what: str, score: Score) -> str:
    least = ", ".join(f"{max(0, part - BELOW):.3f}" for part in score)
    return f'"{what}" = [{least}]  # P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}'


if __name__ == "__main__":
    main()
