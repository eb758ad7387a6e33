"""Merged, deleted, restored: what agents do with Contacts in the org, links and requests follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview, ReviewKind
from bridge.errors import AmbiguousContactError, BudgetError, PermanentError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.follow_contacts import EVERY, FollowContacts, FollowSummary
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.push_cases import PushCases
from tests.domain.people import ANGELA, like
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PAUL, PSEUDONYMS, certified, subject_hash
from tests.usecases.town import URBANISME, FakeBell, audited, case, delivery, row

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

    def linked(self, person: object = PERSON) -> IdentityLink:
        """Give the link as it is now."""
        hashes = [subject_hash(person)]  # type: ignore[arg-type]  # a person, as certified() gives it
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


def test_a_quiet_org_costs_one_question(hall: Hall) -> None:
    """Nothing is looked at, written or rung, and the next look is five minutes away."""
    assert not hall.follow.is_due()
    assert hall.look() == FollowSummary()
    assert (hall.changes.calls, hall.bell.rung) == (1, [])
    assert not hall.follow.is_due()
    hall.clock.move(EVERY)
    assert hall.follow.is_due()


def test_a_merged_contact_is_followed(hall: Hall) -> None:
    """Link and requests go to the survivor, which bears what was certified; the next sign-in finds it."""
    before, old = hall.linked(), hall.linked().contact_id
    winner = hall.duplicate()
    hall.changes.merge(winner, old)

    assert hall.look() == FollowSummary(looked_at=1, moved=1)

    link = hall.linked()
    assert (link.id, link.person_id, link.contact_id) == (before.id, before.person_id, winner)
    assert hall.contacts.contacts[winner].contact.subject_hash == subject_hash(PERSON)
    assert hall.contacts.contacts[winner].contact.identity == ANGELA
    assert hall.contacts.contacts[winner].email == "agent@example.fr"
    assert case(hall.store, 1).contact_id == winner
    assert hall.bell.rung == ["push"]
    assert ("rule", "link.contact_moved", link.id, winner) in audited(hall.store)
    again = hall.link(PERSON).link
    assert again is not None
    assert again.contact_id == winner
    assert list(hall.contacts.contacts) == [winner]
    assert hall.doubts() == ()


def test_a_moved_request_is_pushed_to_the_survivor(hall: Hall) -> None:
    """The Case is sent again, with the Contact that is there."""
    winner, org = hall.duplicate(), FakeCases()
    push = PushCases(hall.store, org, hall.clock)
    push()
    hall.changes.merge(winner, hall.linked().contact_id)
    hall.look()
    push()
    assert org.cases["urbanisme:DP 1"].contact_id == winner


def test_a_chain_of_merges_is_followed_to_its_end(hall: Hall) -> None:
    """Merged twice between two looks, and once more later."""
    second, third, fourth = (hall.contacts.add(like(birth_place=None)) for _ in "234")
    hall.changes.merge(second, hall.linked().contact_id)
    hall.changes.merge(third, second)
    hall.look()
    assert hall.linked().contact_id == third
    hall.changes.merge(fourth, third)
    hall.look()
    assert hall.linked().contact_id == fourth


def test_merges_that_lead_in_a_circle_end(hall: Hall) -> None:
    """Impossible in the org, and no reason to look for ever."""
    old, other = hall.linked().contact_id, hall.contacts.add(ANGELA)
    hall.changes.merge(other, old)
    hall.changes.delete(other)
    hall.changes.bin[other] = replace(hall.changes.bin[other], survivor_id=old)
    assert hall.look().gone == 1


def test_two_identities_in_one_contact_are_an_alert(hall: Hall) -> None:
    """Nothing of the survivor is written over; both keep their links, and an agent is told once."""
    paul = certified(PAUL)
    hall.link(paul)
    survivor = hall.linked(paul).contact_id
    before = hall.contacts.contacts[survivor]
    hall.changes.merge(survivor, hall.linked().contact_id)

    assert hall.look().doubtful == 1
    assert hall.look() == FollowSummary(looked_at=1)

    assert hall.contacts.contacts[survivor] == before
    assert hall.linked(paul).contact_id == survivor
    (doubt,) = hall.doubts()
    assert (doubt.kind, doubt.link_id) == (ReviewKind.TWO_SUBJECTS, hall.linked().id)
    assert (doubt.candidate_ids, doubt.reasons) == ((survivor,), ("merge.survivor_linked",))


def test_a_survivor_that_bears_another_identity_is_not_written_over(hall: Hall) -> None:
    """A subject the org knows and our store does not is still somebody's."""
    survivor = hall.contacts.add(PAUL, subject_hash="v1:another bridge's")
    hall.changes.merge(survivor, hall.linked().contact_id)
    assert hall.look().doubtful == 1
    assert hall.contacts.contacts[survivor].contact.subject_hash == "v1:another bridge's"


