"""Turns the text of a query into its parts."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.soql import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LENGTH = 100_000
_MAX_DEPTH = 60


@lru_cache(maxsize=256)
def parse(text: str) -> ast.Query:
    """The query of that text.

    Raises: SalesforceError `MALFORMED_QUERY`.
    """
    if not text.strip():
        raise malformed("A query string has to be specified")
    if len(text) > MAX_LENGTH:
        raise malformed("SOQL statements cannot be longer than 100000 characters.")
    if text.count("(") > _MAX_DEPTH and _depth(text) > _MAX_DEPTH:
        raise malformed("The query is nested too deeply.")
    try:
        query = _lark().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, SalesforceError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    return cast("ast.Query", query)


def malformed(message: str) -> SalesforceError:
    """The refusal of a query that is not SOQL."""
    return SalesforceError("MALFORMED_QUERY", message)


class QueryError(SalesforceError):
    """A refusal of one name in a query, which knows where the name stands."""

    def __init__(self, code: str, message: str, path: ast.Path) -> None:
        super().__init__(code, message)
        self.path = path

    def in_text(self, text: str) -> SalesforceError:
        """The same refusal, its message under the place in the text."""
        return SalesforceError(self.code, _located(text, self.path.line, self.path.column, self.message))


def _located(text: str, line: int, column: int, message: str) -> str:
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    return f"\n{shown}\n{' ' * (column - 1)}^\nERROR at Row:{line}:Column:{column}\n{message}"


@lru_cache(maxsize=1)
def _lark() -> Lark:
    grammar = resources.files("sandbox.salesforce.soql").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder())


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def _unexpected(text: str, error: UnexpectedInput) -> SalesforceError:
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        found, line, column = "<EOF>", 1, len(text.rstrip()) + 1
    elif isinstance(error, UnexpectedCharacters):
        found, line, column = error.char, error.line, error.column
    else:
        found, line, column = str(getattr(error, "token", "")), error.line, error.column
    return malformed(_located(text, line, column, f"unexpected token: '{found}'"))


class _Builder(Transformer[Token, object]):
    """Builds the parts bottom-up while the text is parsed; method names are the rules of the grammar."""

    def start(self, children: Sequence[ast.Query]) -> ast.Query:
        return children[0]

    def select(self, children: Sequence[object]) -> ast.Query:
        items, (sobject, alias) = cast("tuple[tuple[ast.Item, ...], tuple[str, str | None]]", children[:2])
        clauses: dict[str, Any] = dict(item for item in children[2:] if isinstance(item, tuple))
        return ast.Query(items, sobject, alias, **clauses)

    def items(self, children: Sequence[ast.Item]) -> tuple[ast.Item, ...]:
        return tuple(children)

    def field(self, children: Sequence[object]) -> ast.FieldItem:
        return ast.FieldItem(cast("ast.Path", children[0]), _alias(children[1:]))

    def call(self, children: Sequence[object]) -> ast.CallItem:
        argument = next((child for child in children if isinstance(child, ast.Path)), None)
        tail = [child for child in children[1:] if isinstance(child, Token)]
        return ast.CallItem(str(children[0]).upper(), argument, _alias(tail))

    def child(self, children: Sequence[ast.Query]) -> ast.ChildItem:
        return ast.ChildItem(children[0])

    def source(self, children: Sequence[Token]) -> tuple[str, str | None]:
        return str(children[0]), _alias(children[1:])

    def where(self, children: Sequence[ast.Condition]) -> tuple[str, ast.Condition]:
        return "where", children[0]

    def conjunction(self, children: Sequence[ast.Condition]) -> ast.Group:
        return ast.Group("AND", tuple(children))

    def disjunction(self, children: Sequence[ast.Condition]) -> ast.Group:
        return ast.Group("OR", tuple(children))

    def negation(self, children: Sequence[object]) -> ast.Condition:
        inner = cast("ast.Condition", children[1])
        return inner.condition if isinstance(inner, ast.Not) else ast.Not(inner)

    def comparison(self, children: Sequence[object]) -> ast.Comparison:
        path, operator, literal = children
        written = str(operator).upper()
        return ast.Comparison(
            cast("ast.Path", path), "!=" if written == "<>" else written, cast("ast.Literal", literal)
        )

    def membership(self, children: Sequence[object]) -> ast.Membership:
        among = cast("tuple[ast.Literal, ...] | ast.Query", children[-1])
        return ast.Membership(cast("ast.Path", children[0]), len(children) == 3, among)

    def literals(self, children: Sequence[ast.Literal]) -> tuple[ast.Literal, ...]:
        return tuple(children)

    def literal(self, children: Sequence[Token]) -> ast.Literal:
        token = children[0]
        text = str(token)
        return ast.Literal(token.type.lower(), text[1:-1] if token.type == "STRING" else text)

    def group(self, children: Sequence[ast.Path]) -> tuple[str, tuple[ast.Path, ...]]:
        return "group_by", tuple(children)

    def order(self, children: Sequence[ast.Order]) -> tuple[str, tuple[ast.Order, ...]]:
        return "order", tuple(children)

    def ordering(self, children: Sequence[object]) -> ast.Order:
        words = {str(child).lower() for child in children[1:]}
        by = cast("ast.Path | ast.CallItem", children[0])
        return ast.Order(by, descending="desc" in words, nulls_last="last" in words)

    def limit(self, children: Sequence[Token]) -> tuple[str, int]:
        return "limit", _whole(children[0])

    def offset(self, children: Sequence[Token]) -> tuple[str, int]:
        number = _whole(children[0])
        if number > 2000:
            raise SalesforceError("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        return "offset", number

    def path(self, children: Sequence[Token]) -> ast.Path:
        first = children[0]
        return ast.Path(tuple(str(part) for part in children), first.line or 1, first.column or 1)


def _alias(tokens: Sequence[object]) -> str | None:
    return str(tokens[0]) if tokens else None


def _whole(token: Token) -> int:
    if not str(token).isdigit() or len(token) > 9:
        raise malformed(f"unexpected token: '{token}'")
    return int(token)
