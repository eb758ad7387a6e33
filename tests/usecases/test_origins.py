"""What an identity of another Member State, or one brought by a helper, may do by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import Origin
from bridge.domain.review import ReviewKind
from bridge.usecases.link_contact import LinkContact
from tests.domain.people import ABROAD, ANGELA
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS, certified
from tests.usecases.town import FakeBell

OLD = certified(subject="the old sub")
NEW = certified(subject="the new sub")


@pytest.fixture
def contacts() -> FakeContacts:
    """The org's Contacts, none yet."""
    return FakeContacts()


@pytest.fixture
def link(sqlite_store: SqlStore, contacts: FakeContacts, clock: FakeClock) -> LinkContact:
    """The use case."""
    return LinkContact(sqlite_store, contacts, PSEUDONYMS, FakeVault(), clock, FakeBell())


def test_a_european_is_never_linked_to_a_known_contact(link: LinkContact, contacts: FakeContacts) -> None:
    """Somebody alike is for an agent, however equal the fields; nobody alike is a new Contact."""
    known = contacts.add(ANGELA)
    european = certified(origin=Origin.EUROPEAN)
    doubt = link(european)
    assert doubt.review is not None
    assert (doubt.review.kind, doubt.review.reasons[0]) == (ReviewKind.IDENTITY, "origin.european")
    assert contacts.contacts[known].contact.subject_hash is None
    other = certified(ABROAD, origin=Origin.EUROPEAN, subject="another")
    del contacts.contacts[known]
    assert link(other).link is not None


def test_a_european_is_never_recognised_by_civil_status(link: LinkContact, contacts: FakeContacts) -> None:
    """A name in use and a foreign place say too little to move a subject."""
    link(OLD)
    outcome = link(certified(subject="european", origin=Origin.EUROPEAN))
    assert outcome.link is None


def test_a_helper_comes_in_by_the_citizens_own_link_alone(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Without a link an agent is asked and nothing is made; with one, nothing of the Contact changes."""
    helper = certified(origin=Origin.HELPER, email="helper@example.fr")
    first = link(helper)
    assert first.review is not None
    assert (first.review.reasons, contacts.contacts) == (("origin.helper",), {})
    own = link(certified()).link
    assert own is not None
    assert link(helper).link is not None
    assert contacts.contacts[own.contact_id].email == "typed@example.fr"


def test_a_helper_moves_no_subject(link: LinkContact, contacts: FakeContacts) -> None:
    """An unknown subject that comes through a helper is an agent's, though civil status is known."""
    old = link(OLD).link
    outcome = link(replace(NEW, origin=Origin.HELPER))
    assert old is not None
    assert outcome.link is None
    assert contacts.contacts[old.contact_id].contact.subject_hash == old.subject_hash