def test_an_agents_decision_is_not_asked_for_again(hall: Hall) -> None:
    """Once decided, an alert about the same state does not come back at every look."""
    paul = certified(PAUL)
    hall.link(paul)
    hall.changes.merge(hall.linked(paul).contact_id, hall.linked().contact_id)
    hall.look()
    with hall.store.begin() as tx:
        tx.reviews.update(replace(hall.doubts()[0], decided_at=hall.clock.now(), decided_by="a_1"))
    hall.look()
    assert hall.doubts() == ()


def test_a_deleted_contact_keeps_its_link_and_parks_nothing(hall: Hall) -> None:
    """One doubt for an agent; the requests go to Salesforce without a Contact, and the citizen signs in."""
    hall.changes.delete(hall.linked().contact_id)
    org = FakeCases(contact_ids=frozenset())
    push = PushCases(hall.store, org, hall.clock)
    assert push().parked == 1

    assert hall.look() == FollowSummary(looked_at=1, gone=1)
    hall.look()
    AbsorbDelivery(hall.store, PSEUDONYMS, hall.clock)(URBANISME, delivery(row(2), key="d2"))

    (doubt,) = hall.doubts()
    assert (doubt.kind, doubt.reasons) == (ReviewKind.CONTACT_GONE, ("contact.deleted",))
    assert (push().parked, set(org.cases)) == (0, {"urbanisme:DP 1", "urbanisme:DP 2"})
    assert [case(hall.store, number).link_id for number in (1, 2)] == [hall.linked().id] * 2
    outcome = hall.link(PERSON)
    assert outcome.link is not None
    assert hall.contacts.contacts == {}


def test_a_restored_contact_ends_its_own_doubt(hall: Hall) -> None:
    """Taken out of the bin, everything is as before, and nobody has to decide anything."""
    contact_id = hall.linked().contact_id
    hall.changes.delete(contact_id)
    hall.look()
    hall.changes.restore(contact_id)

    assert hall.look() == FollowSummary(looked_at=1, back=1)

    assert hall.doubts() == ()
    assert hall.linked().contact_gone_at is None
    assert case(hall.store, 1).contact_id == contact_id
    assert "review.closed" in {entry[1] for entry in audited(hall.store)}
    assert hall.look() == FollowSummary()


def test_a_contact_purged_for_good_stays_gone(hall: Hall) -> None:
    """Not even the bin knows it; after the log was emptied every link is asked about."""
    hall.changes.delete(hall.linked().contact_id)
    hall.clock.move(timedelta(minutes=1))
    hall.changes.purge()
    assert hall.look().gone == 1
    assert hall.doubts()[0].kind is ReviewKind.CONTACT_GONE


