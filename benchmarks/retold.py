"""Made-up news told again, so that stages which pass thousands of records a second have something to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from streams.stage import Output

IDS = ("id", "document_id", "story_id", "copy_of", "recurs", "merged_into")
"""Where articles and stories are named, in themselves and in each other."""


def retold(outputs: Sequence[Output], least: int) -> Iterator[Output]:
    """These documents, stories or hits as often as makes `least` of them, each time as of other ones."""
    for time in range(-(-least // len(outputs))):
        for output in outputs:
            named = {field: name for field in IDS if (name := getattr(output.record, field, None))}
            others = {field: f"{name}-{time}" for field, name in named.items()}
            yield Output(output.topic, f"{output.key}-{time}", msgspec.structs.replace(output.record, **others))
