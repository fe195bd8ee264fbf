"""Write what is made of this package; `--docs URL` says where the pages of the alarms can be read."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from deploy.monitoring.alarms import DOCS, rules
from deploy.monitoring.dashboards import DASHBOARDS

FOLDER = Path(__file__).parent / "files"


def files(docs: str = DOCS) -> Iterator[tuple[Path, str]]:
    """Each file, under its path within the folder, with its text."""
    yield Path("rules.yml"), rules(docs)
    for dashboard in DASHBOARDS:
        yield Path("dashboards", f"{dashboard.name}.json"), dashboard.text()


def main() -> None:
    """Write them all."""
    options = argparse.ArgumentParser(prog="python -m deploy.monitoring", description=__doc__)
    options.add_argument("--docs", default=DOCS, help="address of the folder with the alarms' pages")
    options.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    given = options.parse_args()
    for path, text in files(given.docs):
        (given.to / path).parent.mkdir(parents=True, exist_ok=True)
        (given.to / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
