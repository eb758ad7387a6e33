"""The org's Contacts for an agent: read many in one call, and freed of an identity."""

from __future__ import annotations

from collections.abc import Collection

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.connection import Row, SalesforceConnection
from bridge.adapters.salesforce.contact_values import BIRTHDATE, READ_VALUES, contact_of
from bridge.usecases.ports import ContactSheet
from mappings.salesforce import SalesforceMapping

_MOST = 50


class SalesforceContactDesk:
    """The `ContactDesk` of an org."""

    def __init__(self, connection: SalesforceConnection, mapping: SalesforceMapping) -> None:
        self._connection = connection
        self._names = {rule.source: rule.target for rule in mapping.fields if rule.source}
        self._certified = [rule.target for rule in mapping.fields if rule.owner == "source"]

    def sheets(self, contact_ids: Collection[str]) -> dict[str, ContactSheet]:
        """Give these Contacts, fifty at most, in one call; those that are gone are left out."""
        wanted = sorted(contact_ids)[:_MOST]
        if not wanted:
            return {}
        columns = ", ".join(["Id", BIRTHDATE, *(self._names[value] for value in READ_VALUES)])
        query = f"SELECT {columns} FROM Contact WHERE Id IN {{}}"  # noqa: S608 - names come from the mapping, ids through format_soql
        rows = self._connection.query(str(format_soql(query, wanted)), "Contact")
        found = {_short(row["Id"]): self._sheet(row) for row in rows}
        return {wish: found[_short(wish)] for wish in wanted if _short(wish) in found}

    def release(self, contact_id: str, subject_hash: str) -> None:
        """Empty the certified fields of a Contact that bears this hash; safe to repeat.

        All of them, for they say of a Contact what was true of somebody who is not that Contact.
        """
        sheet = self.sheets([contact_id]).get(contact_id)
        if sheet is None or sheet.contact.subject_hash != subject_hash:
            return
        path = f"sobjects/Contact/{sheet.contact.id}"
        self._connection.write("PATCH", path, dict.fromkeys(self._certified), "Contact")

    def _sheet(self, row: Row) -> ContactSheet:
        return ContactSheet(
            contact=contact_of(row, self._names),
            last_name=row.get(self._names["last_name"]),
            first_name=row.get(self._names["first_given_name"]),
            usage_name=row.get(self._names["usage_name"]),
        )


def _short(record_id: object) -> str:
    """Give the 15 characters that both forms of a record id share."""
    return str(record_id)[:15]
