"""The simulation of the schedule as machine code, so that the whole world can be run in an hour.

    .venv/bin/python -m benchmarks.compiled FOLDER
    cd FOLDER && PYTHONPATH=. python -m benchmarks.polling --feeds 180000

The same modules, the reader's own among them, compiled by mypyc (a part of mypy; a C compiler is needed) in a
folder of their own. They come to the same figures as uncompiled, for less than half of the processor time.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("streams", "benchmarks")
MODULES = [
    "streams/feeds/agenda.py",
    "streams/feeds/moves.py",
    "streams/feeds/pace.py",
    "streams/feeds/schedule.py",
    "benchmarks/simulation.py",
    "benchmarks/world.py",
]
BUILD = f"""
from mypyc.build import mypycify
from setuptools import setup
modules = mypycify({MODULES})
setup(name="simulation", packages=[], ext_modules=modules, script_args=["build_ext", "--inplace"])
"""


def compile_into(folder: Path) -> None:
    """Make a folder, which must not exist, with the code in it and those modules compiled."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-c", BUILD], cwd=folder, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    compile_into(parser.parse_args().folder)
