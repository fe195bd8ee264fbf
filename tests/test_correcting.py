"""What people say of a name as they find it."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.correcting import Wish, decide, told
from streams.errors import NotFoundError, UsageError
from streams.index.embedded import EmbeddedIndex
from streams.records import Correction, Entity, GoesAs
from streams.tag.stage import entity_id
from tests.factories import NOON, document

ADA = Entity(id="e-ada", name="Ada", label="PERSON", count=1)
BRANDT = Entity(id="e-brandt", name="Ada Brandt", label="PERSON", count=1, ids={"wikidata": "Q1"})
LAKE = Entity(id="e-lake", name="Lake Ada", label="LOC", count=1, country="FR")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIndex:
    made = EmbeddedIndex(Path(tmp_path_factory.mktemp("index")))
    made.write([document(entities=[ADA, BRANDT, LAKE])])
    made.refresh()
    return made


def decided(index: EmbeddedIndex, wanted: str, wish: Wish, *known: Correction) -> Correction:
    return decide(index, known, wanted, wish, NOON)


def test_a_name_goes_into_another_one_with_all_that_is_known_of_it(index: EmbeddedIndex) -> None:
    found = decided(index, "ada", Wish(into="Ada Brandt"))

    assert found == Correction(
        id="e-ada",
        name="Ada",
        at=NOON,
        goes_as=GoesAs(id="e-brandt", name="Ada Brandt", label="PERSON", ids={"wikidata": "Q1"}),
    )
    assert told(found) == "Ada (e-ada) goes as Ada Brandt, person (e-brandt)"


def test_a_new_name_or_type_has_the_id_under_which_it_will_be_found(index: EmbeddedIndex) -> None:
    renamed = decided(index, "e-ada", Wish(name=" Ada  Lovelace ")).goes_as
    place = decided(index, "Ada", Wish(type="place")).goes_as
    lake = decided(index, "Lake Ada", Wish(name="Ada Lake", type="place")).goes_as
    person = decided(index, "Lake Ada", Wish(type="person")).goes_as

    assert renamed == GoesAs(id=entity_id("PERSON", "Ada Lovelace"), name="Ada Lovelace", label="PERSON")
    assert place == GoesAs(id=entity_id("GPE", "Ada"), name="Ada", label="GPE")
    assert lake == GoesAs(id=entity_id("LOC", "Ada Lake"), name="Ada Lake", label="LOC", country="FR")
    assert person is not None
    assert person.country is None


def test_what_was_decided_can_be_taken_back_by_the_name_as_it_was(index: EmbeddedIndex) -> None:
    never = Correction(id="e-x", name="Sign up", at=NOON)

    undone = decided(index, "sign UP", Wish(undo=True), never)

    assert (undone.id, undone.undone) == ("e-x", True)
    assert [told(one) for one in (never, undone)] == [
        "Sign up (e-x) is no name",
        "Sign up (e-x) goes as it was found again",
    ]


@pytest.mark.parametrize(
    ("wanted", "wish", "error", "said"),
    [
        ("Ada", Wish(), UsageError, "say one of these: name and type"),
        ("Ada", Wish(never=True, undo=True), UsageError, "say one of"),
        ("Ada", Wish(name="B1", into="Lake Ada"), UsageError, "say one of"),
        ("Nobody", Wish(never=True), NotFoundError, "no article names 'Nobody'"),
        ("Ada", Wish(into="Nobody"), NotFoundError, "no article names 'Nobody'"),
        ("Ada", Wish(undo=True), NotFoundError, "nothing was decided about 'Ada'"),
        ("Ada", Wish(name="!!"), UsageError, "name: '!!' has no letter or digit"),
        ("Ada", Wish(name="A\x1b[1m"), UsageError, "control character"),
        ("Ada", Wish(type="org"), UsageError, "type: 'org' is no type: take one of person"),
        ("Ada", Wish(into="e-ada"), UsageError, "is that already"),
        ("", Wish(never=True), UsageError, "names nothing"),
        ("Ada", Wish(into="x" * 501), UsageError, "names nothing"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    index: EmbeddedIndex, wanted: str, wish: Wish, error: type[UsageError], said: str
) -> None:
    with pytest.raises(error, match=said.replace("(", r"\(")):
        decided(index, wanted, wish)
