"""One id and name for each person, organisation and place, across articles.

A name is joined to one that is known only where that is the one thing it can mean: a surname to the only person of
the story who has it, or to the one whom nearly all articles mean by it; a spelling to the person whose name sounds
the same; an acronym to what articles explained it with. Two people of one surname stay two. What an article was
told is kept in its decision, so a repeat is told the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec
from rapidfuzz.fuzz import ratio

from streams.given import GivenName
from streams.joining import united
from streams.records import Entity, Span, StoryEntity, TaggedArticle
from streams.relate.naming import Canonical, Naming
from streams.relate.sounds import LEAST_LETTERS, first_sound
from streams.relate.story_names import Keyed, StoryNames
from streams.tag.atlas import NO_ATLAS, Atlas, Spot
from streams.tag.mentions import PLACES
from streams.tag.names import SMALL_WORDS, Key, is_part, key_of
from streams.tag.stage import entity_id

FAMOUS_ARTICLES, FAMOUS_SHARE = 5, 0.9
"""A surname alone is one person's for the whole stream when so many articles name that person in full, and such a
part of those that name anybody of that surname."""
EXPLAINED_ARTICLES, EXPLAINED_SHARE = 2, 0.8
"""The same for an acronym: articles that explained it."""
KIND_ARTICLES, KIND_SHARE = 4, 0.75
"""A name is the kind of thing that most articles take it for, from so many and such a part of them on."""
KIND_IN_STORY = 2
"""The same in one story, where a name stands for one thing."""
ALIKE = 75.0
"""How like two surnames of one first name must be, of 100, to be spellings of one person in one story."""
LONGEST_ACRONYM = 6

Renamed = dict[str, Canonical]
"""Under what each of an article's names goes, by the id it had, where that is another."""


class Known(Protocol):
    """Names that users gave: they go as they were given."""

    def fixed(self, tagged_id: str) -> Canonical | None:
        """The name under this id."""
        ...

    def about(self, canonical_id: str) -> GivenName | None:
        """What was given of the one that goes under this id."""
        ...


class NothingGiven:
    """No names were given."""

    def fixed(self, tagged_id: str) -> Canonical | None:
        """None."""
        return None

    def about(self, canonical_id: str) -> GivenName | None:
        """None."""
        return None


class Names(NamedTuple):
    """What names are resolved by, beside what the stream has shown: users' names and the atlas."""

    given: Known
    atlas: Atlas


UNNAMED = Names(NothingGiven(), NO_ATLAS)
"""Nothing is known of names beforehand."""


def resolve(
    article: TaggedArticle, story: Iterable[StoryEntity], naming: Naming, names: Names, before: Renamed
) -> Renamed:
    """Under what the article's people and organisations go; `before` is what an earlier revision was told."""
    beside = StoryNames(story)
    told = dict(before)
    for entity in article.entities:
        if entity.id not in told and entity.label not in PLACES:
            found = names.given.fixed(entity.id) or _known_as(entity, beside, naming)
            found = found and (names.given.fixed(found.id) or found)
            if found is not None and found.id != entity.id:
                told[entity.id] = found
    present = {entity.id for entity in article.entities}
    return {tagged: canonical for tagged, canonical in told.items() if tagged in present}


def canonical(article: TaggedArticle, renamed: Renamed, names: Names) -> list[Entity]:
    """The article's entities under their canonical ids and names, in the article's order, places with country."""
    spots = _spots(article, names.atlas)
    return united(
        _under(entity, _told(entity, renamed, spots, names.given), spots.get(entity.id), names.given)
        for entity in article.entities
    )


def aliases(article: TaggedArticle, entities: Sequence[Entity]) -> dict[str, str]:
    """The acronyms that an article explains: the id of the organisation that it joined each to."""
    found: dict[str, str] = {}
    for entity in entities:
        if entity.label == "ORG" and " " in entity.name:
            for written in {_written(article, span) for span in entity.spans}:
                if _is_acronym(written):
                    found[written] = entity.id
    return found


def _known_as(entity: Entity, story: StoryNames, naming: Naming) -> Canonical | None:
    key = key_of(entity.name)
    usual = naming.of_key(key)
    if usual and usual.who != entity.id and usual.articles >= KIND_ARTICLES and usual.share >= KIND_SHARE:
        return naming.called(usual.who)
    if same := _of_same_words(entity, story.of_key(key)):
        return same
    if entity.label == "PERSON":
        return _person(entity, key, story, naming)
    if entity.label == "ORG" and _is_acronym(entity.name):
        return _written_out(entity.name, story.organisations, naming)
    return None


def _of_same_words(entity: Entity, same: Sequence[StoryEntity]) -> Canonical | None:
    """What more articles of the story take exactly these words for, than for what this article does."""
    most = max(same, key=lambda one: (one.articles, one.id), default=None)
    own = next((one.articles for one in same if one.id == entity.id), 0)
    return _only([most]) if most and most.articles >= KIND_IN_STORY and most.articles > own else None


