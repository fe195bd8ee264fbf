"""The command line: thin commands, each over one part of the program."""

from streams.cli.app import main

__all__ = ["main"]
