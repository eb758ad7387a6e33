"""A ContactDesk over the fake Contacts, held to the same contract as the org's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bridge.domain.contact import Contact
from bridge.domain.identity import PivotIdentity
from bridge.usecases.ports import ContactSheet
from tests.fakes.contacts import FakeContacts, StoredContact


class FakeDesk:
    """Reads and frees the Contacts of a FakeContacts; `failure` there fails here too."""

    def __init__(self, contacts: FakeContacts) -> None:
        self._contacts = contacts
        self.calls = 0

    def sheets(self, contact_ids: Collection[str]) -> dict[str, ContactSheet]:
        """Give these Contacts; those that are gone are left out."""
        self._contacts._fail()
        self.calls += 1
        held = self._contacts.contacts
        return {wanted: _sheet(held[wanted]) for wanted in contact_ids if wanted in held}

    def release(self, contact_id: str, subject_hash: str) -> None:
        """Empty the certified fields of a Contact that bears this hash; its own names stay."""
        self._contacts._fail()
        stored = self._contacts.contacts.get(contact_id)
        if stored is None or stored.contact.subject_hash != subject_hash:
            return
        given = (stored.first_name,) if stored.first_name else ()
        own = PivotIdentity(stored.last_name, given, None, None, None, None)
        freed = replace(stored, contact=Contact(contact_id, own, None), usage_name=None, acr=None)
        self._contacts.contacts[contact_id] = freed


def _sheet(stored: StoredContact) -> ContactSheet:
    return ContactSheet(stored.contact, stored.last_name, stored.first_name, stored.usage_name)
