from __future__ import annotations

import msgspec

from streams.alerts.evidence import article
from streams.records import Span
from streams.web.matches import evidence
from tests.factories import document, hit


def test_what_a_rule_matched_is_marked_in_the_revision_that_it_saw_only() -> None:
    known = article(hit(matches={"bridge": [Span(field="text", start=4, end=10)]}))
    seen = document(text="The bridge is closed.")
    revised = document(text="All of it is well again.", revision=2)

    marked = [piece.text for piece in evidence(known, seen).snippet if piece.mark]
    assert marked == ["bridge"]
    assert evidence(known, revised).snippet == []
    withdrawn = msgspec.structs.replace(known, revision=2, withdrawn=True)
    assert evidence(withdrawn, revised).snippet == []
