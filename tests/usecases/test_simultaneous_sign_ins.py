"""Two tabs, two devices, one person: one Contact and one link, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import identity_links, link_reviews
from bridge.domain.contact import CertifiedPerson, Contact
from bridge.domain.identity import PivotIdentity
from bridge.usecases.link_contact import LinkContact, LinkOutcome
from tests.domain.people import ANGELA
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS, certified, subject_hash
from tests.usecases.town import FakeBell, audited

PERSON = certified()
PATIENCE_S = 60.0


class Crossing(FakeContacts):
    """Lets something happen just before or just after a search for candidates, once."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], object] | None = None
        self.after: Callable[[], object] | None = None

    def candidates(self, identity: PivotIdentity, usage_name: str | None = None) -> tuple[Contact, ...]:
        """Give the candidates, with the other sign-in in between."""
        before, self.before = self.before, None
        if before:
            before()
        found = super().candidates(identity, usage_name)
        after, self.after = self.after, None
        if after:
            after()
        return found


class Together(FakeContacts):
    """Holds two sign-ins until both have seen the same candidates."""

    def __init__(self) -> None:
        super().__init__()
        self.barrier = Barrier(2)

    def candidates(self, identity: PivotIdentity, usage_name: str | None = None) -> tuple[Contact, ...]:
        """Give the candidates once both have asked."""
        found = super().candidates(identity, usage_name)
        self.barrier.wait(PATIENCE_S)
        return found


def _use_case(store: SqlStore, contacts: FakeContacts, clock: FakeClock) -> LinkContact:
    return LinkContact(store, contacts, PSEUDONYMS, FakeVault(), clock, FakeBell())


def _stored(store: SqlStore) -> tuple[int, int]:
    """Give how many links and reviews there are."""
    with store._engine.connect() as connection:
        links = connection.execute(select(func.count()).select_from(identity_links)).scalar_one()
        reviews = connection.execute(select(func.count()).select_from(link_reviews)).scalar_one()
    return links, reviews


def _agree(store: SqlStore, contacts: FakeContacts, *outcomes: LinkOutcome) -> None:
    """Check that all came to one link, one Contact and one audit row, and to no review."""
    assert all(outcome.link is not None for outcome in outcomes)
    assert len({outcome.link for outcome in outcomes}) == 1
    assert len(contacts.contacts) == 1
    assert _stored(store) == (1, 0)
    assert [action for _actor, action, _subject, _detail in audited(store)] == ["link.added"]


@pytest.mark.parametrize("has_file", [False, True])
def test_two_first_sign_ins_at_once(store: SqlStore, clock: FakeClock, has_file: bool) -> None:
    """Both see the same candidates, and both leave with the same link."""
    contacts = Together()
    if has_file:
        contacts.add(ANGELA)
    link = _use_case(store, contacts, clock)
    with ThreadPoolExecutor(2) as threads:
        outcomes = [future.result(PATIENCE_S) for future in [threads.submit(link, PERSON) for _ in "ab"]]
    _agree(store, contacts, *outcomes)


@pytest.mark.parametrize("has_file", [False, True])
def test_the_other_one_finished_before_we_searched(
    sqlite_store: SqlStore, clock: FakeClock, has_file: bool
) -> None:
    """A candidate that bears our own hash is no doubt for an agent: it is us."""
    contacts = Crossing()
    if has_file:
        contacts.add(ANGELA)
    link = _use_case(sqlite_store, contacts, clock)
    others: list[LinkOutcome] = []
    contacts.before = lambda: others.append(link(PERSON))
    _agree(sqlite_store, contacts, link(PERSON), *others)


@pytest.mark.parametrize("has_file", [False, True])
def test_the_other_one_finished_after_we_searched(
    sqlite_store: SqlStore, clock: FakeClock, has_file: bool
) -> None:
    """A Contact linked meanwhile to ourselves is not taken by somebody else."""
    contacts = Crossing()
    if has_file:
        contacts.add(ANGELA)
    link = _use_case(sqlite_store, contacts, clock)
    others: list[LinkOutcome] = []
    contacts.after = lambda: others.append(link(PERSON))
    _agree(sqlite_store, contacts, link(PERSON), *others)


def test_two_tabs_under_a_new_sub_are_one_move(store: SqlStore, clock: FakeClock) -> None:
    """Both recognise the person, both leave with the one link, and it is said once."""

    class Attaching(FakeContacts):
        barrier = Barrier(2)

        def attach(self, contact_id: str, subject_hash: str, person: CertifiedPerson) -> None:
            if person.subject != PERSON.subject:
                self.barrier.wait(PATIENCE_S)
            super().attach(contact_id, subject_hash, person)

    contacts = Attaching()
    link = _use_case(store, contacts, clock)
    before = link(PERSON).link
    new = certified(subject="the new sub")
    with ThreadPoolExecutor(2) as threads:
        outcomes = [future.result(PATIENCE_S).link for future in [threads.submit(link, new) for _ in "ab"]]
    assert before is not None
    assert {(each.id, each.subject_hash) for each in outcomes if each} == {(before.id, subject_hash(new))}
    assert [action for _actor, action, _subject, _detail in audited(store)] == [
        "link.added",
        "link.subject_moved",
    ]


def test_two_doubts_at_once_open_one_review(store: SqlStore, clock: FakeClock) -> None:
    """Two tabs of a person in doubt leave one review and one audit row."""
    contacts = Together()
    contacts.add(ANGELA)
    contacts.add(ANGELA)
    link = _use_case(store, contacts, clock)
    with ThreadPoolExecutor(2) as threads:
        outcomes = [future.result(PATIENCE_S) for future in [threads.submit(link, PERSON) for _ in "ab"]]
    assert outcomes[0] == outcomes[1]
    assert _stored(store) == (0, 1)
    assert [action for _actor, action, _subject, _detail in audited(store)] == ["review.opened"]
