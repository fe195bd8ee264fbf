"""What stories owe to the order of arrival: the figures of an outside set whose rows come in other orders.

    STREAMS_EVAL=DIR python -m tests.quality.orders [NAME] [--orders N] [--within PLACES]

Articles are drawn anew among the file's times, or moved by up to so many places. Where times say nothing, the
order of the file is one of many, and what was tuned on it was tuned on its chances too: of two ways to relate,
the better one is better in the mean.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path

from tests.quality import outside

ANY = 1e9
"""Places: more than any file has rows."""


def main() -> None:
    """Print the figures of each order, and their means."""
    options = _options()
    evaluation = Path(options.evaluation)
    rows = (evaluation / "stories" / f"{options.name}.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[float]] = {}
    for seed in range(1, options.orders + 1):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{options.name}.jsonl"
            file.write_text("\n".join(drawn(rows, seed, options.within)), encoding="utf-8")
            figures = outside.stories(evaluation, file, Path(folder))
        for what, score in figures.items():
            found.setdefault(what, []).append(score.f1)
        _print(f"order {seed}", {what: f"{score.f1:.3f}" for what, score in figures.items()})
    _print("mean", {what: f"{statistics.fmean(all_f1):.3f}" for what, all_f1 in found.items()})


def drawn(rows: list[str], seed: int, within: float) -> list[str]:
    """Rows of JSON in another order, each up to so many places from its own, with the times in their old order."""
    chance = random.Random(seed)
    places = [place + chance.uniform(0, within) for place in range(len(rows))]
    order = sorted(range(len(rows)), key=places.__getitem__)
    articles = [json.loads(row) for row in rows]
    times = [{"ts": article["ts"]} if "ts" in article else {} for article in articles]
    return [json.dumps(articles[number] | time) for number, time in zip(order, times, strict=True)]


def _print(name: str, figures: dict[str, str]) -> None:
    sys.stdout.write(f"{name}: " + ", ".join(f"{what} F1 {f1}" for what, f1 in figures.items()) + "\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Figures of stories in other orders of arrival.")
    parser.add_argument("name", nargs="?", default="uci-dev")
    parser.add_argument("--orders", type=int, default=8)
    parser.add_argument("--within", type=float, default=ANY, help="places (default: any)")
    options = parser.parse_args()
    options.evaluation = os.environ.get("STREAMS_EVAL") or parser.error(
        "STREAMS_EVAL names no folder with the sets"
    )
    return options


if __name__ == "__main__":
    main()
