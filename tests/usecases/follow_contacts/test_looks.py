"""What is deleted and restored in the org, and how often we look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.identity import BirthDate
from bridge.domain.review import ReviewKind
from bridge.errors import BudgetError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.follow_contacts import EVERY, FollowContacts, FollowSummary
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.push_cases import PushCases
from tests.domain.people import like
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.follow_contacts.hall import PERSON, Hall
from tests.usecases.people import PSEUDONYMS, certified
from tests.usecases.town import URBANISME, FakeBell, audited, case, delivery, row


def test_a_quiet_org_costs_one_question(hall: Hall) -> None:
    """Nothing is looked at, written or rung, and the next look is five minutes away."""
    assert not hall.follow.is_due()
    assert hall.look() == FollowSummary()
    assert (hall.changes.calls, hall.bell.rung) == (1, [])
    assert not hall.follow.is_due()
    hall.clock.move(EVERY)
    assert hall.follow.is_due()


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


def test_a_refused_case_has_its_contact_looked_at_at_once(hall: Hall) -> None:
    """The org says that the Contact is gone before it is time to look: nobody waits five minutes for it."""
    winner = hall.duplicate()
    old = hall.linked().contact_id
    hall.changes.merge(winner, old)
    org = FakeCases(contact_ids=frozenset({winner}))
    push = PushCases(hall.store, org, hall.clock)
    assert push().parked == 1
    assert hall.follow.is_due()
    assert hall.follow().moved == 1
    assert push().applied == 1
    assert org.cases["urbanisme:DP 1"].contact_id == winner


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


@pytest.mark.parametrize("named", ["survivor", "loser"])
def test_what_the_org_names_is_looked_at_at_once(hall: Hall, named: str) -> None:
    """A notification is a reason to look before it is time, once; of a merge the survivor is named."""
    second, winner = hall.duplicate(), hall.duplicate()
    loser = hall.linked().contact_id
    hall.changes.merge(second, loser)
    hall.changes.merge(winner, second)
    with hall.store.begin() as tx:
        tx.contact_log.notice(
            [{"survivor": winner, "loser": loser}[named], "003000000000999AAA"], hall.clock.now()
        )
    assert hall.follow.is_due()
    assert hall.follow().moved == 1
    assert not hall.follow.is_due()


def test_an_org_that_hides_its_contacts_is_no_town_that_deleted_them(hall: Hall) -> None:
    """When most of what is linked is out of sight, nothing is flagged: a right was taken away."""
    for number in range(21):
        born = BirthDate(f"19{40 + number}-02-03")
        somebody = like(family_name="ABCDEFGHIJKLMNOPQRSTU"[number] * 3, birth_date=born)
        assert hall.link(certified(somebody, subject=f"sub {number}")).link
    hall.contacts.contacts.clear()
    hall.changes.log_begins = hall.clock.now() + EVERY
    assert hall.look().error_code == "contacts.out_of_sight"
    assert hall.doubts() == ()


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
