"""What the quality figures take for granted about the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streams.tag.tagger import Mention
from tests.quality import data
from tests.quality.found import Found, in_sample


class Everywhere:
    """Finds the same organisation at the beginning of each text, or nothing at all."""

    packages: Mapping[str, str] = {}
    max_chars = 5000

    def __init__(self, name: str | None) -> None:
        self._found = [Mention(0, 5, "ORG", name, name)] if name else []

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        return [self._found for _ in texts]


def without_names(found: Mapping[str, Found]) -> dict[str, Found]:
    return {item: made._replace(names=set()) for item, made in found.items()}


def test_names_have_no_part_in_stories_and_copies_so_these_may_be_measured_without() -> None:
    nothing, the_same = in_sample(Everywhere(None)), in_sample(Everywhere("NATO"))
    assert nothing.keys() == {item.id for item in data.sample()}
    assert all(made.names for made in the_same.values())
    assert without_names(the_same) == nothing
