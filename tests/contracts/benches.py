"""Each implementation of a directory with what a contract test needs around it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import requests
from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_desk import SalesforceContactDesk
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.merges import SalesforceContactChanges
from bridge.domain.case import CaseKey
from bridge.domain.identity import PivotIdentity
from bridge.usecases.ports import CaseDirectory, ContactChanges, ContactDesk, ContactDirectory
from mappings.loader import load_salesforce
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
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


class ChangeBench(ContactBench, Protocol):
    """A ContactChanges besides, and what agents do with Contacts."""

    @property
    def changes(self) -> ContactChanges: ...
    @property
    def clock(self) -> FakeClock: ...

    def merge(self, winner_id: str, loser_id: str) -> None:
        """Merge a Contact into another."""

    def delete(self, contact_id: str) -> None:
        """Put a Contact into the bin."""

    def restore(self, contact_id: str) -> None:
        """Take it out again."""

    def purge(self) -> None:
        """Empty the bin and the log of deletions."""


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
        self.clock = FakeClock()
        self.changes = FakeContactChanges(self.contacts, self.clock)
        self.merge, self.delete = self.changes.merge, self.changes.delete
        self.restore, self.purge = self.changes.restore, self.changes.purge

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

    def __init__(self, connection: SalesforceConnection, clock: FakeClock | None = None) -> None:
        self.mark = f"T{secrets.token_hex(6)}"
        self.connection = connection
        self.clock = clock or FakeClock(datetime.now(UTC))
        self.contacts = SalesforceContacts(connection, load_salesforce("contact"))
        self.desk = SalesforceContactDesk(connection, load_salesforce("contact"))
        self.changes = SalesforceContactChanges(connection, load_salesforce("contact"))
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

    def merge(self, winner_id: str, loser_id: str) -> None:
        """Merge by SOAP, the only way a program has."""
        self._soap(
            f"<merge><request><masterRecord><type>Contact</type><Id>{winner_id}</Id></masterRecord>"
            f"<recordToMergeIds>{loser_id}</recordToMergeIds></request></merge>"
        )

    def delete(self, contact_id: str) -> None:
        """Delete by REST."""
        self.connection.write("DELETE", f"sobjects/Contact/{contact_id}", {}, "Contact")

    def restore(self, contact_id: str) -> None:
        """Undelete by SOAP."""
        self._soap(f"<undelete><ids>{contact_id}</ids></undelete>")

    def purge(self) -> None:
        """Empty the bin of the stand-in."""
        token = self.connection._tokens.current()
        requests.post(f"{token.instance_url}/sandbox/purge", timeout=10).raise_for_status()

    def _soap(self, call: str) -> None:
        token = self.connection._tokens.current()
        envelope = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
            ' xmlns="urn:partner.soap.sforce.com">'
            f"<e:Header><SessionHeader><sessionId>{token.value}</sessionId></SessionHeader></e:Header>"
            f"<e:Body>{call}</e:Body></e:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        answer = requests.post(
            f"{token.instance_url}/services/Soap/u/62.0", envelope, headers=headers, timeout=30
        )
        assert "<success>true</success>" in answer.text, answer.text

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
