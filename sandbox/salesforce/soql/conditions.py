"""WHERE turned into SQL; a negation is of two values, as in the org, where NULL is never a third."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.schema.model import ID_TYPES
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.literals import bound_value, like_pattern, span_of
from sandbox.salesforce.soql.parser import QueryError, malformed
from sandbox.salesforce.soql.scope import Resolved, Scope
from sandbox.salesforce.storage import SqlValue
from sandbox.salesforce.tables import fold

SubSelect = Callable[[ast.Query], tuple[str, list[SqlValue]]]
_LAST = "\U0010ffff"
_WITHOUT_ORDER = (ID_TYPES - {"id"}) | {"boolean"}


class Conditions:
    """Compiles the conditions of one SELECT; values go to `values`, in the order of their marks."""

    def __init__(self, scope: Scope, now: datetime, sub_select: SubSelect) -> None:
        self._scope = scope
        self._now = now
        self._sub_select = sub_select
        self.values: list[SqlValue] = []

    def sql(self, condition: ast.Condition) -> str:
        """The SQL of a condition."""
        if isinstance(condition, ast.Group):
            return _balanced([self.sql(item) for item in condition.conditions], condition.word)
        if isinstance(condition, ast.Not):
            return f"({self.sql(condition.condition)}) IS NOT TRUE"
        found = self._filterable(condition.path)
        if isinstance(condition, ast.Membership):
            return self._membership(found, condition)
        if condition.operator == "LIKE":
            return self._like(found, condition)
        if condition.literal.kind == "range":
            return self._range(found, condition)
        return self._comparison(found, condition)

    def _filterable(self, path: ast.Path) -> Resolved:
        found = self._scope.resolve(path)
        if found.field.long_text:
            raise QueryError(
                "INVALID_FIELD", f"field '{found.field.name}' can not be filtered in a query call", path
            )
        return found

    def _comparison(self, found: Resolved, condition: ast.Comparison) -> str:
        value = bound_value(found.field, condition.literal)
        operator = condition.operator
        if value is None:
            if operator not in {"=", "!="}:
                raise malformed(f"invalid operator on null value: {operator}")
            return f"{found.value} IS {'NOT ' if operator == '!=' else ''}NULL"
        # Records are walked in order of their own ids; a reference or a boolean has no order.
        if found.field.type in _WITHOUT_ORDER and operator not in {"=", "!="}:
            raise SalesforceError("INVALID_FIELD", f"invalid operator on {found.field.type} field")
        self.values.append(value)
        if operator == "!=":
            return f"{found.compared} IS NOT ?"
        return found.held(f"{found.compared} {operator} ?")

    def _like(self, found: Resolved, condition: ast.Comparison) -> str:
        if not found.field.is_text or condition.literal.kind != "string":
            raise SalesforceError("INVALID_FIELD", f"invalid operator on {found.field.type} field")
        pattern, prefix = like_pattern(condition.literal.text)
        if found.field.folds:
            pattern, prefix = fold(pattern) or "", fold(prefix) or ""
        self.values.append(pattern)
        like = f"{found.compared} LIKE ? ESCAPE '\\'"
        if not prefix:
            return found.held(like)
        # LIKE on an expression uses no index; the range its plain beginning gives does.
        self.values.extend([prefix, prefix + _LAST])
        return found.held(f"({like} AND {found.compared} >= ? AND {found.compared} < ?)")

    def _range(self, found: Resolved, condition: ast.Comparison) -> str:
        if found.field.type not in {"date", "datetime"}:
            raise SalesforceError(
                "INVALID_FIELD",
                f"value of filter criterion for field '{found.field.name}' must not be a date",
            )
        start, end = span_of(condition.literal, self._now).bounds(found.field)
        within = f"({found.value} >= ? AND {found.value} < ?)"
        sql, values = {
            "=": (within, [start, end]),
            "!=": (f"{within} IS NOT TRUE", [start, end]),
            "<": (f"{found.value} < ?", [start]),
            "<=": (f"{found.value} < ?", [end]),
            ">": (f"{found.value} >= ?", [end]),
            ">=": (f"{found.value} >= ?", [start]),
        }[condition.operator]
        self.values.extend(values)
        return sql

    def _membership(self, found: Resolved, condition: ast.Membership) -> str:
        if isinstance(condition.among, ast.Query):
            if found.field.type not in ID_TYPES:
                raise malformed(
                    f"The left operand field in the query must be an id or reference: {found.field.name}"
                )
            sub_sql, sub_values = self._sub_select(condition.among)
            self.values.extend(sub_values)
            inside = f"{found.value} IN ({sub_sql})"
            return f"({inside}) IS NOT TRUE" if condition.negated else inside
        values = [bound_value(found.field, literal) for literal in condition.among]
        present = [value for value in values if value is not None]
        self.values.extend(present)
        inside = f"{found.compared} IN ({','.join('?' * len(present))})"
        inside = f"({inside} OR {found.value} IS NULL)" if None in values else found.held(inside)
        return f"({inside}) IS NOT TRUE" if condition.negated else inside


def _balanced(parts: list[str], word: str) -> str:
    """The parts joined as a tree of little depth, which SQLite bounds at 1 000."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_balanced(parts[:middle], word)} {word} {_balanced(parts[middle:], word)})"
