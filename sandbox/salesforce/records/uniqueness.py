"""Unique fields: the refusal when a value is taken, and whether the bin still holds one."""

from __future__ import annotations

import sqlite3

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.drafts import Draft
from sandbox.salesforce.tables import compared, fold


def taken_value(field: str, record_id: str) -> SalesforceError:
    """Give the refusal that names the field and the record that has the value, by its 15 characters."""
    return SalesforceError(
        "DUPLICATE_VALUE",
        f"duplicate value found: {field} duplicates value on record with id: {record_id[:15]}",
        fields=[],
    )


def check_bin(connection: sqlite3.Connection, item: Draft) -> None:
    """Refuse a value that a record in the bin has, for orgs whose bin does not give values up.

    Raises: SalesforceError `DUPLICATE_VALUE`.
    """
    own_id = item.old["Id"] if item.old else ""
    for field in item.sobject.fields:
        value = item.changes.get(field.name)
        if not field.unique or value is None or (item.old and item.old.get(field.name) == value):
            continue
        wanted = fold(value) if field.folds and isinstance(value, str) else value
        found = connection.execute(
            f'SELECT "Id" FROM "{item.sobject.name}"'  # noqa: S608 - names from the schema
            f' WHERE "IsDeleted" = 1 AND {compared(field)} = ? AND "Id" <> ?',
            (wanted, own_id),
        ).fetchone()
        if found is not None:
            raise taken_value("<unknown>", "<unknown>")
