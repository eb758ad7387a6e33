"""Finds, in one query per key field, the records a whole call refers to."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from sandbox.salesforce.errors import SalesforceError, entity_is_deleted
from sandbox.salesforce.records.drafts import Draft, Key, ParentKey, Row
from sandbox.salesforce.schema.model import Field, Schema, SObject
from sandbox.salesforce.storage import SqlValue, rows_where_in
from sandbox.salesforce.tables import compared, fold

Parents = dict[str, Row]


def find_stored(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> None:
    """Give each update and upsert its stored row, or the refusal for an id that has none."""
    _find_by_id(connection, drafts)
    _find_by_key(connection, drafts)


def find_parents(connection: sqlite3.Connection, drafts: Sequence[Draft], schema: Schema) -> Parents:
    """Rows of every record the drafts point to, by id; a draft that points nowhere is refused."""
    parents = _resolve_external(connection, drafts)
    wanted: dict[str, set[SqlValue]] = defaultdict(set)
    for lookup, value in _pointers(drafts):
        target = schema.by_prefix(value[:3])
        if value not in parents and target is not None and value[:3] in _prefixes(lookup, schema):
            wanted[target.name].add(value)
    for name, ids in wanted.items():
        sql = f'SELECT * FROM "{name}" WHERE "Id" IN ({{in}})'  # noqa: S608 - a name from the schema
        parents.update({str(row["Id"]): row for row in rows_where_in(connection, sql, list(ids))})
    for item in drafts:
        if item.error is None:
            item.error = _dangling(item, parents)
    return parents


def rows_by_key(
    connection: sqlite3.Connection, sobject: SObject, field: Field, values: list[SqlValue]
) -> dict[SqlValue, list[Row]]:
    """Rows not in the bin, grouped by the compared form of one of their fields."""
    sql = f'SELECT * FROM "{sobject.name}" WHERE "IsDeleted" = 0 AND {compared(field)} IN ({{in}})'  # noqa: S608 - names from the schema
    found: dict[SqlValue, list[Row]] = defaultdict(list)
    for row in rows_where_in(connection, sql, values):
        value = row[field.name]
        found[fold(value) if field.folds and isinstance(value, str) else value].append(row)
    return found


def _find_by_id(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> None:
    by_object: dict[str, list[Draft]] = defaultdict(list)
    for item in drafts:
        if item.write.record_id is not None and item.error is None:
            by_object[item.sobject.name].append(item)
    for name, items in by_object.items():
        sql = f'SELECT * FROM "{name}" WHERE "Id" IN ({{in}})'  # noqa: S608 - a name from the schema
        rows = {row["Id"]: row for row in rows_where_in(connection, sql, [i.write.record_id for i in items])}
        for item in items:
            item.old = rows.get(item.write.record_id)
            if item.old is None:
                item.error = _bad_reference()
            elif item.old["IsDeleted"]:
                item.error = entity_is_deleted()


def _find_by_key(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> None:
    groups: dict[tuple[str, str], list[tuple[Draft, Key]]] = defaultdict(list)
    for item in drafts:
        if item.write.key is not None and item.error is None:
            groups[item.sobject.name, item.write.key.field.name].append((item, item.write.key))
    for items in groups.values():
        first, key = items[0]
        found = rows_by_key(connection, first.sobject, key.field, [k.compared for _, k in items])
        for item, own_key in items:
            rows = found.get(own_key.compared, [])
            item.old = rows[0] if len(rows) == 1 else None
            item.matches = [str(row["Id"]) for row in rows] if len(rows) > 1 else ()


def _resolve_external(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> Parents:
    """Give drafts the ids of the parents they name by key; give those parents, by id."""
    known: Parents = {}
    groups: dict[tuple[str, str], list[tuple[Draft, ParentKey]]] = defaultdict(list)
    for item in drafts:
        for parent in item.parents:
            groups[parent.target.name, parent.key.field.name].append((item, parent))
    for items in groups.values():
        _, sample = items[0]
        found = rows_by_key(
            connection, sample.target, sample.key.field, list({p.key.compared for _, p in items})
        )
        for item, parent in items:
            rows = found.get(parent.key.compared, [])
            if len(rows) == 1:
                record_id = item.changes[parent.lookup.name] = rows[0]["Id"]
                known[str(record_id)] = rows[0]
            elif item.error is None:
                item.error = _no_such_parent(parent, several=bool(rows))
    return known


def _pointers(drafts: Sequence[Draft]) -> list[tuple[Field, str]]:
    return [
        (field, value)
        for item in drafts
        if item.error is None
        for field in item.sobject.lookups
        if isinstance(value := item.changes.get(field.name), str)
    ]


def _prefixes(lookup: Field, schema: Schema) -> set[str]:
    return {target.key_prefix for name in lookup.reference_to if (target := schema.find(name))}


def _dangling(item: Draft, parents: Parents) -> SalesforceError | None:
    for _, value in _pointers([item]):
        if value not in parents:
            return _bad_reference()
        if parents[value]["IsDeleted"]:
            return SalesforceError("ENTITY_IS_DELETED", "entity is deleted", fields=[])
    return None


def _bad_reference() -> SalesforceError:
    return SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[])


def _no_such_parent(parent: ParentKey, *, several: bool) -> SalesforceError:
    key = parent.key
    if several:
        return SalesforceError(
            "INVALID_FIELD",
            f"More than one record found for external id field: {key.field.name}"
            f" in entity {parent.target.name}",
            fields=[],
        )
    return SalesforceError(
        "INVALID_FIELD",
        f"Foreign key external ID: {key.value} not found for field {key.field.name}"
        f" in entity {parent.target.name}",
        fields=[],
    )
