"""What is stored of a name that people corrected, as it is by the correction.

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
    """The documents that name it and their stories, corrected, some at a time: to be put in the place of what is
    there of the same version.
    """
    documents = search.scan(DocumentQuery(entity=correction.id))
    while some := list(islice(documents, AT_ONCE)):
        found = (search.story(story_id) for story_id in {document.story_id for document in some})
        stories = [corrected(story, correction) for story in found if story is not None]
        yield [*stories, *(corrected(document, correction) for document in some)]
