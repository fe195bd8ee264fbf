"""From a query as people write it to its parsed form, and back.

    bridge closed                both words (AND may be written)
    "harbour bridge"             a phrase; so is a word of several tokens, as harbour-bridge
    bridge OR ferry              at least one; AND binds tighter, brackets group
    NOT bridge, -bridge          without it
    elect*                       words that begin so; at least two letters
    bridge NEAR/3 closed         at most three words between them; ONEAR/3: in this order
    case:US  exact:"U.S."        with these capitals; character by character
    title:bridge  text:(a OR b)  only there
    person:"Jane Doe"            an exact value: entity, person, org, place, country, source, domain, lang,
                                 story, feed
    copies:>3                    see streams.query.numbers
    published:>=2026-03-01       see streams.query.dates

The empty query finds everything. AND, OR, NOT, NEAR and ONEAR are capitals; `&&`, `||` and `!` mean the same as
the first three, and `+` before a term nothing. A backslash takes away a character's meaning. Signs that are no
words (`&`, `–`) are passed over beside words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from streams.errors import QueryError
from streams.query.dates import parse_published
from streams.query.fields import FORMS, TEXT_FIELDS
from streams.query.mistakes import explain, query_error
from streams.query.nodes import (
    And,
    AsWritten,
    Everything,
    Gap,
    Keyword,
    KeywordField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    TextField,
    Word,
)
from streams.query.numbers import parse_copies
from streams.query.tokens import fold, is_unspaced, tokenize, words

MAX_CHARS = 10_000
MAX_DEPTH = 100
MAX_TERMS = 2000
MAX_PHRASE_WORDS = 200
MAX_GAP = 100
MIN_PREFIX_CHARS = 2

_ESCAPED = re.compile(r"\\([\s\S])")


def parse(text: str) -> Node:
    """Parse a query.

    Raises QueryError that shows the place and says what was expected there, or names the limit that the
    query exceeds.
    """
    if len(text) > MAX_CHARS:
        raise query_error(text, MAX_CHARS, f"the query has {len(text)} characters, at most {MAX_CHARS} are read")
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise explain(text, error) from error
    return _Builder(text).build(tree)


def lexed(text: str) -> list[Token]:
    """The words, phrases, fields and operators of a query that can be parsed."""
    return list(_grammar().lex(text))


@cache
def _grammar() -> Lark:
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", lexer="basic")


_Branch = Tree[Token] | Token


class _Scope(NamedTuple):
    """What stands before the term that is being read: a field, and how words are compared."""

    field: Token | None = None
    form: Token | None = None


class _Builder:
    """Makes nodes of one query's syntax tree."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._terms = 0

    def build(self, start: Tree[Token]) -> Node:
        return self._node(start.children[0], _Scope(), 0) if start.children else Everything()

    def _node(self, branch: _Branch, scope: _Scope, depth: int) -> Node:
        if isinstance(branch, Token):
            return self._leaf(branch, scope)
        match branch.data:
            case "conjunction":
                return _joined(And, [self._node(child, scope, depth) for child in _without_signs(branch)])
            case "disjunction":
                return _joined(Or, [self._node(child, scope, depth) for child in branch.children])
            case "exclusion":
                return Not(self._node(branch.children[0], scope, self._deeper(branch, depth)))
            case "negation":  # a plus sign
                return self._node(branch.children[0], scope, self._deeper(branch, depth))
            case "group":
                return self._node(branch.children[0], scope, self._deeper(branch, depth))
            case "proximity":
                return self._near(branch, scope, depth)
            case _:
                return self._scoped(branch, scope, depth)

    def _scoped(self, branch: Tree[Token], outer: _Scope, depth: int) -> Node:
        name, operand = branch.children
        assert isinstance(name, Token)
        is_form = name[:-1] in FORMS
        taken = outer.form if is_form else outer.field
        if taken is None and is_form and outer.field is not None and outer.field[:-1] not in TEXT_FIELDS:
            taken = outer.field
        if taken is None and outer.form is not None and name[:-1] not in TEXT_FIELDS:
            taken = outer.form
        if taken is not None:
            raise self._error(name, f"{name} cannot stand inside {taken}")
        inner = outer._replace(form=name) if is_form else outer._replace(field=name)
        return self._node(operand, inner, self._deeper(branch, depth))

    def _near(self, branch: Tree[Token], scope: _Scope, depth: int) -> Near:
        operators = cast(list[Token], branch.children[1::2])
        if scope.field is not None and scope.field[:-1] not in TEXT_FIELDS:
            raise self._error(operators[0], f"{operators[0]} is about words, not about {scope.field}")
        terms = []
        for child, operator in zip(branch.children[::2], (operators[0], *operators), strict=True):
            terms.append(self._node(child, scope, depth))
            if not _has_places(terms[-1]):
                raise self._error(operator, f"{operator} takes words, phrases and (… OR …) of these on both sides")
        return Near(terms=tuple(terms), gaps=tuple(map(self._gap, operators)))

    def _gap(self, operator: Token) -> Gap:
        name, _, number = operator.partition("/")
        if not number:
            raise self._error(operator, f"write how many words may stand between: {name}/5; \\{name} is the word")
        if int(number[:10]) > MAX_GAP:
            raise self._error(operator, f"{name} takes a distance of at most {MAX_GAP} words")
        return Gap(int(number), name == "ONEAR")

    def _deeper(self, branch: Tree[Token], depth: int) -> int:
        if depth == MAX_DEPTH:
            message = f"brackets, fields and NOTs are nested more than {MAX_DEPTH} deep"
            raise self._error(_first(branch), message)
        return depth + 1

    def _leaf(self, term: Token, scope: _Scope) -> Node:
        field = scope.field and scope.field[:-1]
        if field is None or field in TEXT_FIELDS:
            node = self._text_leaf(term, field, scope.form)
        elif field == "published":
            node = self._read(term, parse_published)
        elif field == "copies":
            node = self._read(term, parse_copies)
        else:
            node = self._keyword(term, cast(KeywordField, field))
        self._terms += len(node.tokens) if isinstance(node, Phrase | AsWritten) else 1
        if self._terms > MAX_TERMS:
            raise self._error(term, f"the query has more than {MAX_TERMS} words")
        return node

    def _text_leaf(self, term: Token, field: TextField | None, form: Token | None) -> Node:
        if term == "*":
            raise self._error(term, f"a * needs at least {MIN_PREFIX_CHARS} letters before it; \\* is the sign")
        found = tuple(words(_value(term)))
        if not found:
            raise self._error(term, "there is no letter or digit to search for here")
        if self._is_prefix(term) and not is_unspaced(found[-1]):
            if form is not None:
                raise self._error(term, f"{form} takes words as they are written, without *")
            return self._prefix(term, found, field)
        if len(found) > MAX_PHRASE_WORDS:
            raise self._error(term, f"this phrase has {len(found)} words, at most {MAX_PHRASE_WORDS} are read")
        if form is not None:
            return _as_written(_value(term), field, exact=form == "exact:")
        return Phrase(tokens=found, field=field) if len(found) > 1 else Word(token=found[0], field=field)

    def _prefix(self, term: Token, found: tuple[str, ...], field: TextField | None) -> Word:
        if len(found) > 1:
            raise self._error(term, f"{' '.join(found)!r} are several words, and a * can end only a single one")
        if len(found[0]) < MIN_PREFIX_CHARS:
            raise self._error(term, f"a * needs at least {MIN_PREFIX_CHARS} letters before it")
        return Word(token=found[0], prefix=True, field=field)

    def _is_prefix(self, term: Token) -> bool:
        """Whether the word ends in a star. Stars elsewhere are refused; within quotes they mean nothing."""
        if term.type == "PHRASE":
            return False
        star = _ESCAPED.sub("__", term).find("*")
        if star not in (-1, len(term) - 1):
            raise query_error(self._query, _start(term) + star, "a * can only end a word")
        return star >= 0

    def _read(self, term: Token, read: Callable[[str], Node]) -> Node:
        try:
            return read(_value(term))
        except ValueError as error:
            raise self._error(term, str(error)) from error

    def _keyword(self, term: Token, field: KeywordField) -> Keyword:
        if self._is_prefix(term):
            raise self._error(term, f"{field}: takes an exact value, without *")
        value = _value(term)
        if not fold(value):
            raise self._error(term, f"{field}: needs a value")
        return Keyword(field=field, value=value)

    def _error(self, term: Token, message: str) -> QueryError:
        return query_error(self._query, _start(term), message)


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    """The nodes joined, those of the same kind taken in."""
    if len(nodes) == 1:
        return nodes[0]
    return kind(tuple(part for node in nodes for part in (node.nodes if isinstance(node, kind) else (node,))))