def test_the_first_look_asks_about_every_link(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """What happened before the bridge followed Contacts is found too."""
    contacts, bell = FakeContacts(), FakeBell()
    changes = FakeContactChanges(contacts, clock)
    outcome = LinkContact(sqlite_store, contacts, PSEUDONYMS, FakeVault(), clock, bell)(PERSON)
    assert outcome.link is not None
    changes.delete(outcome.link.contact_id)
    changes.bin[outcome.link.contact_id] = replace(
        changes.bin[outcome.link.contact_id], at=clock.now() - timedelta(days=90)
    )
    follow = FollowContacts(sqlite_store, changes, clock, bell)
    changes.failure = TransientError("away", system="salesforce")
    assert follow().error_code == "remote.unavailable"
    changes.failure = None
    clock.move(EVERY)
    assert follow().gone == 1


def test_what_the_org_names_is_looked_at_at_once(hall: Hall) -> None:
    """A notification is a reason to look before it is time, at that Contact alone, and once."""
    winner = hall.duplicate()
    hall.changes.merge(winner, hall.linked().contact_id)
    with hall.store.begin() as tx:
        tx.contact_log.notice([hall.linked().contact_id, "003000000000999AAA"], hall.clock.now())
    assert hall.follow.is_due()
    assert hall.follow().moved == 1
    assert not hall.follow.is_due()


def test_an_org_that_is_away_is_asked_again_in_five_minutes(hall: Hall) -> None:
    """Nothing is forgotten meanwhile, not even what was noticed, and nobody knocks in between."""
    winner = hall.duplicate()
    hall.changes.merge(winner, hall.linked().contact_id)
    with hall.store.begin() as tx:
        tx.contact_log.notice([winner], hall.clock.now())
    hall.changes.failure = TransientError("away", system="salesforce", code="remote.timeout")
    assert hall.look().error_code == "remote.timeout"
    hall.changes.calls, hall.changes.failure = 0, None
    assert hall.follow() == FollowSummary()
    assert hall.changes.calls == 0
    assert hall.look().moved == 1
    with hall.store.read() as tx:
        mark = tx.contact_log.mark()
    assert mark is not None
    assert mark.failing_since is None


def test_a_spent_budget_waits_for_the_org(hall: Hall) -> None:
    """Following can wait; the last calls of the day are for people who sign in."""
    later = hall.clock.now() + timedelta(hours=3)
    hall.changes.failure = BudgetError("spent", system="salesforce", resume_at=later)
    assert hall.look().error_code == "remote.budget"
    hall.clock.move(timedelta(hours=2))
    assert not hall.follow.is_due()


@pytest.mark.parametrize(
    "refusal",
    [
        AmbiguousContactError("the bin has it", code="contact.subject_in_bin"),
        PermanentError("a rule", system="salesforce", code="salesforce.field_custom_validation_exception"),
    ],
)
def test_a_survivor_that_cannot_be_written_is_followed_and_told(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    """The store is the truth of a link: it moves, and an agent learns that the Contact does not say so."""

    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr(hall.changes, "certify", refuse)
    winner = hall.duplicate()
    hall.changes.merge(winner, hall.linked().contact_id)
    assert hall.look().moved == 1
    assert hall.linked().contact_id == winner
    (doubt,) = hall.doubts()
    assert (doubt.kind, doubt.reasons) == (ReviewKind.CONTACT_GONE, ("merge.identity_unwritten",))


def test_another_subject_on_a_linked_contact_is_an_alert(hall: Hall) -> None:
    """An agent who typed one citizen's subject on another one's Contact is found out, not believed."""
    paul = certified(PAUL)
    hall.link(paul)
    mine = hall.linked().contact_id
    stored = hall.contacts.contacts[mine]
    hall.contacts.contacts[mine] = replace(
        stored, contact=replace(stored.contact, subject_hash=subject_hash(paul))
    )
    with hall.store.begin() as tx:
        tx.contact_log.notice([mine], hall.clock.now())
    assert hall.follow().doubtful == 1
    assert hall.doubts()[0].reasons == ("contact.other_subject",)
