"""The quality figures on the labelled data that is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from streams.rows import Row
from streams.settings import load
from streams.tag.models import Models
from streams.tag.tagger import Tagger
from tests.quality import data, found, scores
from tests.quality.data import Labelled, SampleItem
from tests.quality.found import Found
from tests.quality.scores import Score, Told
from tests.quality.variants import variants

Figures = Mapping[str, Score]

FEWEST_WORDS = 30
"""Of a text that copies are made of."""


def of_sample() -> Figures:
    """On the bundled feeds, with the lines that are not the articles'."""
    settings = load()
    items, made = data.sample(), found.in_sample(Tagger(Models(settings.models), settings.tag_max_chars))
    return _figures(items, made) | _removed(items, made)


def of_stream(folder: Path) -> Figures:
    """On the stream, replayed into a new folder, and on copies made of its longer texts."""
    texts = [Row(id=item.id, title=item.title, text=item.text or item.summary) for item in data.stream()]
    long = [row for row in texts if len(row.text.split()) >= FEWEST_WORDS]
    return {**_figures(data.stream(), found.in_stream(folder)), **variants(long)}


def _figures(items: Sequence[Labelled], made: Mapping[str, Found]) -> dict[str, Score]:
    true_stories, found_stories = [item.story for item in items], [made[item.id].story for item in items]
    named = [item for item in items if item.entities is not None]
    return {
        "stories, by item (B-cubed)": scores.bcubed(true_stories, found_stories),
        "stories, by pair": scores.pairwise(true_stories, found_stories),
        "copies, by pair": scores.copies(
            {item.id: item.copy_of for item in items}, {item.id: made[item.id].copy_of for item in items}
        ),
        "returns": scores.returns(
            {item.id: Told(item.story, item.recurs_story) for item in items},
            {item.id: Told(made[item.id].story, made[item.id].recurs) for item in items},
        ),
        "names": scores.of_sets(
            [{found.name_of(name.name, name.label) for name in item.entities or ()} for item in named],
            [made[item.id].names for item in named],
        ),
        "languages": scores.of_sets(
            [{item.language} for item in items], [{made[item.id].language} for item in items]
        ),
    }


def _removed(items: Sequence[SampleItem], made: Mapping[str, Found]) -> dict[str, Score]:
    true, taken = [set(item.removed) for item in items], [made[item.id].removed for item in items]
    return {
        "removed lines": scores.of_sets(
            [{line.text for line in lines} for lines in true], [{line.text for line in lines} for lines in taken]
        ),
        "removed lines and their kinds": scores.of_sets(true, taken),
    }
