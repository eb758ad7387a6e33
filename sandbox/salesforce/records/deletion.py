"""Puts records into the bin, where queryAll still sees them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.salesforce.acting import acting_user
from sandbox.salesforce.errors import SalesforceError, entity_is_deleted
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.records.coercion import format_datetime
from sandbox.salesforce.records.drafts import Outcome
from sandbox.salesforce.records.rollback import Undo, blame, undo_if_failed
from sandbox.salesforce.schema.model import SObject

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org


def delete(org: Org, ids: Sequence[str], *, all_or_none: bool = False, hard: bool = False) -> list[Outcome]:
    """One outcome per id, in order; `hard` leaves nothing in the bin."""
    outcomes: list[Outcome] = []
    try:
        with org.storage.transaction() as connection:
            outcomes = [_delete_one(org, connection, record_id, hard=hard) for record_id in ids]
            if all_or_none:
                undo_if_failed(outcomes)
    except Undo:
        return blame(outcomes)
    return outcomes


def _delete_one(org: Org, connection: sqlite3.Connection, given: str, *, hard: bool) -> Outcome:
    try:
        record_id, sobject = _addressed(org, given)
        check_present(connection, sobject, record_id)
        if sobject.name in {"Contact", "Account"}:
            _check_no_cases(connection, sobject, record_id)
    except SalesforceError as error:
        return Outcome(error=error)
    stamp = format_datetime(org.clock().replace(microsecond=0))
    connection.execute(
        f'UPDATE "{sobject.name}" SET "IsDeleted" = 1, "LastModifiedDate" = ?, "LastModifiedById" = ?,'  # noqa: S608 - a name from the schema
        ' "SystemModstamp" = ? WHERE "Id" = ?',
        (stamp, acting_user(org.user_id), stamp, record_id),
    )
    _let_go(org, connection, sobject, record_id, stamp)
    if hard:
        connection.execute(f'DELETE FROM "{sobject.name}" WHERE "Id" = ?', (record_id,))  # noqa: S608 - as above
    org.storage.on_commit(lambda: org.stats.count_write(sobject.name, "deleted"))
    return Outcome(record_id)


def _let_go(org: Org, connection: sqlite3.Connection, sobject: SObject, record_id: str, stamp: str) -> None:
    """Children that cannot be without the record go with it; the others forget it."""
    for child in org.schema.objects.values():
        for lookup in child.fields:
            if sobject.name not in lookup.reference_to or lookup.name == "MasterRecordId":
                continue
            change = f'"{lookup.name}" = NULL' if lookup.nillable else '"IsDeleted" = 1'
            connection.execute(
                f'UPDATE "{child.name}" SET {change}, "SystemModstamp" = ? WHERE "{lookup.name}" = ?',  # noqa: S608 - as above
                (stamp, record_id),
            )


def _addressed(org: Org, given: str) -> tuple[str, SObject]:
    record_id = canonical_id(given)
    sobject = org.schema.by_prefix(given[:3])
    if record_id is None or sobject is None:
        raise SalesforceError("MALFORMED_ID", f"malformed id {given}", fields=[])
    if not sobject.deletable:
        raise SalesforceError(
            "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", fields=[]
        )
    return record_id, sobject


def check_present(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> None:
    """Raises: SalesforceError when the record does not exist, or is in the bin."""
    sql = f'SELECT "IsDeleted" FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - a name from the schema
    row = connection.execute(sql, (record_id,)).fetchone()
    if row is None:
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[])
    if row[0]:
        raise entity_is_deleted()


def _check_no_cases(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> None:
    sql = f'SELECT "CaseNumber" FROM "Case" WHERE "{sobject.name}Id" = ? AND "IsDeleted" = 0 LIMIT 5'  # noqa: S608 - as above
    numbers = [row[0] for row in connection.execute(sql, (record_id,))]
    if numbers:
        raise SalesforceError(
            "DELETE_FAILED",
            "Your attempt to delete this record could not be completed because it is associated with the"
            f" following cases.: {', '.join(numbers)}",
            fields=[],
        )
