"""FranceConnect gives a person a new `sub`: recognised, or shown to an agent, never made anew (F79)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import LinkMethod
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.domain.review import ReviewDecision, ReviewKind, ReviewState
from bridge.errors import GoneError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.add_link import AddLink
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.move_subject import MoveSubject
from bridge.usecases.ports import CaseFilter
from bridge.usecases.sealed_person import open_person
from tests.domain.people import ANGELA, like
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS, ROTATED, certified, subject_hash
from tests.usecases.town import URBANISME, FakeBell, audited, case, delivery, row

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


def test_the_same_civil_status_under_a_new_sub_is_the_same_person(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Person, Contact and requests stay; the Contact bears the new subject; one audit row says so."""
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    old = link(OLD).link
    new = link(replace(NEW, email="other@example.fr")).link
    assert old is not None
    assert new is not None
    assert (new.id, new.person_id, new.contact_id) == (old.id, old.person_id, old.contact_id)
    assert new.subject_hash == subject_hash(NEW)
    (stored,) = contacts.contacts.values()
    assert (stored.contact.subject_hash, stored.email) == (subject_hash(NEW), "typed@example.fr")
    assert case(sqlite_store, 1).link_id == old.id
    assert audited(sqlite_store)[-1] == ("rule", "link.subject_moved", old.id, "")


def test_franceconnect_and_franceconnect_plus_are_one_person(
    link: LinkContact, contacts: FakeContacts
) -> None:
    """Each door gives a `sub` of its own; whichever is used, the same link answers."""
    plus = certified(issuer="https://fcplus.example/api/v2", subject="plus", acr="eidas2")
    outcomes = [link(person).link for person in (OLD, plus, OLD, plus)]
    assert len({outcome.id for outcome in outcomes if outcome}) == 1
    assert len(contacts.contacts) == 1


def test_a_rotated_key_still_finds_the_old_subject(
    link: LinkContact, sqlite_store: SqlStore, contacts: FakeContacts, clock: FakeClock
) -> None:
    """The civil status is asked for under every key still known."""
    old = link(OLD).link
    rotated = LinkContact(sqlite_store, contacts, ROTATED, FakeVault(), clock, FakeBell())
    new = rotated(NEW).link
    assert old is not None
    assert new is not None
    assert new.id == old.id
    with sqlite_store.read() as tx:
        assert tx.links.by_pivot([ROTATED.pivot(ANGELA)]) == (new,)


@pytest.mark.parametrize(
    "identity",
    [
        like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
        like(gender=None),
        like(birth_place=None),
    ],
    ids=["presumed date", "no gender", "no birthplace"],
)
def test_an_incomplete_identity_recognises_nobody(
    link: LinkContact, contacts: FakeContacts, identity: PivotIdentity
) -> None:
    """Too many share a year or a name alone: an agent is asked."""
    old = link(certified(identity, subject="the old sub")).link
    new = link(certified(identity, subject="the new sub"))
    assert old is not None
    assert new.link is None
    assert new.review is not None
    assert new.review.candidate_ids == (old.contact_id,)


@pytest.mark.parametrize(
    "before",
    [
        like(family_name="DUBOIT"),
        like(given_names=("Angèle", "Claire", "Louise")),
        like(given_names=("Paul",), gender=Gender.MALE),
        like(birth_date=BirthDate("1962-08-23")),
        like(birth_place="75108"),
    ],
    ids=["name", "given name", "given names and gender", "date", "place"],
)
def test_a_corrected_civil_status_is_asked_about(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore, before: PivotIdentity
) -> None:
    """A linked Contact that differs in what was corrected is shown to an agent; no second one is made."""
    old = link(certified(before, subject="the old sub")).link
    outcome = link(NEW)
    assert old is not None
    assert outcome.link is None
    assert outcome.review is not None
    assert (outcome.review.kind, outcome.review.link_id) == (ReviewKind.NEW_SUBJECT, old.id)
    assert outcome.review.reasons[0] == "subject.new"
    assert outcome.review.candidate_ids == (old.contact_id,)
    assert list(contacts.contacts) == [old.contact_id]
    assert contacts.contacts[old.contact_id].contact.subject_hash == old.subject_hash
    assert link(NEW) == outcome
    contacts.failure = TransientError("away", system="salesforce")
    assert link(NEW) == outcome


