"""A parsed query as text that is read as the same query."""

from __future__ import annotations

from streams.query.dates import format_published
from streams.query.nodes import (
    And,
    AsWritten,
    Copies,
    Everything,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    Word,
)
from streams.query.numbers import format_copies


def to_text(node: Node) -> str:
    """Write a parsed query so that parsing it gives the same again. Everything within another node has no text."""
    match node:
        case Word() | Phrase() | AsWritten():
            return (f"{node.field}:" if node.field else "") + _term_text(node)
        case Near(terms=terms, gaps=gaps):
            operators = (f" {'O' * gap.ordered}NEAR/{gap.words} " for gap in gaps)
            return _operand(terms[0]) + "".join(
                operator + _operand(term) for operator, term in zip(operators, terms[1:], strict=True)
            )
        case Keyword(field=field, value=value):
            return f'{field}:"{_quoted(value)}"'
        case Published():
            return f"published:{format_published(node)}"
        case Copies():
            return f"copies:{format_copies(node)}"
        case And(nodes=nodes):
            return " AND ".join(map(_operand, nodes))
        case Or(nodes=nodes):
            return " OR ".join(map(_operand, nodes))
        case Not(node=inner):
            return f"NOT {_operand(inner)}"
        case Everything():
            return ""


def _operand(node: Node) -> str:
    return f"({to_text(node)})" if isinstance(node, And | Or) else to_text(node)


def _term_text(term: Word | Phrase | AsWritten) -> str:
    match term:
        case Word(token=token, prefix=prefix):
            return token + ("*" if prefix else "")
        case Phrase(tokens=tokens):
            return f'"{" ".join(tokens)}"'
        case AsWritten(text=text, exact=exact):
            return f'{"exact" if exact else "case"}:"{_quoted(text)}"'


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
