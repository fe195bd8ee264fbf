"""Users' names in the made-up news, and what people decide about them meanwhile."""

from __future__ import annotations

from streams.records import Correction, GoesAs
from streams.tag.stage import entity_id
from tests.factories import NOON

FILE = """
- {name: Dam, type: place, always: true}
- {name: Port, type: place, always: true}
- {name: Vane, type: person, always: true, aliases: [Renn]}
"""


def _decision(label: str, name: str, called: str | None, *, undone: bool = False) -> Correction:
    goes_as = GoesAs(id=entity_id(label, called), name=called, label=label) if called else None
    return Correction(id=entity_id(label, name), name=name, at=NOON, goes_as=goes_as, undone=undone)


DECISIONS = (
    _decision("GPE", "Dam", "High Dam"),
    _decision("PERSON", "Vane", None),
    _decision("GPE", "Port", "Dam"),
    _decision("GPE", "Dam", "High Dam", undone=True),
    _decision("PERSON", "Vane", None, undone=True),
)
"""In the end a port goes as a dam, and all else as it is found."""
