"""The Contacts of the org: found by the hash of a subject or by civil status, attached, created once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simple_salesforce.format import format_external_id

from bridge.adapters.salesforce import contact_queries
from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_values import contact_of, filled, person_values
from bridge.domain.contact import CertifiedPerson, Contact, Reachable
from bridge.domain.identity import PivotIdentity
from bridge.domain.matching import Grade, compare
from bridge.errors import AmbiguousContactError, PermanentError, TransientError
from mappings.errors import PayloadError
from mappings.salesforce import SalesforceMapping, payload

_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_TAKEN = "salesforce.duplicate_value"
_LOOKS_LIKE_ANOTHER = "salesforce.duplicates_detected"


class SalesforceContacts:
    """The ContactDirectory of an org. It never overrides a duplicate rule: that is an agent's decision."""

    def __init__(self, connection: SalesforceConnection, mapping: SalesforceMapping) -> None:
        self._connection = connection
        self._mapping = mapping
        self._names = {rule.source: rule.target for rule in mapping.fields if rule.source}

    def by_subject(self, subject_hashes: Sequence[str]) -> Contact | None:
        """Give the Contact that bears one of these hashes, the first hash first."""
        if not subject_hashes:
            return None
        found = {
            contact.subject_hash: contact
            for contact in self._found(contact_queries.by_subject(subject_hashes, self._names))
        }
        return next((found[wanted] for wanted in subject_hashes if wanted in found), None)

    def candidates(self, identity: PivotIdentity, usage_name: str | None = None) -> tuple[Contact, ...]:
        """Give at most 50 Contacts who could be this person, in at most three calls; never a scan.

        After them those that bear a subject and share the birth date or the names, whoever they are: one may
        be this person before a correction of their civil status.
        """
        alike: dict[str, Contact] = {}
        certified: dict[str, Contact] = {}
        for query in contact_queries.candidates(identity, self._names, usage_name):
            for contact in self._found(query):
                if compare(identity, usage_name, contact).grade is not Grade.OTHER_PERSON:
                    alike.setdefault(contact.id, contact)
                elif contact.subject_hash is not None:
                    certified.setdefault(contact.id, contact)
        return (*alike.values(), *certified.values())[: contact_queries.MOST_CANDIDATES]

    def attach(self, contact_id: str, subject_hash: str, person: CertifiedPerson) -> None:
        """Write the certified fields on an existing Contact, nothing the citizen or an agent owns.

        Raises: AmbiguousContactError when another Contact bears this hash, GoneError when this one is gone.
        """
        if not _RECORD_ID.fullmatch(contact_id):
            raise PermanentError("Contact: not a record id", system=SYSTEM, code="salesforce.malformed_id")
        fields = self._payload(subject_hash, person, creating=False)
        try:
            self._connection.write("PATCH", f"sobjects/Contact/{contact_id}", fields, "Contact")
        except PermanentError as error:
            if error.code == _TAKEN:
                raise AmbiguousContactError("another Contact bears this identity") from error
            raise

    def reachable(self, contact_id: str) -> Reachable | None:
        """Give a Contact with its e-mail and telephones, None when it is gone; the answer is kept nowhere."""
        if not _RECORD_ID.fullmatch(contact_id):
            return None
        rows = self._connection.query(contact_queries.by_id(contact_id, self._names), "Contact")
        if not rows:
            return None
        email = next(iter(filled(rows[0], contact_queries.EMAIL)), None)
        phones = filled(rows[0], *contact_queries.PHONES)
        return Reachable(contact_of(rows[0], self._names), email, phones)

    def create(self, subject_hash: str, person: CertifiedPerson) -> str:
        """Give the id of the one Contact with this hash, made now if need be; safe to repeat.

        Raises: AmbiguousContactError when a duplicate rule of the org takes the person for another Contact,
        or when a deleted Contact holds on to the hash.
        """
        # Looked up first, so that a repeat does not write over the name or e-mail the Contact has by now.
        if known := self.by_subject([subject_hash]):
            return known.id
        try:
            return self._upsert(subject_hash, person)
        except PermanentError as error:
            if error.code == _LOOKS_LIKE_ANOTHER:
                raise AmbiguousContactError(
                    "a duplicate rule of the org found a similar Contact", code="contact.duplicate_rule"
                ) from error
            if error.code == _TAKEN:
                raise AmbiguousContactError(
                    "a Contact in the bin holds on to this identity", code="contact.subject_in_bin"
                ) from error
            raise

    def _upsert(self, subject_hash: str, person: CertifiedPerson) -> str:
        """Upsert by the hash; who loses a race against another insert finds that record the second time."""
        fields = self._payload(subject_hash, person, creating=True)
        del fields[self._mapping.external_id]  # it stands in the address
        path = f"sobjects/Contact/{format_external_id(self._mapping.external_id, subject_hash)}"
        try:
            answer = self._connection.write("PATCH", path, fields, "Contact")
        except PermanentError as error:
            if error.code != _TAKEN:
                raise
            answer = self._connection.write("PATCH", path, fields, "Contact")
        return self._id_in(answer, subject_hash)

    def _id_in(self, answer: object, subject_hash: str) -> str:
        if isinstance(answer, dict) and isinstance(answer.get("id"), str):
            return str(answer["id"])
        # Older API versions answer an update without a body.
        contact = self.by_subject([subject_hash])
        if contact is None:
            raise TransientError("Contact: written, not found yet", system=SYSTEM, code="remote.unreadable")
        return contact.id

    def _payload(self, subject_hash: str, person: CertifiedPerson, *, creating: bool) -> dict[str, object]:
        try:
            return payload(self._mapping, person_values(subject_hash, person), creating=creating)
        except PayloadError as error:
            raise PermanentError(str(error), system=SYSTEM, code="mapping.refused") from error

    def _found(self, query: str) -> list[Contact]:
        return [contact_of(row, self._names) for row in self._connection.query(query, "Contact")]
