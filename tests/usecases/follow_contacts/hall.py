"""A town hall whose org agents work in, and one citizen of it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import CertifiedPerson, IdentityLink
from bridge.domain.review import LinkReview
from bridge.usecases.follow_contacts import EVERY, FollowContacts, FollowSummary
from bridge.usecases.link_contact import LinkContact
from tests.domain.people import like
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.usecases.people import certified, subject_hash
from tests.usecases.town import FakeBell

PERSON = certified()


@dataclass
class Hall:
    """A town hall, its org, and a citizen who signed in."""

    store: SqlStore
    clock: FakeClock
    contacts: FakeContacts
    changes: FakeContactChanges
    bell: FakeBell
    link: LinkContact
    follow: FollowContacts

    def linked(self, person: CertifiedPerson = PERSON) -> IdentityLink:
        """Give the link as it is now."""
        hashes = [subject_hash(person)]
        with self.store.read() as tx:
            found = tx.links.by_subject(hashes)
        assert found is not None
        return found

    def doubts(self) -> tuple[LinkReview, ...]:
        """Give what waits for an agent."""
        with self.store.read() as tx:
            return tx.reviews.undecided()

    def look(self) -> FollowSummary:
        """Look as soon as it is time."""
        self.clock.move(EVERY)
        return self.follow()

    def duplicate(self) -> str:
        """Give another Contact of the same person, typed by an agent."""
        return self.contacts.add(like(birth_place=None), email="agent@example.fr")
