"""What people say of a name as they find it, made into a decision about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from streams.engines.engine import Engine
from streams.errors import NotFoundError, UsageError
from streams.given import LABELS, checked_name
from streams.index.entities import named
from streams.index.search import Search
from streams.query.tokens import fold
from streams.records import Correction, Entity, GoesAs
from streams.tag.mentions import KINDS, PLACES
from streams.tag.stage import entity_id

MAX_WANTED_CHARS = 500


class Wish(NamedTuple):
    """What a name is to be: called otherwise, of another type (a key of LABELS), `into` another one, none, or what
    it was before people decided.
    """

    name: str | None = None
    type: str | None = None
    into: str | None = None
    never: bool = False
    undo: bool = False


def correct(engine: Engine, wanted: str, wish: Wish, at: datetime, by: str = "") -> Correction:
    """Decide about an entity, and have articles that are stored and those to come go by it. Raises as `decide`."""
    correction = decide(engine.search, engine.corrections(), wanted, wish, at, by)
    engine.correct([correction])
    return correction


def decide(
    search: Search, known: Iterable[Correction], wanted: str, wish: Wish, at: datetime, by: str = ""
) -> Correction:
    """The decision about the entity of this id or name; `known` are those in force, `by` is who decides.

    Raises NotFoundError where no article names it or what it is to be part of, UsageError for what cannot be.
    """
    if sum([bool(wish.name or wish.type), wish.into is not None, wish.never, wish.undo]) != 1:
        raise UsageError("say one of these: name and type (or one of both), into, never, undo")
    for which in (wanted, wish.into):
        if which is not None and not 0 < len(which) <= MAX_WANTED_CHARS:
            raise UsageError(f"{which[:40]!r} names nothing: give an id, or a name as it is shown")
    if wish.undo:
        return _undone(known, wanted, at, by)
    one = named(search, wanted)
    if wish.never:
        goes_as = None
    elif wish.into is not None:
        goes_as = _goes_as(named(search, wish.into))
    else:
        goes_as = _otherwise(one, wish)
    if goes_as is not None and _is_that(one, goes_as, same_id=wish.into is not None):
        raise UsageError(f"{one.name} ({one.id}) is that already: nothing to change")
    return Correction(id=one.id, name=one.name, at=at, goes_as=goes_as, by=by)


def _is_that(one: Entity, goes_as: GoesAs, *, same_id: bool) -> bool:
    if same_id:
        return one.id == goes_as.id
    return (one.name, one.label) == (goes_as.name, goes_as.label)


def _undone(known: Iterable[Correction], wanted: str, at: datetime, by: str) -> Correction:
    folded = fold(wanted)
    for one in sorted(known, key=lambda one: one.id != wanted):
        if folded in (fold(one.id), fold(one.name)):
            return msgspec.structs.replace(one, at=at, goes_as=None, undone=True, by=by)
    raise NotFoundError(
        f"nothing was decided about {wanted!r}: `streams entities corrections` and /corrections list what was"
    )


def told(correction: Correction) -> str:
    """A decision in words."""
    who, goes_as = f"{correction.name} ({correction.id})", correction.goes_as
    if correction.undone:
        return f"{who} goes as it was found again"
    return (
        f"{who} goes as {goes_as.name}, {KINDS[goes_as.label]} ({goes_as.id})" if goes_as else f"{who} is no name"
    )


def _goes_as(one: Entity) -> GoesAs:
    return GoesAs(id=one.id, name=one.name, label=one.label, country=one.country, place=one.place, ids=one.ids)


def _otherwise(one: Entity, wish: Wish) -> GoesAs:
    try:
        name = one.name if wish.name is None else checked_name(wish.name)
    except ValueError as error:
        raise UsageError(f"name: {error}") from error
    label = one.label if wish.type is None else _label(wish.type, one.label)
    changed = msgspec.structs.replace(one, id=entity_id(label, name), name=name, label=label)
    if label not in PLACES:
        changed = msgspec.structs.replace(changed, country=None, place=None)
    return _goes_as(changed)


def _label(wanted: str, label: str) -> str:
    """The label of a type; what is of that type already keeps its own, as lakes and buildings do."""
    if wanted not in LABELS:
        raise UsageError(f"type: {wanted[:40]!r} is no type: take one of {', '.join(LABELS)}")
    return label if KINDS[label] == wanted else LABELS[wanted]
