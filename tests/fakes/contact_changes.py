"""A ContactChanges in memory over the Contacts in memory, and what agents do with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from bridge.errors import AmbiguousContactError, GoneError
from bridge.usecases.ports import ContactNews, ContactStanding
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts, StoredContact


@dataclass(frozen=True, slots=True)
class InBin:
    """A Contact in the bin: since when, and who took its place."""

    stored: StoredContact
    at: datetime
    survivor_id: str | None = None


@dataclass
class FakeContactChanges:
    """Set `failure` to make every call raise it; `calls` counts them."""

    contacts: FakeContacts
    clock: FakeClock
    bin: dict[str, InBin] = field(default_factory=dict)
    log_begins: datetime | None = None
    failure: Exception | None = None
    calls: int = 0

    def since(self, mark: datetime, now: datetime) -> ContactNews:
        """Give what went into the bin since."""
        self._count()
        gone = frozenset(contact_id for contact_id, binned in self.bin.items() if binned.at >= mark)
        begins = self.log_begins
        return ContactNews(gone, now, is_whole=mark.year > 1970 and (begins is None or begins <= mark))

    def standing(self, contact_ids: Collection[str]) -> dict[str, ContactStanding]:
        """Give where these stand."""
        self._count()
        found = {}
        for contact_id in contact_ids:
            if stored := self.contacts.contacts.get(contact_id):
                found[contact_id] = ContactStanding(contact_id, False, None, stored.contact.subject_hash)
            elif binned := self.bin.get(contact_id):
                subject = binned.stored.contact.subject_hash
                found[contact_id] = ContactStanding(contact_id, True, binned.survivor_id, subject)
        return found

    def merged_into(self, contact_ids: Collection[str]) -> frozenset[str]:
        """Give the losers of these."""
        self._count()
        return frozenset(lost for lost, binned in self.bin.items() if binned.survivor_id in contact_ids)

    def certify(self, survivor_id: str, merged_id: str, subject_hash: str) -> None:
        """Copy what was certified."""
        self._count()
        holder = self.contacts.by_subject([subject_hash])
        if holder and holder.id != survivor_id:
            raise AmbiguousContactError("taken", code="contact.subject_in_bin")
        if survivor_id not in self.contacts.contacts:
            raise GoneError("gone", system="salesforce", code="salesforce.entity_is_deleted")
        survivor, binned = self.contacts.contacts[survivor_id], self.bin.get(merged_id)
        told = binned.stored if binned and binned.stored.contact.subject_hash else survivor
        contact = replace(told.contact, id=survivor_id, subject_hash=subject_hash)
        acr = told.acr or survivor.acr
        self.contacts.contacts[survivor_id] = replace(survivor, contact=contact, acr=acr)

    def merge(self, winner_id: str, loser_id: str) -> None:
        """Merge a Contact into another, whose values stay."""
        loser = self.contacts.contacts.pop(loser_id)
        self.bin[loser_id] = InBin(loser, self.clock.now(), winner_id)

    def delete(self, contact_id: str) -> None:
        """Put a Contact into the bin."""
        self.bin[contact_id] = InBin(self.contacts.contacts.pop(contact_id), self.clock.now())

    def restore(self, contact_id: str) -> None:
        """Take it out again."""
        self.contacts.contacts[contact_id] = self.bin.pop(contact_id).stored

    def purge(self) -> None:
        """Empty the bin; the log begins now."""
        self.bin.clear()
        self.log_begins = self.clock.now()

    def _count(self) -> None:
        self.calls += 1
        if self.failure is not None:
            raise self.failure
