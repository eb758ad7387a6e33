"""What may be proven is marked so, and nothing else is."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import Origin
from bridge.domain.matching import Comparison, Decision, Grade, Verdict
from bridge.domain.review import ReviewKind
from bridge.usecases import link_contact
from bridge.usecases.link_contact import LinkContact
from tests.adapters.store.samples import add_link
from tests.adapters.store.samples import link as sample_link
from tests.domain.people import like
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS, certified
from tests.usecases.town import FakeBell

NEARLY = like(birth_place=None)


@pytest.fixture
def contacts(monkeypatch: pytest.MonkeyPatch) -> FakeContacts:
    """The org's Contacts; the rule finds every one of them probable, and the first to be proven."""

    def probable(*given: object) -> Decision:
        found = given[2]
        assert isinstance(found, list)
        evidence = tuple(Comparison(contact, Grade.PROBABLE, ()) for contact in found)
        return Decision(Verdict.PROVE, found[0], evidence)

    monkeypatch.setattr(link_contact, "decide", probable)
    return FakeContacts()


@pytest.fixture
def link(sqlite_store: SqlStore, contacts: FakeContacts, clock: FakeClock) -> LinkContact:
    """The use case."""
    return LinkContact(sqlite_store, contacts, PSEUDONYMS, FakeVault(), clock, FakeBell())


def test_the_one_probable_contact_may_be_proven(link: LinkContact, contacts: FakeContacts) -> None:
    """The review names this Contact alone, and its grade says that a proof will do."""
    first = contacts.add(NEARLY)
    contacts.add(NEARLY)
    doubt = link(certified()).review
    assert doubt is not None
    assert (doubt.kind, doubt.grade, doubt.candidate_ids) == (
        ReviewKind.IDENTITY,
        Grade.PROBABLE,
        (first,),
    )
    assert doubt.reasons == ("candidates.one_probable",)


def test_a_contact_of_somebody_else_may_not_be_proven(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Whose mailbox it is proves nothing about a Contact that is linked already."""
    known = contacts.add(NEARLY, subject_hash="v1:somebody")
    add_link(sqlite_store, sample_link(1, contact=known))
    doubt = link(certified()).review
    assert doubt is not None
    assert doubt.grade is not Grade.PROBABLE


@pytest.mark.parametrize("origin", [Origin.EUROPEAN, Origin.HELPER])
def test_only_a_french_identity_may_be_proven(
    link: LinkContact, contacts: FakeContacts, origin: Origin
) -> None:
    """A helper has the citizen's mailbox at hand, and a European name is a name in use."""
    contacts.add(NEARLY)
    doubt = link(certified(origin=origin)).review
    assert doubt is not None
    assert doubt.grade is Grade.POSSIBLE
