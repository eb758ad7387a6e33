"""Merges records as agents do in the org, and brings records back from the bin."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.salesforce.acting import acting_user
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.records.coercion import format_datetime
from sandbox.salesforce.records.deletion import check_present
from sandbox.salesforce.records.uniqueness import taken_value
from sandbox.salesforce.schema.model import Schema, SObject

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_MERGEABLE = frozenset({"Account", "Contact"})
_MOST_LOSERS = 2


def merge(org: Org, winner: str, losers: Sequence[str]) -> list[str]:
    """Merge at most two records into another of their kind; give the children that changed parent.

    The winner's values stay; the losers go to the bin and name it in `MasterRecordId`.
    Raises: SalesforceError. Source: Salesforce, SOAP API, merge().
    """
    sobject, winner_id = _record(org.schema, winner)
    loser_ids = [_loser(org.schema, sobject, winner_id, given) for given in losers]
    if not 0 < len(set(loser_ids)) == len(loser_ids) <= _MOST_LOSERS:
        raise SalesforceError("INVALID_NUM_1_TO_2", "Wrong number of records to merge.", fields=[])
    stamp, by = _stamp(org), acting_user(org.user_id)
    with org.storage.transaction() as connection:
        for record_id in (winner_id, *loser_ids):
            check_present(connection, sobject, record_id)
        moved = [
            child_id
            for child in org.schema.objects.values()
            for lookup in child.fields
            if sobject.name in lookup.reference_to and lookup.name != "MasterRecordId"
            for child_id in _give_children(
                connection, (child.name, lookup.name), (winner_id, *loser_ids), stamp
            )
        ]
        for record_id in loser_ids:
            _set(connection, sobject, record_id, stamp, by, IsDeleted=1, MasterRecordId=winner_id)
            org.storage.on_commit(lambda: org.stats.count_write(sobject.name, "merged"))
        _set(connection, sobject, winner_id, stamp, by)
        org.storage.on_commit(lambda: org.announce(sobject.name, winner_id))
    return moved


def undelete(org: Org, record_id: str) -> None:
    """Bring a record back; children that a merge moved stay where they are.

    Raises: SalesforceError `UNDELETE_FAILED`, or `DUPLICATE_VALUE` when its key was given away meanwhile.
    """
    sobject, known_id = _record(org.schema, record_id)
    with org.storage.transaction() as connection:
        row = connection.execute(
            f'SELECT "IsDeleted" FROM "{sobject.name}" WHERE "Id" = ?',  # noqa: S608 - a name from the schema
            (known_id,),
        ).fetchone()
        if row is None or not row[0]:
            raise SalesforceError("UNDELETE_FAILED", "Entity is not in the recycle bin", fields=[])
        master = {"MasterRecordId": None} if sobject.find("MasterRecordId") else {}
        try:
            by = acting_user(org.user_id)
            _set(connection, sobject, known_id, _stamp(org), by, IsDeleted=0, **master)
        except sqlite3.IntegrityError:
            raise taken_value("<unknown>", "<unknown>") from None
        org.storage.on_commit(lambda: org.announce(sobject.name, known_id))


def _record(schema: Schema, given: str) -> tuple[SObject, str]:
    known_id, sobject = canonical_id(given), schema.by_prefix(given[:3])
    if known_id is None or sobject is None:
        raise SalesforceError("MALFORMED_ID", f"malformed id {given}", fields=[])
    return sobject, known_id


def _loser(schema: Schema, sobject: SObject, winner_id: str, given: str) -> str:
    own, known_id = _record(schema, given)
    if sobject.name not in _MERGEABLE:
        raise SalesforceError("INVALID_TYPE", f"{sobject.name} records cannot be merged", fields=[])
    if own is not sobject:
        raise SalesforceError("INVALID_ID_FIELD", "Records to merge are of another type", fields=[])
    if known_id == winner_id:
        raise SalesforceError("CANNOT_MERGE_WITH_SELF", "A record cannot be merged with itself", fields=[])
    return known_id


def _lookups_to(schema: Schema, parent: SObject) -> list[tuple[str, str]]:
    return [
        (child.name, lookup.name)
        for child in schema.objects.values()
        for lookup in child.fields
        if parent.name in lookup.reference_to and lookup.name != "MasterRecordId"
    ]


def _give_children(
    connection: sqlite3.Connection, child: tuple[str, str], merged: Sequence[str], stamp: str
) -> list[str]:
    """Point the records of one lookup, `child`, to the first of the merged; give those that moved."""
    table, lookup = child
    winner, *losers = merged
    held = f'"{lookup}" IN ({",".join("?" * len(losers))}) AND "Id" <> ?'
    kept = (*losers, winner)
    found = connection.execute(f'SELECT "Id" FROM "{table}" WHERE {held}', kept).fetchall()  # noqa: S608 - names from the schema
    change = f'UPDATE "{table}" SET "{lookup}" = ?, "SystemModstamp" = ? WHERE {held}'  # noqa: S608 - as above
    connection.execute(change, (winner, stamp, *kept))
    return [row[0] for row in found]


def _set(
    connection: sqlite3.Connection,
    sobject: SObject,
    record_id: str,
    stamp: str,
    by: str,
    **values: str | int | None,
) -> None:
    changes = {**values, "LastModifiedDate": stamp, "LastModifiedById": by, "SystemModstamp": stamp}
    columns = ", ".join(f'"{name}" = ?' for name in changes)
    statement = f'UPDATE "{sobject.name}" SET {columns} WHERE "Id" = ?'  # noqa: S608 - names of this file
    connection.execute(statement, (*changes.values(), record_id))


def _stamp(org: Org) -> str:
    return format_datetime(org.clock().replace(microsecond=0))
