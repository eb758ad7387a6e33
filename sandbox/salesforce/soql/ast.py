"""The parts of a SOQL query, as parsed and before any name is checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps over relationships; `column` is where it starts in the text, from 1."""

    parts: tuple[str, ...]
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written: `kind` is string, number, boolean, null, date, datetime or range (TODAY…)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldItem:
    """A selected field."""

    path: Path
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class CallItem:
    """A selected aggregate; COUNT() has no argument."""

    name: str
    argument: Path | None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class ChildItem:
    """A sub-query on a child relationship."""

    query: Query


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path operator literal`, LIKE included."""

    path: Path
    operator: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Membership:
    """`path [NOT] IN (…)`, of literals or of what a query selects."""

    path: Path
    negated: bool
    among: tuple[Literal, ...] | Query


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by one word, AND or OR."""

    word: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A negated condition."""

    condition: Condition


Condition = Comparison | Membership | Group | Not
Item = FieldItem | CallItem | ChildItem


@dataclass(frozen=True, slots=True)
class Order:
    """One ORDER BY entry; nulls come first unless said otherwise."""

    by: Path | CallItem
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT."""

    items: tuple[Item, ...]
    sobject: str
    alias: str | None = None
    where: Condition | None = None
    group_by: tuple[Path, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0

    @property
    def counts_only(self) -> bool:
        """Whether it is `SELECT COUNT() FROM …`."""
        first = self.items[0]
        return len(self.items) == 1 and isinstance(first, CallItem) and first.argument is None

    @property
    def aggregates(self) -> bool:
        """Whether its rows are groups and not records."""
        return bool(self.group_by) or any(isinstance(item, CallItem) for item in self.items)
