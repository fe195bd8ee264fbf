"""The commands of a page of the docs, carried out as a person would: in one shell, one after the other."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.cli.app import call
from tests.deploy.compose import ROOT

END_S = 60.0


class Section(NamedTuple):
    """What stands under a heading: commands, and the files shown."""

    heading: str
    commands: list[str]
    shown: list[str]


def sections(page: Path) -> dict[str, Section]:
    """Those of a page, by their headings, in order."""
    found = {}
    for part in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        blocks = re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)
        commands = [
            line.removeprefix("$ ")
            for kind, block in blocks
            if kind == "console"
            for line in block.splitlines()
            if line.startswith("$ ")
        ]
        found[heading] = Section(heading, commands, [block for kind, block in blocks if kind != "console"])
    return found


class Shell:
    """Carries out commands with an environment and a folder of its own; `instead` are texts in place of others.

    `streams` runs in this process, as starting it costs seconds; what ends with `&` in one of its own.
    """

    def __init__(self, patch: pytest.MonkeyPatch, instead: Mapping[str, str]) -> None:
        self.instead = dict(instead)
        self._patch = patch
        self._jobs: list[subprocess.Popen[bytes]] = []

    def carry_out(self, commands: Sequence[str]) -> None:
        """Run them in order; fails at the first that fails."""
        for command in commands:
            told = command
            for theirs, ours in self.instead.items():
                told = told.replace(theirs, ours)
            assert self._run(told) == 0, told

    def end(self) -> list[int]:
        """Ask what still runs to end; returns the exit statuses of all that ran beside."""
        for job in self._jobs:
            if job.poll() is None:
                job.send_signal(signal.SIGTERM)
        return [job.wait(END_S) for job in self._jobs]

    def _run(self, command: str) -> int:
        program, *arguments = shlex.split(command)
        match program:
            case "cd":
                self._patch.chdir(arguments[0])
                return 0
            case "export":
                return self._export(command)
            case "kill":
                job = self._jobs[int(arguments[0].removeprefix("%")) - 1]
                job.send_signal(signal.SIGTERM)
                return job.wait(END_S)
            case "streams" if arguments[-1] != "&":
                return call(arguments)
            case "make":  # what it would do is done before any test runs
                return subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, check=False).returncode
        if arguments[-1] == "&":
            self._jobs.append(subprocess.Popen(["bash", "-c", f"exec env {_ours(command[:-1])}"], env=_path()))
            return 0
        return subprocess.run(["bash", "-c", command], check=False).returncode

    def _export(self, command: str) -> int:
        """Take over what a real shell makes of it."""
        names = [word.partition("=")[0] for word in shlex.split(command)[1:]]
        script = f"{command}; " + "; ".join(f'printf "%s\\0" "${name}"' for name in names)
        done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, text=True, check=False)
        for name, value in zip(names, done.stdout.split("\0"), strict=False):
            self._patch.setenv(name, value)
        return done.returncode


def _ours(command: str) -> str:
    """The command with this program in place of the installed one."""
    return re.sub(r"\bstreams\b", f"{sys.executable} -m streams", command, count=1)


def _path() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}
