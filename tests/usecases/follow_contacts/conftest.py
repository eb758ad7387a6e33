"""The town hall of these tests."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.follow_contacts import FollowContacts
from bridge.usecases.link_contact import LinkContact
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.follow_contacts.hall import PERSON, Hall
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, delivery, row


@pytest.fixture
def hall(sqlite_store: SqlStore, clock: FakeClock) -> Hall:
    """A town hall whose one citizen has a request, and whose first look is done."""
    contacts, bell = FakeContacts(), FakeBell()
    changes = FakeContactChanges(contacts, clock)
    link = LinkContact(sqlite_store, contacts, PSEUDONYMS, FakeVault(), clock, bell)
    follow = FollowContacts(sqlite_store, changes, clock, bell)
    made = Hall(sqlite_store, clock, contacts, changes, bell, link, follow)
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    link(PERSON)
    follow()
    changes.calls = 0
    bell.rung.clear()
    return made
