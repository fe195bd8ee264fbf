"""docs/commands.md tells of every command and option that there is, and of no other."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from streams.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(.+?)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command by the way it is called."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(commands(typer.main.get_command(app), "streams"))


def heading(path: str) -> str:
    """The command with its arguments, as the page's headings have it."""
    named = [one.metavar for one in COMMANDS[path].params if one.param_type_name == "argument"]
    return " ".join([path, *named])


def options(command: Any) -> set[str]:
    return {name for one in command.params if one.param_type_name == "option" for name in one.opts}


LIST_CHARS = 63
"""What a line of `--help` has for a command in 80 columns."""

SLOW = {
    "pydantic",
    "aiohttp",
    "fastapi",
    "tantivy",
    "lark",
    "yaml",
    "requests",
    "numpy",
    "spacy",
    "structlog",
    "rich",
}


def test_help_waits_for_no_library_that_only_a_command_needs() -> None:
    loaded = "import sys, streams.cli.app; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", loaded], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert SLOW & set(printed.split()) == set()


def test_every_command_has_its_section_and_there_is_no_other() -> None:
    assert sorted(SECTIONS) == sorted(map(heading, COMMANDS))


@pytest.mark.parametrize("path", COMMANDS)
def test_a_section_tells_of_every_option_and_of_no_other(path: str) -> None:
    section, known = SECTIONS[heading(path)], options(COMMANDS[path]) - {"--help"}
    assert set(re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE)) == known


@pytest.mark.parametrize("path", COMMANDS)
def test_each_example_is_a_call_of_the_command_that_it_stands_under(path: str) -> None:
    section = SECTIONS[heading(path)]
    examples = re.findall(r"^(?:echo .* \| )?(streams .*)$", section.partition("```")[2], re.MULTILINE)
    assert examples
    for example in examples:
        given = shlex.split(example)[len(path.split()) :]
        assert example.startswith(path)
        COMMANDS[path].make_context(path, given)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_option_and_argument_says_what_it_is_for(path: str) -> None:
    assert COMMANDS[path].help
    assert [one.name for one in COMMANDS[path].params if not getattr(one, "help", "")] == []


@pytest.mark.parametrize("path", COMMANDS)
def test_the_list_of_commands_says_in_whole_sentences_what_each_does(path: str) -> None:
    assert COMMANDS[path].get_short_help_str(LIST_CHARS).endswith(".")
    assert not COMMANDS[path].get_short_help_str(LIST_CHARS).endswith("...")


ROOT = Path(__file__).parents[2]
OTHER_PAGES = [page for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if page.name != "commands.md"]
GROUPS = {path.rpartition(" ")[0] for path in COMMANDS} - {"streams"}


@pytest.mark.parametrize("page", OTHER_PAGES, ids=lambda page: page.name)
def test_other_pages_call_only_commands_that_there_are_with_what_they_take(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = re.findall(
        r"(?:^|[|;] )(?:\w+=\S+ )*(streams [a-z].*?)(?: *(?:#|\||;|2?>|&)|$)", "\n".join(blocks), re.MULTILINE
    )
    for line in lines:
        words = shlex.split(line)
        path = next((path for path in COMMANDS if words[: len(path.split())] == path.split()), None)
        assert path is not None, f"{page.name}: {line} is no command"
        COMMANDS[path].make_context(path, words[len(path.split()) :])
    for named in re.findall(r"`(?:\w+=\S+ )*(streams [a-z]+(?: [a-z]+)?)[^`]*`", text):
        known = named in GROUPS or any(path == named or named.startswith(f"{path} ") for path in COMMANDS)
        assert known, f"{page.name}: `{named}` is no command"