def test_an_agent_links_a_corrected_person_again(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """The decided link bears the new subject and civil status, in the agent's name and with their reason."""
    old = link(certified(like(family_name="DUBOIT"), subject="the old sub")).link
    doubt = link(NEW).review
    assert old is not None
    assert doubt is not None
    move = MoveSubject(AddLink(sqlite_store, PSEUDONYMS, clock, FakeBell()), contacts)
    with sqlite_store.read() as tx:
        sealed = tx.reviews.sealed_identity(doubt.id)
    person = open_person(FakeVault(), sealed or "", "unknown here")

    moved = move.move(old, person, doubt.subject_hash, author="a_1", reason="seen at the desk")

    assert (moved.id, moved.subject_hash) == (old.id, subject_hash(NEW))
    assert contacts.contacts[old.contact_id].contact.identity == ANGELA
    assert audited(sqlite_store)[-1] == ("a_1", "link.subject_moved", old.id, "")
    again = link(NEW).link
    assert again is not None
    assert again.id == old.id
    with sqlite_store.read() as tx:
        assert tx.reviews.of_subject([subject_hash(NEW)]) == doubt


def test_two_corrections_are_another_person(link: LinkContact, contacts: FakeContacts) -> None:
    """Somebody born another day under another name has nothing to do with this person."""
    link(certified(like(family_name="LEFEVRE", birth_date=BirthDate("1950-01-12")), subject="the old sub"))
    outcome = link(NEW).link
    assert outcome is not None
    assert outcome.method is LinkMethod.CREATED
    assert len(contacts.contacts) == 2


def test_a_twin_is_asked_about_once(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Once an agent has said that the two are not the same, the second one gets a Contact of their own."""
    link(certified(like(given_names=("Adèle",)), subject="the twin"))
    doubt = link(NEW).review
    assert doubt is not None
    with sqlite_store.begin() as tx:
        tx.reviews.update(
            replace(
                doubt,
                state=ReviewState.DECIDED,
                decision=ReviewDecision.NOT_SAME,
                decided_by="a_1",
                decided_at=doubt.created_at,
            )
        )
    outcome = link(NEW).link
    assert outcome is not None
    assert outcome.method is LinkMethod.CREATED
    assert len(contacts.contacts) == 2


def test_several_links_of_one_civil_status_are_an_agents(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Which of the two Contacts is the person's cannot be told from here."""
    first = link(certified(like(given_names=("Angela",)), subject="one")).link
    second = link(certified(like(birth_place="75108"), subject="two")).review
    assert first is not None
    assert second is not None
    with sqlite_store.begin() as tx:
        tx.reviews.update(
            replace(
                second,
                state=ReviewState.DECIDED,
                decision=ReviewDecision.NOT_SAME,
                decided_by="a_1",
                decided_at=second.created_at,
            )
        )
    link(certified(like(birth_place="75108"), subject="two"))
    # Both civil statuses were corrected to the same since, each under its own sub.
    link(certified(subject="one"))
    link(certified(subject="two"))
    outcome = link(certified(subject="three"))
    assert outcome.review is not None
    assert (outcome.review.kind, outcome.review.reasons[0]) == (
        ReviewKind.NEW_SUBJECT,
        "subject.several_links",
    )


def test_a_subject_another_contact_bears_is_an_alert(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Two Contacts for one person, each with a subject of theirs: nothing is written over."""
    old = link(OLD).link
    assert old is not None
    other = contacts.add(like(birth_place=None), subject_hash=subject_hash(NEW))
    outcome = link(NEW)
    assert outcome.review is not None
    assert (outcome.review.kind, outcome.review.link_id) == (ReviewKind.TWO_SUBJECTS, old.id)
    assert outcome.review.candidate_ids == (other,)
    assert contacts.contacts[old.contact_id].contact.subject_hash == subject_hash(OLD)


def test_a_new_sub_while_the_contact_is_gone_keeps_nobody_out(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """The person is recognised, no Contact is made, and the one that is gone is looked at soon."""
    old = link(OLD).link
    assert old is not None
    del contacts.contacts[old.contact_id]
    new = link(NEW).link
    assert new is not None
    assert new.id == old.id
    assert contacts.contacts == {}
    with sqlite_store.read() as tx:
        assert tx.contact_log.noticed(10) == (old.contact_id,)
    with sqlite_store.begin() as tx:
        tx.link_moves.contact_gone(old.id, old.linked_at)
    assert link(OLD).link is not None


def test_an_org_that_is_away_moves_nobody(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Told to try again, and the next try is complete."""
    link(OLD)
    contacts.failure = TransientError("away", system="salesforce")
    with pytest.raises(TransientError):
        link(NEW)
    contacts.failure = None
    assert link(NEW).link is not None


def test_a_contact_deleted_while_we_looked_is_not_linked(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """The certain Contact is gone between question and answer: the next answer counts."""

    class Vanishing(FakeContacts):
        def attach(self, contact_id: str, subject_hash: str, person: object) -> None:
            if contact_id == file:
                del self.contacts[contact_id]
                raise GoneError("gone", system="salesforce", code="salesforce.entity_is_deleted")
            super().attach(contact_id, subject_hash, person)  # type: ignore[arg-type]  # as it came

    contacts = Vanishing()
    file = contacts.add(ANGELA)
    outcome = LinkContact(sqlite_store, contacts, PSEUDONYMS, FakeVault(), clock, FakeBell())(NEW)
    assert outcome.link is not None
    assert outcome.link.method is LinkMethod.CREATED
    with sqlite_store.read() as tx:
        assert tx.cases.of_citizen(outcome.link.id, CaseFilter()) == ()
