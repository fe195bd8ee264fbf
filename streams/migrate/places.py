"""Where in a cluster each value of a stage's memory belongs: in the partition whose records it is about.

Identities and what repeats in a source lie where that source's items come in, decisions about stories where the
one story group is, alerts and what rules have counted where the rule's hits come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from streams import codec
from streams.alerts.memory import MUTE
from streams.codec import content_id
from streams.engines.kafka import key_partition
from streams.identify.repeats import HABITS
from streams.migrate.copy import PAGE, Copy, Write
from streams.records import Document, Edit

ARTICLES = "articles"


class SourcesOfArticles:
    """From which publisher each article came, as the index tells; kept on the disk (see Copy)."""

    def __init__(self, partitions: int, documents: Iterable[Document]) -> None:
        self._partitions = partitions
        self._of_habits: dict[str, int] = {}
        self._copy = Copy()
        remaining = iter(documents)
        while some := list(islice(remaining, PAGE)):
            self._copy.put(ARTICLES, map(self._place, some))
        self._table = self._copy.table(ARTICLES)

    def close(self) -> None:
        """Forget it all."""
        self._copy.close()

    def places(self, key: bytes) -> Sequence[int]:
        """Where an identity or a source's habits belong: everywhere, where no article tells. Either is harmless:
        one that lies where nothing asks for it is forgotten in time.
        """
        name = key.decode()
        if name.startswith(HABITS):
            found = self._of_habits.get(name)
        else:
            value = self._table.get(key)
            found = None if value is None else int(value)
        return range(self._partitions) if found is None else [found]

    def _place(self, document: Document) -> Write:
        domain = document.source.domain
        place = key_partition(domain, self._partitions)
        self._of_habits[HABITS + content_id(domain)] = place
        return Write(document.id.encode(), 0, 0, str(place).encode())


def place_of_story(_: bytes) -> Sequence[int]:
    """Where a decision about a story belongs."""
    return [0]


def places_of_alert(key: bytes, value: bytes, partitions: int) -> Sequence[int]:
    """Where an alert, what a rule has counted, or a mute belongs: a mute of all rules everywhere."""
    name = key.decode()
    rule_id = codec.unpack_as(value, Edit).rule_id if name.startswith(MUTE) else name.partition(".")[0]
    return [key_partition(rule_id, partitions)] if rule_id else range(partitions)
