from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.codec import content_id
from streams.relate.anchors import COMMON, LEAST_WASTE, MARKED_BITS, AnchorIndex


def leads(index: AnchorIndex, *hashes: int) -> dict[str, float]:
    [known] = index.known([np.array(hashes, np.uint32)], [()])
    return index.leads(known)


def test_hashes_lead_to_the_articles_that_have_them() -> None:
    index = AnchorIndex()
    index.add("a", 1, [5, 7])
    index.add("b", 2, [7, 9])

    assert leads(index, 5, 6) == {"a": 1}
    assert leads(index, 7) == {"a": 0.5, "b": 0.5}
    assert leads(index, 5, 7, 9) == {"a": 1.5, "b": 1.5}
    assert leads(index) == {}


def test_hashes_of_the_same_last_bits_are_told_apart() -> None:
    index = AnchorIndex()
    index.add("a", 1, [5, 5 + (1 << MARKED_BITS)])
    index.add("b", 2, [5 + (2 << MARKED_BITS)])

    assert leads(index, 5) == {"a": 1}
    assert leads(index, 5 + (2 << MARKED_BITS)) == {"b": 1}
    assert leads(index, 5 + (3 << MARKED_BITS)) == {}


def test_the_largest_hash_and_zero_are_hashes_like_others() -> None:
    index = AnchorIndex()
    index.add("a", 1, [0, 2**32 - 1])

    assert leads(index, 0) == leads(index, 2**32 - 1) == {"a": 1}


def test_what_everybody_has_leads_nowhere_until_fewer_have_it() -> None:
    index = AnchorIndex()
    for seq in range(1, COMMON + 2):
        index.add(str(seq), seq, [7, 1000 + seq])

    assert leads(index, 7) == {}
    assert leads(index, 1001) == {"1": 1}

    index.remove("1", [7, 1001])
    assert len(leads(index, 7)) == COMMON


def test_a_removed_article_is_not_found_and_removing_it_again_changes_nothing() -> None:
    index = AnchorIndex()
    index.add("a", 1, [5])
    index.add("b", 2, [5])

    for _ in range(2):
        index.remove("a", [5])
        index.remove("c", [6])
        index.remove("d", [])

    assert leads(index, 5) == {"b": 1}
    assert len(index) == 1


def test_an_article_without_anchors_is_not_kept() -> None:
    index = AnchorIndex()
    index.add("a", 1, [])

    assert len(index) == 0
    assert index.oldest() is None


def test_the_oldest_is_the_first_to_arrive_that_is_left() -> None:
    index = AnchorIndex()
    for seq, name in enumerate("cab", start=1):
        index.add(name, seq, [seq])
    assert index.oldest() == "c"

    index.remove("c", [1])
    assert index.oldest() == "a"


def test_tidied_up_articles_stand_in_order_of_arrival() -> None:
    index = AnchorIndex()
    for name, seq in (("c", 3), ("a", 1), ("b", 2)):
        index.add(name, seq, [seq, 10 + seq])
    index.remove("b", [2, 12])

    index.tidy()

    assert index.oldest() == "a"
    assert leads(index, 1, 12, 13) == {"a": 1, "c": 1}


@pytest.mark.parametrize("name", [content_id("a"), content_id("a").upper(), "a", "ab", "é", "0" * 20, " " * 20])
def test_ids_of_any_form_are_told_as_they_were(name: str) -> None:
    index = AnchorIndex()
    index.add("b", 1, [4])
    index.add("c", 3, [6])
    index.add(name, 2, [5])
    assert leads(index, 5) == {name: 1}

    index.remove("b", [4])
    index.tidy()
    assert leads(index, 5, 6) == {name: 1, "c": 1}


def test_an_id_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 20 characters"):
        AnchorIndex().add("x" * 21, 1, [1])


def test_memory_for_endless_articles_is_bounded() -> None:
    index = AnchorIndex()
    for seq in range(1, 20_000):
        index.add(f"{seq:020d}", seq, [seq, seq * 7])
        if seq > 500:
            index.remove(f"{seq - 500:020d}", [seq - 500, (seq - 500) * 7])

    assert len(index) == 500
    assert len(index._seqs) <= 500 + LEAST_WASTE
    assert sum(map(len, index._segments)) + len(index._open) <= 2 * (500 + LEAST_WASTE)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_index_made_anew_finds_the_same(data: st.DataObject) -> None:
    index, kept = AnchorIndex(), dict[str, tuple[int, list[int]]]()
    anchors = st.lists(st.integers(0, 30).map(lambda number: number * 997), unique=True, max_size=4)
    for seq in range(1, data.draw(st.integers(1, 40)) + 1):
        name = data.draw(st.sampled_from("abcdefgh"))
        if name in kept:
            index.remove(name, kept[name][1])
        kept[name] = (seq, data.draw(anchors))
        index.add(name, *kept[name])
        if data.draw(st.booleans()):
            index.tidy()

    anew = AnchorIndex()
    for name, decided in kept.items():
        anew.add(name, *decided)
    anew.tidy()

    everything = [number * 997 for number in range(31)]
    assert leads(anew, *everything) == leads(index, *everything)
    assert len(anew) == len(index)


def test_hashes_that_lead_nowhere_are_not_known() -> None:
    index = AnchorIndex()
    for seq in range(1, 1000):
        index.add(f"n{seq}", seq, [seq * 2654435761 % 2**32])

    unknown, known = ([seq * 2654435761 % 2**32 for seq in seqs] for seqs in (range(1000, 2000), range(1, 1000)))
    assert index.known([np.array(known + unknown, np.uint32)], [()]) == [known]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_articles_looked_up_together_are_led_to_the_same_as_one_by_one(data: st.DataObject) -> None:
    one_by_one, together = AnchorIndex(), AnchorIndex()
    texts = st.sets(st.integers(0, 60).map(lambda number: number << (MARKED_BITS - 2)), max_size=12).map(sorted)
    batch = data.draw(st.lists(texts, max_size=12))
    before = data.draw(st.integers(0, len(batch)))
    anchors = [hashes[:3] for hashes in batch]
    for seq, found in enumerate(anchors[:before], start=1):
        one_by_one.add(str(seq), seq, found)
        together.add(str(seq), seq, found)

    known = together.known([np.array(hashes, np.uint32) for hashes in batch[before:]], anchors[before:])

    for seq, (hashes, hints) in enumerate(zip(batch[before:], known, strict=True), start=before + 1):
        assert together.leads(hints) == leads(one_by_one, *hashes)
        one_by_one.add(str(seq), seq, anchors[seq - 1])
        together.add(str(seq), seq, anchors[seq - 1])
        if data.draw(st.booleans()):
            together.tidy()


def test_growing_changes_nothing() -> None:
    index, numbers = AnchorIndex(), count(1)
    articles = {
        content_id(str(seq)): [next(numbers) * 2654435761 % 2**32 for _ in range(6)] for seq in range(1, 1500)
    }
    for seq, (name, anchors) in enumerate(articles.items(), start=1):
        index.add(name, seq, anchors)

    assert all(leads(index, *anchors) == {name: 6} for name, anchors in articles.items())
