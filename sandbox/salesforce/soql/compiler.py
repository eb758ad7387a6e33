"""A query of records compiled to SQL with bound parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.schema.model import ID_TYPES, ChildRelationship, Schema
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.conditions import Conditions
from sandbox.salesforce.soql.groups import Groups
from sandbox.salesforce.soql.parser import malformed
from sandbox.salesforce.soql.scope import Scope
from sandbox.salesforce.soql.shape import Shape
from sandbox.salesforce.storage import SqlValue

_HINT = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom"
    " relationship name. Please reference your WSDL or the describe call for the appropriate names."
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a query is compiled against."""

    schema: Schema
    now: datetime
    include_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ChildQuery:
    """A sub-query, to be run once for a page of parents."""

    relationship: ChildRelationship
    query: ast.Query


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL, its values, and how its rows become records; `link` is the place of a child's parent id."""

    sql: str
    values: list[SqlValue]
    shape: Shape
    children: tuple[ChildQuery, ...] = ()
    link: int = -1


def compile_records(
    query: ast.Query, context: Context, *, among: Sequence[str] | None = None, link: str | None = None
) -> Compiled:
    """The SQL that reads records.

    `among` reads just these ids; with `link` (a lookup field) the ids are those of the parents.
    """
    scope = Scope(query, context.schema)
    shape = Shape(scope)
    children: list[ChildQuery] = []
    for item in query.items:
        if isinstance(item, ast.FieldItem):
            _add_field(scope, shape, item)
        elif isinstance(item, ast.ChildItem):
            children.append(child_query(scope, item.query))
        else:
            raise malformed("Grouped query can not be mixed with fields of records")
    link_index = shape.add_hidden(f'{scope.root.alias}."{link}"') if link else -1
    kept, values = _filter(scope, query, context, among, link)
    tail, tail_values = _tail(scope, query, paged=link is None and among is None)
    sql = f"SELECT {', '.join(shape.columns)} {_from(scope)}{kept}{tail}"
    return Compiled(sql, [*values, *tail_values], shape, tuple(children), link_index)


def compile_ids(query: ast.Query, context: Context) -> tuple[str, list[SqlValue]]:
    """The SQL that reads the ids of the records a query gives, in its order."""
    scope = Scope(query, context.schema)
    kept, values = _filter(scope, query, context)
    tail, tail_values = _tail(scope, query, paged=True)
    return f'SELECT {scope.root.alias}."Id" {_from(scope)}{kept}{tail}', [*values, *tail_values]


def compile_groups(query: ast.Query, context: Context) -> tuple[str, list[SqlValue], Groups]:
    """The SQL of a query whose rows are groups, and what its columns are."""
    scope = Scope(query, context.schema)
    groups = Groups(scope, query)
    kept, values = _filter(scope, query, context)
    sql = f"SELECT {', '.join(groups.columns)} {_from(scope)}{kept}{groups.tail}"
    return sql, values, groups


def _sub_select(query: ast.Query, context: Context, aliases: Iterator[int]) -> tuple[str, list[SqlValue]]:
    scope = Scope(query, context.schema, aliases)
    item = query.items[0]
    if len(query.items) != 1 or not isinstance(item, ast.FieldItem):
        raise malformed("The inner select must select exactly one field")
    found = scope.resolve(item.path)
    if found.field.type not in ID_TYPES:
        raise malformed(f"The selected field '{found.field.name}' in the subquery must be an id or reference")
    kept, values = _filter(scope, query, context)
    # A null among the values would make NOT IN true of nothing.
    return f"SELECT {found.value} {_from(scope)}{kept} AND {found.value} IS NOT NULL", values


def _add_field(scope: Scope, shape: Shape, item: ast.FieldItem) -> None:
    if item.alias:
        raise malformed(f"unexpected token: '{item.alias}'")
    found = scope.resolve(item.path)
    named = found.table.sobject.find(item.path.parts[-1])
    shape.add(found, named.name if named else found.field.name)


def child_query(scope: Scope, query: ast.Query) -> ChildQuery:
    """The sub-query on one of the child relationships of the object a scope reads.

    Raises: SalesforceError `INVALID_TYPE`.
    """
    parent = scope.root.sobject
    for relationship in scope.schema.children(parent):
        if relationship.name.lower() == query.sobject.lower():
            alias = query.alias or query.sobject
            return ChildQuery(relationship, replace(query, sobject=relationship.child, alias=alias))
    raise SalesforceError(
        "INVALID_TYPE",
        f"Didn't understand relationship '{query.sobject}' in FROM part of query call. {_HINT}",
    )


def _filter(
    scope: Scope,
    query: ast.Query,
    context: Context,
    among: Sequence[str] | None = None,
    link: str | None = None,
) -> tuple[str, list[SqlValue]]:
    conditions = Conditions(scope, context.now, lambda inner: _sub_select(inner, context, scope.aliases))
    alias = scope.root.alias
    parts = ["1"] if context.include_deleted else [f'{alias}."IsDeleted" = 0']
    if query.where is not None and (among is None or link is not None):
        parts.append(conditions.sql(query.where))
    if among is not None:
        parts.append(f'{alias}."{link or "Id"}" IN ({",".join("?" * len(among))})')
    return " WHERE " + " AND ".join(parts), [*conditions.values, *(among or ())]


def _tail(scope: Scope, query: ast.Query, *, paged: bool) -> tuple[str, list[SqlValue]]:
    orders = [_ordering(scope, order) for order in query.order]
    last = query.order[-1].by if query.order else None
    if orders and not (isinstance(last, ast.Path) and last.parts[-1].lower() == "id"):
        # Equal values keep one order from page to page.
        orders.append(f'{scope.root.alias}."Id"')
    sql = f" ORDER BY {', '.join(orders)}" if orders else ""
    if not paged or (query.limit is None and not query.offset):
        return sql, []
    limit = -1 if query.limit is None else query.limit
    return f"{sql} LIMIT ? OFFSET ?", [limit, query.offset]


def _ordering(scope: Scope, order: ast.Order) -> str:
    if not isinstance(order.by, ast.Path):
        raise malformed("Ordered field must be grouped or aggregated")
    found = scope.resolve(order.by)
    if found.field.long_text:
        raise malformed(f"field '{found.field.name}' can not be sorted in a query call")
    nulls = "LAST" if order.nulls_last else "FIRST"
    return f"{found.compared} {'DESC' if order.descending else 'ASC'} NULLS {nulls}"


def _from(scope: Scope) -> str:
    return " ".join([f'FROM "{scope.root.sobject.name}" {scope.root.alias}', *scope.joins])
