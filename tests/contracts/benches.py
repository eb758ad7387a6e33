"""Each implementation of a directory with what a contract test needs around it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_desk import SalesforceContactDesk
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.domain.case import CaseKey
from bridge.domain.identity import PivotIdentity
from bridge.usecases.ports import CaseDirectory, ContactDesk, ContactDirectory
from mappings.loader import load_salesforce
from tests.fakes.cases import FakeCases
from tests.fakes.contacts import FakeContacts
from tests.fakes.desk import FakeDesk

SOURCE = "contract"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an agent sees on a Contact beside the certified identity."""

    last_name: str | None
    first_name: str | None
    email: str | None
    usage_name: str | None
    acr: str | None


@dataclass(frozen=True, slots=True)
class StoredCase:
    """What an agent sees on a Case."""

    title: str
    version: int
    contact_id: str | None


class ContactBench(Protocol):
    """A ContactDirectory and the Contacts behind it."""

    @property
    def contacts(self) -> ContactDirectory: ...
    @property
    def desk(self) -> ContactDesk: ...
    @property
    def mark(self) -> str:
        """What begins every hash of this test."""

    def add_contact(self, known: PivotIdentity, email: str | None = None) -> str:
        """Add a Contact with the town's own name, first name and birth date."""

    def seen(self, contact_id: str) -> Seen:
        """Give what an agent sees."""


class CaseBench(Protocol):
    """A CaseDirectory and the Cases behind it."""

    @property
    def cases(self) -> CaseDirectory: ...
    @property
    def mark(self) -> str:
        """What begins every case number of this test."""

    def add_contact(self, known: PivotIdentity, email: str | None = None) -> str:
        """Add a Contact that a case may belong to."""

    def stored(self, key: CaseKey) -> list[StoredCase]:
        """Give every Case with this key; more than one is a fault."""


class FakeBench:
    """The fakes."""

    def __init__(self) -> None:
        self.mark = "T"
        self.contacts = FakeContacts()
        self.desk = FakeDesk(self.contacts)
        self.cases = FakeCases(frozenset())

    def add_contact(self, known: PivotIdentity, email: str | None = None) -> str:
        """Add a Contact, known to the cases too."""
        contact_id = self.contacts.add(known, email=email, first_name=" ".join(known.given_names))
        self.cases.contact_ids = frozenset(self.contacts.contacts)
        return contact_id

    def seen(self, contact_id: str) -> Seen:
        """Give what the fake holds."""
        held = self.contacts.contacts[contact_id]
        return Seen(held.last_name, held.first_name, held.email, held.usage_name, held.acr)

    def stored(self, key: CaseKey) -> list[StoredCase]:
        """Give the one Case the fake holds."""
        held = self.cases.cases.get(key.external_id)
        return [StoredCase(held.content.title, held.version, held.contact_id)] if held else []


class OrgBench:
    """The adapters on an org."""

    def __init__(self, connection: SalesforceConnection) -> None:
        self.mark = f"T{secrets.token_hex(6)}"
        self.connection = connection
        self.contacts = SalesforceContacts(connection, load_salesforce("contact"))
        self.desk = SalesforceContactDesk(connection, load_salesforce("contact"))
        self.cases = SalesforceCases(connection, load_salesforce("case"))
        self._added: list[str] = []

    def add_contact(self, known: PivotIdentity, email: str | None = None) -> str:
        """Add a Contact as an agent would."""
        fields: dict[str, object] = {
            "LastName": known.family_name,
            "FirstName": " ".join(known.given_names),
            "Birthdate": known.birth_date.text if known.birth_date else None,
            "Email": email,
        }
        made = self.connection.write("POST", "sobjects/Contact", fields, "Contact")
        self._added.append(str(made["id"]))
        return self._added[-1]

    def seen(self, contact_id: str) -> Seen:
        """Give what the org holds."""
        columns = ("LastName", "FirstName", "Email", "FC_Usage_Name__c", "FC_Level__c")
        query = f"SELECT {', '.join(columns)} FROM Contact WHERE Id = {{}}"
        row = self._rows(query, contact_id)[0]
        return Seen(*(row[column] for column in columns))

    def stored(self, key: CaseKey) -> list[StoredCase]:
        """Give what the org holds under a key."""
        query = "SELECT Subject, Source_Version__c, ContactId FROM Case WHERE Source_Key__c = {}"
        rows = self._rows(query, key.external_id)
        return [StoredCase(r["Subject"], int(r["Source_Version__c"]), r["ContactId"]) for r in rows]

    def tidy(self) -> None:
        """Delete what this test made."""
        begun = format_soql("{:like}", self.mark)
        cases = self._rows(f"SELECT Id FROM Case WHERE Source_Key__c LIKE '{SOURCE}:{begun}%'")
        contacts = self._rows(f"SELECT Id FROM Contact WHERE FC_Subject__c LIKE '{begun}%'")
        made = {str(row["Id"]) for row in contacts} | set(self._added)
        for name, ids in (("Case", {str(row["Id"]) for row in cases}), ("Contact", made)):
            for record_id in ids:
                self.connection.write("DELETE", f"sobjects/{name}/{record_id}", {}, name)

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        return self.connection.query(format_soql(query, *values), "test")
