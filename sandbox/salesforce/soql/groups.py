"""Queries whose rows are groups: COUNT, SUM and the like, with or without GROUP BY."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.salesforce.schema.model import NUMBER_TYPES
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.parser import malformed
from sandbox.salesforce.soql.scope import Scope
from sandbox.salesforce.soql.shape import Record, reader
from sandbox.salesforce.storage import SqlValue

_SUMS = frozenset({"SUM", "AVG"})
_FUNCTIONS = _SUMS | {"COUNT", "COUNT_DISTINCT", "MIN", "MAX"}
Reader = Callable[[SqlValue], object] | None


class Groups:
    """The columns of a grouped query; unnamed aggregates are called expr0, expr1, …"""

    def __init__(self, scope: Scope, query: ast.Query) -> None:
        self._scope = scope
        self.columns: list[str] = []
        self.outputs: list[tuple[str, Reader]] = []
        self._unnamed = 0
        self._grouped = [scope.resolve(path).value for path in query.group_by]
        for item in query.items:
            self._add(item)
        self.tail = self._tail(query)

    def build(self, row: Sequence[SqlValue]) -> Record:
        """The record of a row."""
        shown = zip(self.outputs, row, strict=True)
        values = {name: read(value) if read else value for (name, read), value in shown}
        return {"attributes": {"type": "AggregateResult"}, **values}

    def _add(self, item: ast.Item) -> None:
        if isinstance(item, ast.ChildItem):
            raise malformed("Grouped query can not have a sub-query")
        if isinstance(item, ast.CallItem):
            self.columns.append(self._call(item))
            self.outputs.append((item.alias or self._next_name(), self._call_reader(item)))
            return
        found = self._scope.resolve(item.path)
        if found.value not in self._grouped:
            raise malformed(f"Field must be grouped or aggregated: {found.field.name}")
        self.columns.append(found.value)
        self.outputs.append((item.alias or found.field.name, reader(found.field)))

    def _call(self, item: ast.CallItem) -> str:
        if item.name not in _FUNCTIONS:
            raise malformed(f"unexpected token: '{item.name}'")
        if item.argument is None:
            if item.name != "COUNT":
                raise malformed("unexpected token: ')'")
            return "count(*)"
        found = self._scope.resolve(item.argument)
        if item.name in _SUMS and found.field.type not in NUMBER_TYPES:
            raise malformed(f"field {found.field.name} does not support aggregate operator {item.name}")
        if item.name == "COUNT_DISTINCT":
            return f"count(DISTINCT {found.compared})"
        return f"{item.name.lower()}({found.value})"

    def _call_reader(self, item: ast.CallItem) -> Reader:
        if item.argument is None or item.name.startswith("COUNT"):
            return None
        return reader(self._scope.resolve(item.argument).field)

    def _next_name(self) -> str:
        name = f"expr{self._unnamed}"
        self._unnamed += 1
        return name

    def _tail(self, query: ast.Query) -> str:
        sql = f" GROUP BY {', '.join(self._grouped)}" if self._grouped else ""
        orders = [self._ordering(order) for order in query.order]
        if orders:
            sql += " ORDER BY " + ", ".join(orders)
        if query.limit is not None or query.offset:
            sql += f" LIMIT {-1 if query.limit is None else query.limit} OFFSET {query.offset}"
        return sql

    def _ordering(self, order: ast.Order) -> str:
        if isinstance(order.by, ast.CallItem):
            by = self._call(order.by)
        else:
            by = self._scope.resolve(order.by).value
            if by not in self._grouped:
                raise malformed("Ordered field must be grouped or aggregated")
        return f"{by} {'DESC' if order.descending else 'ASC'} NULLS {'LAST' if order.nulls_last else 'FIRST'}"
