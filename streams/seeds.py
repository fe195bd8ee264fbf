"""Where the files that come with the program are: starter feeds and rules, and the sample feeds."""

from __future__ import annotations

from pathlib import Path

from streams.errors import UsageError


def seeds_folder(root: Path = Path(__file__).parent.parent) -> Path:
    """The folder `seeds` next to the package. Raises UsageError when it is not there."""
    folder = root / "seeds"
    if not folder.is_dir():
        raise UsageError(f"{folder} is missing: run from a full checkout, or name your own feeds with --feeds")
    return folder
