"""From a query as people write it to its parsed form, and back.

    bridge closed                both words (AND may be written)
    "harbour bridge"             a phrase; so is a word of several tokens, as harbour-bridge
    bridge OR ferry              at least one; AND binds tighter, brackets group
    NOT bridge, -bridge          without it
    elect*                       words that begin so; at least two letters
    title:bridge  text:(a OR b)  only there
    person:"Jane Doe"            an exact value: entity, person, org, place, source, domain, lang, story, feed
    published:>=2026-03-01       see streams.query.dates
    *                            everything, as does the empty query

AND, OR and NOT are capitals; `&&`, `||` and `!` mean the same. A backslash takes away a character's meaning.
Signs that are no words (`&`, `–`) are passed over beside words.
"""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from streams.errors import QueryError
from streams.query.dates import format_published, parse_published
from streams.query.fields import TEXT_FIELDS
from streams.query.mistakes import explain, query_error
from streams.query.nodes import (
    And,
    Everything,
    Keyword,
    KeywordField,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    TextField,
    Word,
)
from streams.query.tokens import fold, is_unspaced, words

MAX_CHARS = 10_000
MAX_DEPTH = 100
MAX_TERMS = 2000
MAX_PHRASE_WORDS = 200
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


def to_text(node: Node) -> str:
    """Write a parsed query so that parsing it gives the same again."""
    match node:
        case Word() | Phrase():
            scope = f"{node.field}:" if node.field else ""
            return scope + (f'"{" ".join(node.tokens)}"' if isinstance(node, Phrase) else _word_text(node))
        case Keyword(field=field, value=value):
            return f'{field}:"{_quoted(value)}"'
        case Published():
            return f"published:{format_published(node)}"
        case And(nodes=nodes):
            return " AND ".join(map(_operand_text, nodes))
        case Or(nodes=nodes):
            return " OR ".join(map(_operand_text, nodes))
        case Not(node=inner):
            return f"NOT {_operand_text(inner)}"
        case Everything():
            return "*"


def _operand_text(node: Node) -> str:
    return f"({to_text(node)})" if isinstance(node, And | Or) else to_text(node)


def _word_text(word: Word) -> str:
    return word.token + ("*" if word.prefix else "")


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


@cache
def _grammar() -> Lark:
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", propagate_positions=True)


_Branch = Tree[Token] | Token


class _Builder:
    """Makes nodes of one query's syntax tree; `field` is the one whose value is being read."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._terms = 0

    def build(self, start: Tree[Token]) -> Node:
        return self._node(start.children[0], None, 0) if start.children else Everything()

    def _node(self, branch: _Branch, field: Token | None, depth: int) -> Node:
        if isinstance(branch, Token):
            return self._leaf(branch, field)
        match branch.data:
            case "conjunction":
                return _joined(And, [self._node(child, field, depth) for child in _without_signs(branch)])
            case "disjunction":
                return _joined(Or, [self._node(child, field, depth) for child in branch.children])
            case "exclusion":
                return Not(self._node(branch.children[0], field, self._deeper(branch, depth)))
            case "group":
                return self._node(branch.children[0], field, self._deeper(branch, depth))
            case _:
                return self._scoped(branch, field, depth)

    def _scoped(self, branch: Tree[Token], outer: Token | None, depth: int) -> Node:
        field, operand = branch.children
        assert isinstance(field, Token)
        if outer is not None:
            raise self._error(field, f"{field} cannot stand inside {outer}")
        return self._node(operand, field, depth)

    def _deeper(self, branch: Tree[Token], depth: int) -> int:
        if depth == MAX_DEPTH:
            message = f"brackets and NOTs are nested more than {MAX_DEPTH} deep"
            raise query_error(self._query, branch.meta.start_pos, message)
        return depth + 1

    def _leaf(self, term: Token, field: Token | None) -> Node:
        if field is None or field[:-1] in TEXT_FIELDS:
            node = self._text_leaf(term, cast(TextField | None, field and field[:-1]))
        elif field == "published:":
            node = self._published(term)
        else:
            node = self._keyword(term, cast(KeywordField, field[:-1]))
        self._terms += len(node.tokens) if isinstance(node, Phrase) else 1
        if self._terms > MAX_TERMS:
            raise self._error(term, f"the query has more than {MAX_TERMS} words")
        return node

    def _text_leaf(self, term: Token, field: TextField | None) -> Node:
        if term == "*" and field is None:
            return Everything()
        found = tuple(words(_value(term)))
        if not found:
            raise self._error(term, "there is no letter or digit to search for here")
        if self._is_prefix(term) and not is_unspaced(found[-1]):
            return self._prefix(term, found, field)
        if len(found) > MAX_PHRASE_WORDS:
            raise self._error(term, f"this phrase has {len(found)} words, at most {MAX_PHRASE_WORDS} are read")
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

    def _published(self, term: Token) -> Published:
        try:
            return parse_published(_value(term))
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


def _start(token: Token) -> int:
    return token.start_pos or 0
