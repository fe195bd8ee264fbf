"""What is stored of a name about which people decided, as it is by the decision, or again as it was found.

Everything keeps its version: what is newer was made by the correction already, and a record that is written once
more under the version that it has loses, as always. So this can be done again at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from streams.corrections import corrected
from streams.index.search import DocumentQuery, Search
from streams.records import Correction, Document, Story

AT_ONCE = 500


def affected(search: Search, correction: Correction) -> Iterator[list[Document | Story]]:
    """The documents in which the corrected name was found, and their stories, with the correction made.

    They come some at a time and keep their versions: each is to replace what is stored under its version.
    """
    documents = search.scan(DocumentQuery(entity=correction.id))
    while some := list(islice(documents, AT_ONCE)):
        found = (search.story(story_id) for story_id in {document.story_id for document in some})
        stories = [story for story in found if story is not None]
        records: list[Document | Story] = [*stories, *some]
        changes = ((record, by_decision(record, correction)) for record in records)
        yield [after for before, after in changes if after != before]


def by_decision(record: Document | Story, correction: Correction) -> Document | Story:
    """What is stored, with one decision taken up or back."""
    decided = {**record.corrected, correction.id: correction.goes_as}
    if correction.undone:
        del decided[correction.id]
    return corrected(record, decided)