def _person(entity: Entity, key: Key, story: StoryNames, naming: Naming) -> Canonical | None:
    if len(key) > 1 and naming.articles(entity.id):
        return None
    whole = [one for one in story.fuller(key) if one.id != entity.id]
    if len(key) == 1:
        if whole:
            return _only(whole)
        usual = naming.of_surname(key[0])
        famous = usual and usual.articles >= FAMOUS_ARTICLES and usual.share >= FAMOUS_SHARE
        return naming.called(usual.who) if usual and famous else None
    if whole:
        return _only(whole)
    return _shorter(key, naming) or _spelled(key, naming) or _alike(key, story.people)


def _shorter(key: Key, naming: Naming) -> Canonical | None:
    """The one namesake whose name is this one with fewer or more names between the first and the last."""
    found = []
    for who in naming.namesakes(key):
        called = naming.called(who)
        other = key_of(called.name) if called else key
        if called and other[0] == key[0] and (is_part(key, other) or is_part(other, key)):
            found.append(called)
    return found[0] if len(found) == 1 else None


def _spelled(key: Key, naming: Naming) -> Canonical | None:
    usual = naming.of_sound(key)
    called = naming.called(usual.who) if usual else None
    return called if called and _agree_between(key, key_of(called.name)) else None


def _agree_between(key: Key, other: Key) -> bool:
    """Whether what stands between first and last name is the same, where both have something there."""
    return not key[1:-1] or not other[1:-1] or key[1:-1] == other[1:-1]


def _alike(key: Key, story: Sequence[Keyed]) -> Canonical | None:
    """The one person of the story of a like first name and, nearly, surname."""
    if len(key[-1]) < LEAST_LETTERS:
        return None
    near = []
    for one, other in story:
        same_first = len(other) > 1 and first_sound(other[0]) == first_sound(key[0]) and _agree_between(key, other)
        if same_first and len(other[-1]) >= LEAST_LETTERS and ratio(other[-1], key[-1]) >= ALIKE:
            near.append(one)
    return _only(near)


def _written_out(acronym: str, story: Sequence[Keyed], naming: Naming) -> Canonical | None:
    found = [one for one, of in story if acronym.lower() in _initials(of)]
    if found:
        return _only(found)
    usual = naming.of_alias(acronym)
    explained = usual and usual.articles >= EXPLAINED_ARTICLES and usual.share >= EXPLAINED_SHARE
    return naming.called(usual.who) if usual and explained else None


def _initials(key: Key) -> set[str]:
    if len(key) == 1:
        return set()
    return {
        "".join(word[0] for word in words) for words in (key, [word for word in key if word not in SMALL_WORDS])
    }


def _only(found: Sequence[StoryEntity]) -> Canonical | None:
    one = found[0] if len({one.id for one in found}) == 1 else None
    return Canonical(one.id, one.name, one.label) if one else None


def _is_acronym(name: str) -> bool:
    return 2 <= len(name) <= LONGEST_ACRONYM and name.isalpha() and name.isupper()


def _written(article: TaggedArticle, span: Span) -> str:
    return (article.title if span.field == "title" else article.text)[span.start : span.end]


def _spots(article: TaggedArticle, atlas: Atlas) -> dict[str, Spot]:
    """The place that each name of a place stands for, by the id that it had."""
    names = {entity.id: entity.name for entity in article.entities if entity.label in PLACES}
    sure: dict[str, Collection[str]] = {
        tagged: {spot.country for spot in spots}
        for tagged, name in names.items()
        if (spots := atlas.candidates(name))
    }
    found = {}
    for tagged, name in names.items():
        near = {country for other, of in sure.items() if other != tagged and len(of) == 1 for country in of}
        if spot := atlas.find(name, near, article.source.country):
            found[tagged] = spot
    return found


def _told(entity: Entity, renamed: Renamed, spots: Mapping[str, Spot], given: Known) -> Canonical:
    if entity.id in renamed:
        return renamed[entity.id]
    if entity.id in spots and given.fixed(entity.id) is None:
        name = spots[entity.id].name
        return Canonical(entity_id(entity.label, name), name, entity.label)
    return given.fixed(entity.id) or Canonical(entity.id, entity.name, entity.label)


def _under(entity: Entity, one: Canonical, spot: Spot | None, given: Known) -> Entity:
    """The entity as it is called, with what users gave and the atlas has of it."""
    about = given.about(one.id)
    if about is None and spot is None and (one.id, one.name, one.label) == (entity.id, entity.name, entity.label):
        return entity
    return msgspec.structs.replace(
        entity,
        id=one.id,
        name=one.name,
        label=one.label,
        country=(about and about.country) or (spot.country if spot else None),
        place=(about and about.place) or (spot.place if spot else None),
        ids=dict(about.ids) if about else {},
    )