def _without_signs(conjunction: Tree[Token]) -> list[_Branch]:
    """The terms joined, less words without a letter (`&`), unless there is nothing else."""
    rest = [term for term in conjunction.children if not _is_sign(term)]
    return rest or conjunction.children[:1]


def _is_sign(term: _Branch) -> bool:
    return isinstance(term, Token) and term.type == "WORD" and "*" not in term and not words(_value(term))


def _value(token: Token) -> str:
    if token.type == "WORD":
        return _ESCAPED.sub(r"\1", token)
    inside = token[1:-1]
    return _ESCAPED.sub(r"\1", inside) if token.startswith('"') else inside


def _first(branch: _Branch) -> Token:
    while not isinstance(branch, Token):
        branch = branch.children[0]
    return branch


def _start(token: Token) -> int:
    return token.start_pos or 0


def _as_written(text: str, field: TextField | None, *, exact: bool) -> AsWritten:
    found = tokenize(text)
    tokens = tuple(token.text for token in found)
    return AsWritten(text=text[found[0].start : found[-1].end], tokens=tokens, exact=exact, field=field)


def _has_places(node: Node) -> bool:
    if isinstance(node, Or):
        return all(map(_has_places, node.nodes))
    return isinstance(node, Word | Phrase | AsWritten)
