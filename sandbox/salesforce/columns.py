"""The description of a query's columns that one command-line client asks for before it shows a table."""

from __future__ import annotations

from sandbox.salesforce.schema.model import NUMBER_TYPES, Field, Schema
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.compiler import child_query
from sandbox.salesforce.soql.scope import Scope

_APEX = {
    "boolean": "Boolean",
    "date": "Date",
    "datetime": "Datetime",
    "id": "Id",
    "int": "Integer",
    "reference": "Id",
}


def describe_columns(query: ast.Query, schema: Schema) -> dict[str, object]:
    """`{columnMetadata: […], entityName, groupBy, idSelected, keyPrefix}` of a query."""
    scope = Scope(query, schema)
    columns = [_column(scope, item, number) for number, item in enumerate(query.items)]
    return {
        "columnMetadata": columns,
        "entityName": scope.root.sobject.name,
        "groupBy": bool(query.group_by),
        "idSelected": any(column["columnName"] == "Id" for column in columns),
        "keyPrefix": scope.root.sobject.key_prefix,
    }


def _column(scope: Scope, item: ast.Item, number: int) -> dict[str, object]:
    if isinstance(item, ast.ChildItem):
        child = child_query(scope, item.query)
        inner = Scope(child.query, scope.schema)
        joined = [_column(inner, part, index) for index, part in enumerate(child.query.items)]
        return {**_entry(child.relationship.name, None, aggregate=False), "joinColumns": joined}
    if isinstance(item, ast.CallItem):
        return _entry(item.alias or f"expr{number}", None, aggregate=True)
    found = scope.resolve(item.path)
    name = item.alias or ".".join((*found.walked, found.field.name))
    return _entry(name, found.field, aggregate=False)


def _entry(name: str, field: Field | None, *, aggregate: bool) -> dict[str, object]:
    kind = field.type if field else ("int" if aggregate else "")
    return {
        "aggregate": aggregate,
        "apexType": _APEX.get(kind, "Double" if kind in NUMBER_TYPES else "String"),
        "booleanType": kind == "boolean",
        "columnName": name,
        "custom": bool(field and field.custom),
        "displayName": name,
        "foreignKeyName": field.relationship_name if field else None,
        "insertable": bool(field and field.createable),
        "joinColumns": [],
        "numberType": kind in NUMBER_TYPES,
        "textType": bool(field and (field.is_text or kind in {"id", "reference"})),
        "updatable": bool(field and field.updateable),
    }
