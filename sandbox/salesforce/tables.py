"""Tables and indexes of the org, made from its field definitions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sandbox.salesforce.schema.model import ID_TYPES, NUMBER_TYPES, Field, SObject

# Every record has the same owner and author here: an index on them would never be chosen, only maintained.
_UNINDEXED = frozenset({"OwnerId", "CreatedById", "LastModifiedById"})


def fold(value: str | None) -> str | None:
    """The text as the org compares it: without regard to case, accents kept."""
    return None if value is None else value.lower()


def column(field: Field) -> str:
    """The quoted column of a field."""
    return f'"{field.name}"'


def compared(field: Field, prefix: str = "") -> str:
    """The expression that stands for a field in a comparison; its index is on the same expression."""
    return f"fold({prefix}{column(field)})" if field.folds else f"{prefix}{column(field)}"


def table_statement(sobject: SObject) -> str:
    """CREATE TABLE for an object."""
    columns = ", ".join(_declaration(field) for field in sobject.fields if field.stored)
    return f'CREATE TABLE IF NOT EXISTS "{sobject.name}" ({columns})'


def missing_columns(connection: sqlite3.Connection, sobject: SObject) -> Iterator[str]:
    """ALTER TABLE for fields that a file written earlier does not have yet."""
    present = {row[1] for row in connection.execute(f'PRAGMA table_info("{sobject.name}")')}
    for field in sobject.fields:
        if field.stored and field.name not in present:
            yield f'ALTER TABLE "{sobject.name}" ADD COLUMN {_declaration(field)}'


def index_statements(sobject: SObject) -> Iterator[str]:
    """Indexes on keys, lookups and the change stamp; uniqueness holds among records not in the bin."""
    for field in sobject.fields:
        name = f'"{sobject.name}_{field.name}"'
        if field.unique:
            yield (
                f'CREATE UNIQUE INDEX IF NOT EXISTS {name} ON "{sobject.name}" ({compared(field)})'
                ' WHERE "IsDeleted" = 0'
            )
        elif _indexed(field):
            # Most lookups of most records are empty: there is nothing to find by them.
            kept = f" WHERE {column(field)} IS NOT NULL" if field.type == "reference" else ""
            yield f'CREATE INDEX IF NOT EXISTS {name} ON "{sobject.name}" ({compared(field)}){kept}'


def _indexed(field: Field) -> bool:
    if field.name == "Id" or field.name in _UNINDEXED or not field.stored:
        return False
    return field.upsert_key or field.type == "reference" or field.name == "SystemModstamp"


def _declaration(field: Field) -> str:
    if field.name == "Id":
        return '"Id" TEXT PRIMARY KEY'
    if field.type == "boolean":
        return f"{column(field)} INTEGER NOT NULL DEFAULT 0"
    if field.type in NUMBER_TYPES:
        return f"{column(field)} NUMERIC"
    collation = " COLLATE BINARY" if field.type in ID_TYPES else ""
    return f"{column(field)} TEXT{collation}"
