"""A ContactDirectory in memory, held to the same contract as the org's."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.domain.contact import CertifiedPerson, Contact, Origin, Reachable
from bridge.domain.identity import PivotIdentity, comparison_key
from bridge.domain.matching import Grade, compare
from bridge.errors import AmbiguousContactError, GoneError

MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class StoredContact:
    """A Contact with what the citizen and agents own beside the certified identity."""

    contact: Contact
    last_name: str | None
    first_name: str | None
    email: str | None = None
    usage_name: str | None = None
    acr: str | None = None
    phones: tuple[str, ...] = ()


class FakeContacts:
    """Contacts in memory. Set `failure` to make every call raise it."""

    def __init__(self) -> None:
        self.contacts: dict[str, StoredContact] = {}
        self.failure: Exception | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(
        self,
        identity: PivotIdentity,
        *,
        subject_hash: str | None = None,
        email: str | None = None,
        first_name: str | None = None,
        phones: tuple[str, ...] = (),
    ) -> str:
        """Add a Contact the town already has; give its id."""
        contact_id = f"003{next(self._numbers):012}AAA"
        first = first_name or (identity.given_names[0] if identity.given_names else None)
        contact = Contact(contact_id, identity, subject_hash)
        self.contacts[contact_id] = StoredContact(contact, identity.family_name, first, email, phones=phones)
        return contact_id

    def by_subject(self, subject_hashes: Sequence[str]) -> Contact | None:
        """Give the Contact that bears one of these hashes, the first hash first."""
        self._fail()
        held = {stored.contact.subject_hash: stored.contact for stored in self.contacts.values()}
        return next((held[wanted] for wanted in subject_hashes if wanted in held), None)

    def candidates(self, identity: PivotIdentity, usage_name: str | None = None) -> tuple[Contact, ...]:
        """Give at most 50 Contacts who could be this person, or who are certified alike."""
        self._fail()
        held = [stored.contact for stored in self.contacts.values() if identity.family_name]
        found = [contact for contact in held if _could_be(identity, usage_name, contact)]
        return tuple(found[:MOST_CANDIDATES])

    def attach(self, contact_id: str, subject_hash: str, person: CertifiedPerson) -> None:
        """Write the certified fields, nothing the citizen owns."""
        self._fail()
        holder = self.by_subject([subject_hash])
        if holder is not None and holder.id != contact_id:
            raise AmbiguousContactError("another Contact bears this identity")
        if contact_id not in self.contacts:
            raise GoneError("Contact: NOT_FOUND", system="salesforce", code="salesforce.not_found")
        self.contacts[contact_id] = replace(
            self.contacts[contact_id],
            contact=Contact(contact_id, person.identity, subject_hash),
            usage_name=person.usage_name,
            acr=person.acr,
        )

    def reachable(self, contact_id: str) -> Reachable | None:
        """Give a Contact with where the town reaches the person."""
        self._fail()
        stored = self.contacts.get(contact_id)
        return Reachable(stored.contact, stored.email, stored.phones) if stored else None

    def create(self, subject_hash: str, person: CertifiedPerson) -> str:
        """Give the id of the one Contact with this hash."""
        with self._lock:
            known = self.by_subject([subject_hash])
            if known is not None:
                return known.id
            email = None if person.origin is Origin.HELPER else person.email
            contact_id = self.add(person.identity, email=email)
            stored = self.contacts[contact_id]
            last_name = person.usage_name or person.identity.family_name
            self.contacts[contact_id] = replace(stored, last_name=last_name)
            self.attach(contact_id, subject_hash, person)
            return contact_id

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


def _could_be(wanted: PivotIdentity, usage_name: str | None, contact: Contact) -> bool:
    if compare(wanted, usage_name, contact).grade is not Grade.OTHER_PERSON:
        return True
    return contact.subject_hash is not None and _born_or_named(wanted, contact.identity)


def _born_or_named(wanted: PivotIdentity, known: PivotIdentity) -> bool:
    born = wanted.birth_date and known.birth_date and wanted.birth_date.text == known.birth_date.text
    given = wanted.given_names[:1], known.given_names[:1]
    named = (
        _same(wanted.family_name or "", known.family_name) and all(given) and _same(given[0][0], given[1][0])
    )
    return bool(born) or named


def _same(one: str, other: str | None) -> bool:
    return comparison_key(one) == comparison_key(other or "")
