"""Up to 200 records of one object written in one call, each answered on its own."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.errors import Reaction, Refusal, as_error, read_refusal
from bridge.errors import TransientError
from mappings.salesforce import SalesforceMapping

MOST_RECORDS = 200
Body = dict[str, object]
Settled = str | Refusal
"""The id of the record, or why it was refused."""


def upsert_records(
    connection: SalesforceConnection, mapping: SalesforceMapping, bodies: Mapping[str, Body]
) -> dict[str, Settled]:
    """Write records by external id; the answers stand under the keys of the bodies.

    Leaves the last tenth of the daily API allowance to sign-ins.
    Raises: TransientError, BudgetError, PermanentError when the whole call failed.
    """
    if not bodies:
        return {}
    connection.spare_reserve()
    results = _call(connection, mapping, bodies)
    again = [key for key, result in results.items() if _code(result) == "DUPLICATE_VALUE"]
    if again:
        # Another writer inserted first: the same upsert now finds that record.
        results |= _call(connection, mapping, {key: bodies[key] for key in again})
    _stop_if_misconfigured(mapping, results)
    return results


def _call(
    connection: SalesforceConnection, mapping: SalesforceMapping, bodies: Mapping[str, Body]
) -> dict[str, Settled]:
    path = f"composite/sobjects/{mapping.object_name}/{mapping.external_id}"
    kind = {"attributes": {"type": mapping.object_name}}
    body = {"allOrNone": False, "records": [kind | fields for fields in bodies.values()]}
    found = connection.write("PATCH", path, body, mapping.object_name)
    if not isinstance(found, list) or len(found) != len(bodies):
        raise TransientError(
            "The answer does not match what was sent", system=SYSTEM, code="remote.unreadable"
        )
    return dict(zip(bodies, map(_settled, found), strict=True))


def _stop_if_misconfigured(mapping: SalesforceMapping, results: Mapping[str, Settled]) -> None:
    """Raise when every record was refused for want of a right or a field: no record is to blame."""
    faults = [
        result
        for result in results.values()
        if isinstance(result, Refusal) and result.reaction is Reaction.CONNECTOR
    ]
    if len(faults) == len(results):
        raise as_error(faults[0], mapping.object_name)


def _settled(result: object) -> Settled:
    """Give the id of one element of a collection's answer, or why it was refused."""
    known = result if isinstance(result, Mapping) else {}
    record_id = known.get("id")
    if known.get("success") is True and isinstance(record_id, str):
        return record_id
    errors = known.get("errors")
    return read_refusal(errors[0] if isinstance(errors, list) and errors else None)


def _code(result: Settled) -> str | None:
    return result.code if isinstance(result, Refusal) else None
