"""A recogniser that loads fast and finds just these words: the code of the tests' model package."""

from __future__ import annotations

import os
import re
import signal

from spacy.language import Language
from spacy.tokens import Doc

WORDS = {
    "Vladimir Putin": "PERSON",
    "Putin": "PERSON",
    "Donald Trump": "PERSON",
    "Trump": "PERSON",
    "Herald": "ORG",
    "Lisbon": "GPE",
    "Monday": "DATE",
}
LONGEST_FIRST = re.compile("|".join(sorted(WORDS, key=len, reverse=True)))


@Language.component("fake_recogniser")
def recognise(doc: Doc) -> Doc:
    """Find the words; die of `Deadly`, as a process does that the system ends for want of memory."""
    if "Deadly" in doc.text:
        os.kill(os.getpid(), signal.SIGKILL)
    found = (doc.char_span(*match.span(), label=WORDS[match[0]]) for match in LONGEST_FIRST.finditer(doc.text))
    doc.ents = tuple(span for span in found if span is not None)
    return doc
