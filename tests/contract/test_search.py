"""What every index must do, whatever holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from streams.errors import QueryError
from streams.index.merged import at_standing, standing
from streams.index.search import FACETS, AlertQuery, Bucket, DocumentQuery, Index, StoryQuery
from streams.records import Alert, Correction, Document, Entity, Source, Story
from tests.factories import COURIER, HERALD, NOON, document, raw_item

MINUTE = timedelta(minutes=1)
PUTIN = Entity(id="e1", name="Vladimir Putin", label="PERSON", count=3)
NATO = Entity(id="e2", name="NATO", label="ORG", count=1)
ELYSEE = Entity(id="e3", name="Élysée", label="FAC", count=1)
PARIS = Entity(id="e4", name="Paris", label="GPE", count=1)


def stored(index: Index, *records: Document | Story | Alert | Correction) -> Index:
    index.write(records)
    index.refresh()
    return index


def numbered(count: int, **fields: object) -> list[Document]:
    return [document(**({"id": f"d{n:03}", "published": NOON + n * MINUTE} | fields)) for n in range(count)]


def ids(found: Iterable[Document | Story | Alert]) -> list[str]:
    return [item.id for item in found]


def find(index: Index, **query: object) -> list[str]:
    return ids(index.documents(DocumentQuery(**query)).hits)  # type: ignore[arg-type]


def test_an_empty_index_finds_nothing(index: Index) -> None:
    page = index.documents(DocumentQuery(), FACETS)
    assert (page.total, list(page.hits)) == (0, [])
    assert page.facets == {facet: [] for facet in FACETS}
    assert list(index.scan(DocumentQuery())) == []
    assert index.document("d1") is None
    assert index.stories(StoryQuery()).total == 0
    assert index.story("s1") is None
    assert index.alerts(AlertQuery()).total == 0
    assert index.alert("a1") is None


def test_a_document_comes_back_as_it_was_written(index: Index) -> None:
    written = document(
        title="L’Élysée\x00 — 東京 🔥", entities=[PUTIN], published=datetime(2026, 3, 2, 1, 2, 3, 4, UTC)
    )
    stored(index, written)
    assert index.document(written.id) == written
    assert list(index.documents(DocumentQuery()).hits) == [written]
    assert list(index.scan(DocumentQuery())) == [written]


def test_a_document_is_findable_by_id_at_once_and_by_query_after_a_refresh(index: Index) -> None:
    index.write([document(id="d1")])
    assert index.document("d1") is not None
    index.refresh()
    assert find(index, query="bridge") == ["d1"]


def test_other_records_are_passed_over(index: Index) -> None:
    index.write([raw_item(), document(id="d1")])
    index.refresh()
    assert find(index) == ["d1"]


def test_a_newer_version_replaces_the_document(index: Index) -> None:
    stored(index, document(id="d1", title="Bridge closed", text="", version=1))
    stored(index, document(id="d1", title="Tunnel closed", text="", version=2))
    assert find(index, query="bridge") == []
    assert find(index, query="tunnel") == ["d1"]
    assert index.documents(DocumentQuery()).total == 1


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_or_equal_version_loses(index: Index, version: int) -> None:
    stored(index, document(id="d1", title="Tunnel", version=2))
    stored(index, document(id="d1", title="Bridge", version=version))
    assert find(index, query="title:tunnel") == ["d1"]
    assert find(index, query="title:bridge") == []


def test_the_newest_version_of_one_batch_wins(index: Index) -> None:
    versions = [document(id="d1", title=f"Take {n}", version=n) for n in (1, 3, 2)]
    stored(index, *versions)
    assert index.document("d1") == versions[1]
    assert find(index, query='title:"take 3"') == ["d1"]
    assert index.documents(DocumentQuery()).total == 1


def test_documents_come_newest_first_and_equal_times_by_id(index: Index) -> None:
    times = {"a": 1, "b": 3, "c": 3, "d": 2}
    stored(index, *(document(id=name, published=NOON + n * MINUTE) for name, n in times.items()))
    assert find(index) == ["c", "b", "d", "a"]
    assert find(index, sort="oldest") == ["a", "d", "b", "c"]


def test_any_year_can_be_ordered_and_found(index: Index) -> None:
    years = (1, 1600, 1969, 2026, 9999)
    stored(index, *(document(id=f"y{year:04}", published=datetime(year, 6, 1, tzinfo=UTC)) for year in years))
    assert find(index, sort="oldest") == [f"y{year:04}" for year in years]
    assert find(index, query="published:..1969") == ["y1969", "y1600", "y0001"]
    assert find(index, since=datetime(2026, 6, 1, tzinfo=UTC)) == ["y9999", "y2026"]


def test_relevance_prefers_the_title_and_frequent_words(index: Index) -> None:
    texts = {"rare": ("News", "bridge"), "often": ("News", "bridge bridge bridge"), "title": ("Bridge", "news")}
    stored(index, *(document(id=name, title=title, text=text) for name, (title, text) in texts.items()))
    assert find(index, query="bridge", sort="relevance") == ["title", "often", "rare"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_pages_together_are_the_whole_without_gaps_and_repeats(index: Index, sort: str) -> None:
    documents = [*numbered(17), *numbered(6, published=NOON)]
    documents = [document(id=f"x{n:02}", published=item.published) for n, item in enumerate(documents)]
    stored(index, *documents)
    pages = [index.documents(DocumentQuery(sort=sort, offset=at, limit=5)) for at in range(0, 25, 5)]  # type: ignore[arg-type]
    assert {page.total for page in pages} == {23}
    assert sorted(name for page in pages for name in ids(page.hits)) == sorted(ids(documents))
    assert [name for page in pages for name in ids(page.hits)] == find(index, sort=sort, limit=100)


@pytest.mark.parametrize(("offset", "limit"), [(0, 0), (3, 10), (10**12, 10), (2, 0)])
def test_a_page_beyond_the_end_is_empty_and_still_counts(index: Index, offset: int, limit: int) -> None:
    stored(index, *numbered(3))
    page = index.documents(DocumentQuery(offset=offset, limit=limit), ["language"])
    assert (page.total, list(page.hits), page.facets) == (3, [], {"language": [Bucket("en", 3)]})


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_a_scan_gives_all_in_the_order_of_the_pages(index: Index, sort: str) -> None:
    same_time = [document(id=f"s{n:04}", published=NOON, title="bridge " * (n % 7)) for n in range(1200)]
    spread = [document(id=f"t{n:04}", published=NOON + (n - 600) * MINUTE) for n in range(1200)]
    stored(index, *same_time, *spread)
    scanned = ids(index.scan(DocumentQuery(query="bridge", sort=sort)))  # type: ignore[arg-type]
    assert scanned == find(index, query="bridge", sort=sort, limit=3000)
    assert len(set(scanned)) == 2400


def world() -> list[Document]:
    return [
        document(id="war", source=HERALD, language="en", story_id="s1", entities=[PUTIN, NATO], published=NOON),
        document(id="guerre", source=COURIER, language="fr", story_id="s1", entities=[PUTIN, ELYSEE, PARIS]),
        document(id="copy", source=COURIER, language="en", story_id="s2", copy_of="war", published=NOON + MINUTE),
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"entity": "e1"}, {"war", "guerre"}),
        ({"entity": "vladimir putin"}, {"war", "guerre"}),
        ({"entity": "elysee"}, {"guerre"}),
        ({"entity": "putin"}, set()),
        ({"source": "herald.example"}, {"war"}),
        ({"source": "The Herald"}, set()),
        ({"language": "en"}, {"war", "copy"}),
        ({"story": "s1"}, {"war", "guerre"}),
        ({"since": NOON + MINUTE}, {"copy"}),
        ({"until": NOON + MINUTE}, {"war", "guerre"}),
        ({"since": NOON, "until": NOON}, set()),
        ({"copies": False}, {"war", "guerre"}),
        ({"copies": False, "language": "en"}, {"war"}),
        ({"entity": "e1", "query": "lang:fr OR nothing"}, {"guerre"}),
        ({"query": 'source:"the herald"'}, {"war"}),
        ({"query": 'person:"Vladimir Putin" -org:nato'}, {"guerre"}),
        ({"query": "place:paris OR story:s2"}, {"guerre", "copy"}),
        ({"query": "NOT feed:herald"}, set()),
        ({"without": "lang:fr"}, {"war", "copy"}),
        ({"without": "bridge"}, set()),
        ({"without": ""}, set()),
        ({"query": "lang:en OR lang:fr", "without": "story:s1 -lang:fr", "copies": False}, {"guerre"}),
        ({"without": 'exact:"Bridge" OR lang:fr'}, {"war", "copy"}),
    ],
)
def test_filters_narrow_down_exactly(index: Index, filters: dict[str, object], expected: set[str]) -> None:
    stored(index, *world())
    assert set(find(index, **filters)) == expected
    assert set(ids(index.scan(DocumentQuery(**filters)))) == expected  # type: ignore[arg-type]


def test_facets_count_all_hits_with_names_as_displayed(index: Index) -> None:
    stored(index, *world())
    page = index.documents(DocumentQuery(limit=1), FACETS)
    assert page.facets == {
        "source": [Bucket("courier.example", 2), Bucket("herald.example", 1)],
        "language": [Bucket("en", 2), Bucket("fr", 1)],
        "people": [Bucket("Vladimir Putin", 2)],
        "organisations": [Bucket("NATO", 1)],
        "places": [Bucket("Paris", 1), Bucket("Élysée", 1)],
        "countries": [],
        "story": [Bucket("s1", 2), Bucket("s2", 1)],
    }


def test_only_the_facets_asked_for_are_counted_and_only_over_the_hits(index: Index) -> None:
    stored(index, *world())
    page = index.documents(DocumentQuery(language="fr"), ["people", "source"])
    assert page.facets == {"people": [Bucket("Vladimir Putin", 1)], "source": [Bucket("courier.example", 1)]}


def test_names_in_passing_are_found_but_are_no_facet_and_countries_are(index: Index) -> None:
    passing = Entity(id="e9", name="Ada Brandt", label="PERSON", count=1, passing=True)
    stored(index, document(id="a", entities=[PUTIN, passing], countries=["RU", "FR"]))
    stored(index, document(id="b", entities=[passing], countries=["FR"]))
    page = index.documents(DocumentQuery(entity="Ada Brandt"), ["people", "countries"])
    assert page.total == 2
    assert page.facets == {
        "people": [Bucket("Vladimir Putin", 1)],
        "countries": [Bucket("FR", 2), Bucket("RU", 1)],
    }


def test_the_countries_of_a_search_narrow_it_by_their_codes(index: Index) -> None:
    for number, countries in enumerate([["RU", "FR"], ["FR"], [], ["UA", "FR"]]):
        stored(index, document(id=f"d{number}", url=f"https://a.example/{number}", countries=countries))
    counted = index.documents(DocumentQuery(), ["countries"]).facets["countries"]
    assert counted == [Bucket("FR", 3), Bucket("RU", 1), Bucket("UA", 1)]
    for bucket in counted:
        assert len(find(index, query=f'country:"{bucket.value}"')) == bucket.count
    both = index.documents(DocumentQuery(query='country:"FR" country:"UA"'), ["countries"])
    assert both.facets["countries"] == [Bucket("FR", 1), Bucket("UA", 1)]


def test_a_document_counts_once_for_a_name_it_has_twice(index: Index) -> None:
    twins = [PUTIN, Entity(id="e9", name="Vladimir Putin", label="PERSON", count=1)]
    stored(index, document(entities=twins))
    assert index.documents(DocumentQuery(), ["people"]).facets == {"people": [Bucket("Vladimir Putin", 1)]}


def test_facet_counts_are_exact_over_many_values_and_writes(index: Index) -> None:
    for first in range(0, 1500, 250):
        stored(index, *(document(id=f"d{n}", story_id=f"s{n % 700}") for n in range(first, first + 250)))
    buckets = index.documents(DocumentQuery(), ["story"]).facets["story"]
    expected = sorted(((n, 3 if n < 100 else 2) for n in range(700)), key=lambda pair: (-pair[1], f"s{pair[0]}"))
    assert list(buckets) == [Bucket(f"s{n}", count) for n, count in expected[: len(buckets)]]


@pytest.mark.parametrize("query", ["bridge", "exact:bridge"])
def test_a_histogram_counts_each_step_from_its_beginning_to_before_its_end(index: Index, query: str) -> None:
    """`exact:` is told by trying the documents."""
    micro = timedelta(microseconds=1)
    edges = [NOON, NOON + MINUTE, NOON + 3 * MINUTE, NOON + 4 * MINUTE]
    assert list(index.histogram(DocumentQuery(query=query), edges).counts) == [0, 0, 0]
    times = [NOON - micro, NOON, NOON + MINUTE - micro, NOON + MINUTE, edges[-1] - micro, edges[-1]]
    found = [document(id=f"d{n}", published=at, title="a bridge") for n, at in enumerate(times)]
    other = document(id="other", published=NOON, title="ferry", text="")
    stored(index, *found, other, document(id="copy", published=NOON, title="a bridge", copy_of="d1"))
    counted = index.histogram(DocumentQuery(query=query), edges)
    assert (list(counted.counts), counted.approximate) == ([3, 1, 1], False)
    assert list(index.histogram(DocumentQuery(query=query, copies=False), edges).counts) == [2, 1, 1]


def test_a_query_that_cannot_be_parsed_is_refused_with_its_place(index: Index) -> None:
    with pytest.raises(QueryError) as caught:
        index.documents(DocumentQuery(query="bridge OR"))
    assert caught.value.position == 9
    with pytest.raises(QueryError):
        list(index.scan(DocumentQuery(query="(")))


@pytest.mark.parametrize(
    "query", ['"' + "bridge " * 199 + '"', "bridge " * 1400, "-(" * 50 + "x" + ")" * 50, "ab* " * 50, "x" * 9000]
)
def test_a_query_at_its_limits_is_answered(index: Index, query: str) -> None:
    stored(index, document(text="bridge " * 300))
    assert index.documents(DocumentQuery(query=query)).total in (0, 1)


def test_hostile_values_are_kept_and_found(index: Index) -> None:
    endless = Entity(id="e1", name="N" * 100_000, label="PERSON", count=1)
    source = Source(name="\u202e" * 500, domain="\x00.example")
    stored(index, document(id="d1", title="", text="w" * 100_000, entities=[endless], source=source, language=""))
    assert find(index, query="w" * 5000) == ["d1"]
    assert find(index, entity="n" * 100_000) == ["d1"]
    assert find(index, source="\x00.example") == ["d1"]
    assert find(index, entity="") == []
    facets = index.documents(DocumentQuery(), FACETS).facets
    assert len(facets["people"][0].value) < 1000
    assert list(facets["language"]) == []


def a_story(name: str, **fields: object) -> Story:
    defaults: dict[str, object] = {
        "id": name, "version": 1, "title": name, "state": "active", "first_seen": NOON, "last_seen": NOON,
        "created_at": NOON, "articles": 1, "copies": 0, "publishers": 1,
    }  # fmt: skip
    return Story(**(defaults | fields))  # type: ignore[arg-type]


STORIES = [
    a_story("big", articles=9, publishers=4, last_seen=NOON),
    a_story("wide", articles=5, publishers=5, last_seen=NOON + MINUTE, state="quiet"),
    a_story("new", articles=2, publishers=1, last_seen=NOON + 5 * MINUTE, recurs="old"),
    a_story("old", articles=5, publishers=4, last_seen=NOON - MINUTE, state="closed"),
    a_story("gone", articles=50, publishers=20, last_seen=NOON + 9 * MINUTE, state="closed", merged_into="big"),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (StoryQuery(), ["new", "wide", "big", "old"]),
        (StoryQuery(sort="largest"), ["wide", "big", "old", "new"]),
        (StoryQuery(state="closed"), ["old"]),
        (StoryQuery(since=NOON), ["new", "wide", "big"]),
        (StoryQuery(recurring=True), ["new"]),
        (StoryQuery(min_articles=5), ["wide", "big", "old"]),
        (StoryQuery(sort="largest", offset=1, limit=2), ["big", "old"]),
    ],
)
def test_stories_are_filtered_and_ordered_and_merged_ones_left_out(
    index: Index, query: StoryQuery, expected: Sequence[str]
) -> None:
    stored(index, *STORIES)
    page = index.stories(query)
    assert ids(page.hits) == expected
    assert page.total == (4 if query.offset else len(expected))


def test_a_story_is_found_by_id_even_when_merged_and_its_newest_version_stays(index: Index) -> None:
    stored(index, *STORIES)
    stored(index, a_story("big", version=3, title="third"))
    stored(index, a_story("big", version=2, title="second"))
    found, gone = index.story("big"), index.story("gone")
    assert found is not None
    assert found.title == "third"
    assert gone is not None
    assert gone.merged_into == "big"


def test_documents_of_a_merged_story_move_to_the_one_that_it_became_part_of(index: Index) -> None:
    stored(index, *(document(id=f"d{n}", story_id="gone", version=2) for n in range(3)), document(id="e"))
    index.write([document(id="new", story_id="gone"), a_story("gone", version=2, merged_into="big")])
    index.refresh()
    assert set(find(index, story="big")) == {"d0", "d1", "d2", "new"}
    assert find(index, story="gone") == []
    moved = index.document("d0")
    assert moved is not None
    assert (moved.story_id, moved.version) == ("big", 2)
    assert len(find(index)) == 5


def test_merged_documents_stay_where_they_are_when_a_batch_comes_again(index: Index) -> None:
    batch: list[Document | Story] = [
        document(id="d1", story_id="a"),
        a_story("a", version=2, merged_into="b"),
        a_story("b", version=2),
    ]
    later: list[Document | Story] = [
        document(id="d2", story_id="b"),
        a_story("b", version=3, merged_into="c"),
        a_story("c", version=2),
    ]
    revised = document(id="d1", story_id="c", version=2, title="Bridge open again")
    stored(index, *batch, *later)
    stored(index, *batch)
    stored(index, *batch, *later, revised)
    assert set(find(index, story="c")) == {"d1", "d2"}
    assert index.document("d1") == revised
    assert find(index, query="story:a OR story:b") == []


def test_under_the_id_of_a_merged_story_the_one_is_found_that_it_became_part_of(index: Index) -> None:
    stored(index, a_story("a", merged_into="b"), a_story("b", merged_into="c"), a_story("c"))
    stored(index, document(id="d1", story_id="c"), a_story("x", merged_into="y"), a_story("y", merged_into="x"))
    assert [one and one.id for one in (standing(index, name) for name in ("a", "b", "c", "none"))] == [
        "c", "c", "c", None,
    ]  # fmt: skip
    assert standing(index, "x") is not None
    assert find(index, **msgspec.structs.asdict(at_standing(index, DocumentQuery(story="a")))) == ["d1"]


def test_several_stories_are_found_by_id_at_once(index: Index) -> None:
    stored(index, a_story("a", merged_into="b"), a_story("b"), a_story("c"))
    found = index.stories_by_id(["a", "c", "none", ""])
    assert found == {name: index.story(name) for name in ("a", "c")}
    assert index.stories_by_id([]) == {}


def an_alert(name: str, **fields: object) -> Alert:
    defaults: dict[str, object] = {
        "id": name, "version": 1, "rule_id": "r1", "rule_name": "R", "story_id": "s1", "title": name,
        "opened_at": NOON, "updated_at": NOON, "created_at": NOON, "articles": [], "article_count": 1,
        "copies": 0, "publishers": 1, "delivery": "recorded", "delivery_reason": "backfill",
    }  # fmt: skip
    return Alert(**(defaults | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AlertQuery(), ["a3", "a1", "a2"]),
        (AlertQuery(rule="r1"), ["a1", "a2"]),
        (AlertQuery(story="s2"), ["a3", "a2"]),
        (AlertQuery(rule="r1", story="s2"), ["a2"]),
        (AlertQuery(since=NOON + MINUTE), ["a3", "a1"]),
        (AlertQuery(offset=1, limit=1), ["a1"]),
        (AlertQuery(rule="none"), []),
    ],
)
def test_alerts_are_filtered_and_come_last_updated_first(
    index: Index, query: AlertQuery, expected: Sequence[str]
) -> None:
    stored(
        index,
        an_alert("a1", updated_at=NOON + MINUTE),
        an_alert("a2", story_id="s2"),
        an_alert("a3", rule_id="r2", story_id="s2", updated_at=NOON + 2 * MINUTE),
    )
    page = index.alerts(query)
    assert ids(page.hits) == expected
    assert page.total == (3 if query.offset else len(expected))


def test_an_alert_is_updated_in_place(index: Index) -> None:
    stored(index, an_alert("a1"), an_alert("a1", version=2, title="grown"))
    found = index.alert("a1")
    assert found is not None
    assert found.title == "grown"
    assert index.alerts(AlertQuery()).total == 1
