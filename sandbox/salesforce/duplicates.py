"""The org's one duplicate rule: a Contact with the same name and e-mail address as another."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Sequence

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.drafts import Draft, Row
from sandbox.salesforce.records.lookups import rows_by_key
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.storage import SqlValue

_MESSAGE = "You're creating a duplicate record. We recommend you use an existing record instead."
Twins = dict[SqlValue, list[Row]]


def find_candidates(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> Twins:
    """Contacts that share an e-mail address with one of the drafts, by that address."""
    contacts = [item for item in drafts if item.sobject.name == "Contact" and item.error is None]
    emails = {_folded(item.value("Email")) for item in contacts} - {""}
    if not contacts or not emails:
        return {}
    sobject: SObject = contacts[0].sobject
    email = sobject.find("Email")
    assert email is not None
    return rows_by_key(connection, sobject, email, list(emails))


def check_duplicates(item: Draft, twins: Twins, *, api_version: int) -> None:
    """Refuse a Contact that matches another one.

    Raises: SalesforceError `DUPLICATES_DETECTED`, its result under the org's own misspelt key.
    """
    if item.sobject.name != "Contact" or not any(item.given(n) for n in ("FirstName", "LastName", "Email")):
        return
    own_id = item.old["Id"] if item.old else None
    matches = [
        str(row["Id"])
        for row in twins.get(_folded(item.value("Email")), [])
        if row["Id"] != own_id and _same_name(row, item)
    ]
    if matches:
        raise SalesforceError(
            "DUPLICATES_DETECTED", _MESSAGE, extra={"duplicateResut": _result(matches, api_version)}
        )


def _same_name(row: Row, item: Draft) -> bool:
    return all(_normal(row[name]) == _normal(item.value(name)) for name in ("FirstName", "LastName"))


def _normal(value: SqlValue) -> str:
    decomposed = unicodedata.normalize("NFKD", str(value or ""))
    return "".join(char for char in decomposed.casefold() if char.isalnum())


def _folded(value: SqlValue) -> str:
    return str(value or "").lower()


def _result(ids: Sequence[str], api_version: int) -> dict[str, object]:
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {
                    "type": "Contact",
                    "url": f"/services/data/v{api_version}.0/sobjects/Contact/{record_id}",
                },
                "Id": record_id,
            },
        }
        for record_id in ids
    ]
    match = {
        "entityType": "Contact",
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": records,
        "rule": "Standard_Contact_Match_Rule_v1_1",
        "size": len(records),
        "success": True,
    }
    return {
        "allowSave": True,
        "duplicateRule": "Standard_Contact_Duplicate_Rule",
        "duplicateRuleEntityType": "Contact",
        "errorMessage": _MESSAGE,
        "matchResults": [match],
    }
