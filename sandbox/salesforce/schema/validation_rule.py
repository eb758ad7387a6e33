"""The validation rules of a package: a formula says when a record is refused.

The part of the formula language a rule about versions needs: AND, OR, NOT, ISNEW, ISCHANGED, PRIORVALUE,
ISBLANK, comparisons, numbers, texts, field names, and $Permission.X, which the user of this org never has.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from xml.etree import ElementTree as ET

from sandbox.salesforce.schema.elements import flag, text

Value = str | int | float | None
Test = Callable[["Change"], Value]
_TOKEN = re.compile(
    r"\s*(?:(?P<word>\$?[A-Za-z_][\w.]*)|(?P<number>\d+(?:\.\d+)?)|'(?P<text>[^']*)'|(?P<mark><>|<=|>=|!=|[(),<>=]))"
)
_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
}
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class Change(Protocol):
    """A record on its way into the org."""

    @property
    def is_new(self) -> bool: ...

    def value(self, name: str) -> Value:
        """What the record will hold in that field."""

    def prior(self, name: str) -> Value:
        """What it holds now; for a new record, what it will hold."""


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """One active rule of an object; `refuses` says whether a change breaks it."""

    name: str
    refuses: Test
    message: str
    field: str | None


def read_rule(root: ET.Element) -> ValidationRule | None:
    """The rule a `<ValidationRule>` element declares; None for one that is switched off.

    Raises: ValueError for a formula the stand-in does not understand.
    """
    if not flag(root, "active"):
        return None
    formula = text(root, "errorConditionFormula") or ""
    return ValidationRule(
        name=text(root, "fullName") or "",
        refuses=_Reader(formula).whole(),
        message=text(root, "errorMessage") or "",
        field=text(root, "errorDisplayField"),
    )


class _Reader:
    def __init__(self, formula: str) -> None:
        self._tokens = list(_tokens(formula))
        self._at = 0

    def whole(self) -> Test:
        test = self._expression()
        if self._at != len(self._tokens):
            raise ValueError(f"the formula goes on after its end: {self._tokens[self._at][1]}")
        return test

    def _expression(self) -> Test:
        left = self._term()
        kind, mark = self._peek()
        if kind != "mark" or mark in {"(", ")", ","}:
            return left
        self._at += 1
        return _comparison(mark, left, self._term())

    def _term(self) -> Test:
        kind, token = self._next()
        if kind == "number":
            return _constant(float(token))
        if kind == "text":
            return _constant(token)
        if kind != "word":
            raise ValueError(f"{token!r} stands where a value is expected")
        if self._peek() == ("mark", "("):
            return self._call(token.upper())
        if token.startswith("$"):
            return _global(token)
        return lambda change: change.value(token)

    def _call(self, name: str) -> Test:
        first = self._peek(1)[1]
        arguments = self._arguments()
        made = _logic(name, arguments) or _of_field(name, first, arguments)
        if made is None:
            raise ValueError(f"{name} with {len(arguments)} arguments is a formula the stand-in has not")
        return made

    def _arguments(self) -> list[Test]:
        self._at += 1
        found: list[Test] = []
        while self._peek() != ("mark", ")"):
            found.append(self._expression())
            if self._peek() == ("mark", ","):
                self._at += 1
            elif self._peek() != ("mark", ")"):
                raise ValueError("a bracket of the formula is not closed")
        self._at += 1
        return found

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token


def _constant(value: Value) -> Test:
    return lambda _change: value


def _logic(name: str, arguments: list[Test]) -> Test | None:
    match name, arguments:
        case "AND", [_, *_]:
            return lambda change: all(test(change) for test in arguments)
        case "OR", [_, *_]:
            return lambda change: any(test(change) for test in arguments)
        case "NOT", [test]:
            return lambda change: not test(change)
    return None


def _of_field(name: str, field: str, arguments: list[Test]) -> Test | None:
    match name, arguments:
        case "ISBLANK", [test]:
            return lambda change: test(change) in {None, ""}
        case "ISNEW", []:
            return lambda change: change.is_new
        case "ISCHANGED", [test]:
            return lambda change: test(change) != change.prior(field)
        case "PRIORVALUE", [_]:
            return lambda change: change.prior(field)
    return None


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(formula.rstrip())
    while at < end:
        found = _TOKEN.match(formula, at)
        if found is None:
            raise ValueError(f"the formula cannot be read at {formula[at : at + 20]!r}")
        yield str(found.lastgroup), found[str(found.lastgroup)]
        at = found.end()


def _comparison(mark: str, left: Test, right: Test) -> Test:
    if mark in _COMPARISONS:
        return lambda change: _COMPARISONS[mark](left(change), right(change))
    return lambda change: _in_order(mark, left(change), right(change))


def _in_order(mark: str, left: Value, right: Value) -> bool:
    """Nothing is neither more nor less than anything."""
    return isinstance(left, int | float) and isinstance(right, int | float) and _ORDERS[mark](left, right)


def _global(token: str) -> Test:
    if not token.startswith("$Permission."):
        raise ValueError(f"{token} is a value the stand-in has not")
    return _constant(value=False)
