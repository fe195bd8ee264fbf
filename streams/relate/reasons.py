"""Decisions in words and numbers, as `explain` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.records import Decision

if TYPE_CHECKING:  # Every worker knows the words, one alone what they are about.
    from streams.relate.attribution import Attribution
    from streams.relate.copies import Copy
    from streams.relate.related import Likeness
    from streams.relate.returns import Return
    from streams.relate.stories import Choice

BRINGS_BACK = "brings back story "
"""How the decision begins that an earlier story is brought back; stories are counted by it."""


def about_copy(shingles: int, copy: Copy | None) -> Decision:
    """What the article of so many shingles repeats."""
    if copy is None:
        return _decision("original", "no remembered text is this close", {"shingles": shingles})
    numbers: dict[str, float | int | str] = {
        "jaccard": round(copy.overlap.jaccard, 3),
        "containment": round(copy.overlap.containment, 3),
        "shingles": shingles,
        "nearest": copy.nearest,
    }
    why = "is nearly the same text" if copy.near else "one stands in the other"
    return _decision(f"copy of {copy.original}", why, numbers)


def about_attribution(named: Attribution) -> Decision:
    """The publisher that the text gives credit to."""
    return _decision(f"attributed to {named.publisher}", "the text says so", {"words": named.words})


def about_following(story_id: str, nearest: str, gap_days: float) -> Decision:
    """A copy joins its original's story."""
    numbers: dict[str, float | int | str] = {"nearest": nearest, "gap_days": round(gap_days, 2)}
    return _decision(f"joins story {story_id}", "a copy belongs to its original's story", numbers)


def about_own_story(story_id: str) -> Decision:
    """An article that was forgotten and comes again."""
    return _decision(f"belongs to story {story_id}", "it began this story, and was forgotten since", {})


def about_choice(choice: Choice) -> Decision:
    """The story joined, or the one that was not enough."""
    numbers: dict[str, float | int | str] = {"threshold": round(choice.threshold, 3)}
    if choice.story_id is not None:
        numbers |= {
            "score": round(choice.score, 3),
            "nearest": choice.story_id,
            "gap_days": round(choice.gap_days, 2),
        }
    if choice.runner_up is not None:
        numbers |= {"runner_up_score": round(choice.runner_up_score, 3), "runner_up": choice.runner_up}
    if choice.joins:
        return _decision(f"joins story {choice.story_id}", "resembles it most, and enough", numbers)
    return _decision("begins a story", "resembles no open story enough", numbers)


def about_other_language(story_id: str, nearest: str, score: float, threshold: float) -> Decision:
    """An article joins the story of one in another language."""
    numbers: dict[str, float | int | str] = {"score": round(score, 3), "threshold": threshold, "nearest": nearest}
    return _decision(f"joins story {story_id}", "an article in another language says the same", numbers)


def about_return(earlier: Return) -> Decision:
    """The earlier story that is brought back, or the one that was not enough."""
    numbers: dict[str, float | int | str] = {
        "score": round(earlier.score, 3),
        "threshold": earlier.threshold,
        "nearest": earlier.story_id,
    }
    if earlier.comes_back:
        return _decision(f"{BRINGS_BACK}{earlier.story_id}", "resembles it most, and enough", numbers)
    return _decision("brings no story back", "resembles no earlier story enough", numbers)


def about_taking_in(part: str, likeness: Likeness) -> Decision:
    """A story that turned out to be part of this one."""
    return _decision(f"takes in story {part}", "tells the same, beyond doubt", _likeness(likeness))


def about_part(whole: str, likeness: Likeness) -> Decision:
    """The story that this one turned out to be part of."""
    return _decision(f"becomes part of story {whole}", "tells the same, beyond doubt", _likeness(likeness))


def _likeness(likeness: Likeness) -> dict[str, float | int | str]:
    return {"score": round(likeness.score, 3), "threshold": likeness.threshold}


def _decision(what: str, why: str, numbers: dict[str, float | int | str]) -> Decision:
    return Decision(stage="relate", what=what, why=why, numbers=numbers)
