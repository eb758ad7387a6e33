"""From a sign-in to a Contact: the known, the certain, a new one, or an agent's choice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bridge.adapters.secrets import KeyedPseudonyms
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import link_reviews
from bridge.domain.contact import LinkMethod
from bridge.errors import AmbiguousContactError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import CaseFilter
from bridge.usecases.sealed_person import open_person
from tests.domain.people import ANGELA, like
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import NEW_KEY, PAUL, PSEUDONYMS, ROTATED, certified, subject_hash
from tests.usecases.town import URBANISME, FakeBell, audited, case, delivery, open_pushes, row

PERSON = certified()


@pytest.fixture
def contacts() -> FakeContacts:
    """The org's Contacts, none yet."""
    return FakeContacts()


@pytest.fixture
def bell() -> FakeBell:
    """The door-bell."""
    return FakeBell()


@pytest.fixture
def link(sqlite_store: SqlStore, contacts: FakeContacts, clock: FakeClock, bell: FakeBell) -> LinkContact:
    """The use case."""
    return LinkContact(sqlite_store, contacts, PSEUDONYMS, FakeVault(), clock, bell)


def test_nobody_fits_so_a_contact_is_made(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """A first sign-in without a file ends in one Contact, one link with its method, and one audit row."""
    outcome = link(PERSON)
    assert outcome.review is None
    assert outcome.link is not None
    assert list(contacts.contacts) == [outcome.link.contact_id]
    assert (outcome.link.method, outcome.link.author) == (LinkMethod.CREATED, "rule")
    assert (outcome.link.linked_at, outcome.link.acr) == (clock.now(), "eidas1")
    assert outcome.link.subject_hash == subject_hash(PERSON)
    assert audited(sqlite_store) == [("rule", "link.added", outcome.link.id, "created")]


def test_the_certain_contact_is_linked_and_keeps_its_email(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """A file with the same six fields is taken, and the address the citizen gave stays theirs."""
    contact_id = contacts.add(ANGELA, email="kept@example.fr")
    outcome = link(PERSON)
    assert outcome.link is not None
    assert (outcome.link.contact_id, outcome.link.method) == (contact_id, LinkMethod.CERTAIN)
    assert contacts.contacts[contact_id].email == "kept@example.fr"
    assert contacts.contacts[contact_id].contact.subject_hash == subject_hash(PERSON)
    assert audited(sqlite_store) == [("rule", "link.added", outcome.link.id, "certain")]


def test_a_known_subject_is_recognised_without_salesforce(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore, bell: FakeBell
) -> None:
    """The second sign-in works with the org down, changes no Contact and writes no second link."""
    first = link(PERSON)
    contacts.failure = TransientError("down", system="salesforce")
    bell.rung.clear()
    again = link(replace(PERSON, email="new@example.fr", acr="eidas2"))
    assert again.link is not None
    assert first.link is not None
    assert (again.link.id, again.link.contact_id) == (first.link.id, first.link.contact_id)
    assert [stored.email for stored in contacts.contacts.values()] == ["typed@example.fr"]
    assert len(audited(sqlite_store)) == 1
    assert bell.rung == []


def test_a_contact_made_before_a_crash_is_found_again(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """Stopped between the org and our store, the next sign-in finds the Contact instead of a second one."""
    contact_id = contacts.create(subject_hash(PERSON), PERSON)
    outcome = link(PERSON)
    assert outcome.link is not None
    assert (outcome.link.contact_id, outcome.link.method) == (contact_id, LinkMethod.RECOVERED)
    assert len(contacts.contacts) == 1
    assert audited(sqlite_store) == [("rule", "link.added", outcome.link.id, "recovered")]


def test_a_doubt_is_reviewed_once(link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore) -> None:
    """However often a person in doubt signs in, one review waits, audited once, and no Contact is made."""
    contact_id = contacts.add(like(birth_place=None))
    first, second = link(PERSON), link(PERSON)
    assert first.link is None
    assert first.review is not None
    assert second == first
    assert first.review.candidate_ids == (contact_id,)
    assert first.review.reasons == ("candidates.one_probable", "birth_place.unknown")
    assert list(contacts.contacts) == [contact_id]
    assert [entry[:3] for entry in audited(sqlite_store)] == [("rule", "review.opened", first.review.id)]


def test_a_review_ends_once_an_agent_completed_the_contact(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """The org is the agent's desk: what was in doubt is looked at anew, linked, and its identity dropped."""
    contact_id = contacts.add(like(ANGELA, birth_place=None))
    waiting = link(PERSON).review
    assert waiting is not None
    stored = contacts.contacts[contact_id]
    contacts.contacts[contact_id] = replace(stored, contact=replace(stored.contact, identity=ANGELA))

    outcome = link(PERSON)

    assert outcome.link is not None
    assert (outcome.link.contact_id, outcome.link.method) == (contact_id, LinkMethod.CERTAIN)
    assert ("rule", "review.closed", waiting.id, outcome.link.id) in audited(sqlite_store)
    with sqlite_store.read() as tx:
        assert tx.reviews.of_subject([subject_hash(PERSON)]) is None


def test_under_review_the_org_may_be_away(link: LinkContact, contacts: FakeContacts) -> None:
    """Who waits for an agent is told so again, though nobody can look just now."""
    contacts.add(like(ANGELA, birth_place=None))
    waiting = link(PERSON).review
    contacts.failure = TransientError("away", system="salesforce")
    assert link(PERSON).review == waiting


def test_the_identity_of_a_review_is_sealed(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """A review shows an agent the six fields through the vault, and its row shows nobody a name."""
    contacts.add(like(birth_place=None))
    link(PERSON)
    with sqlite_store._engine.connect() as connection:
        stored = connection.execute(select(link_reviews)).mappings().one()
    secret = ("DUBOIS", "Angela", "1962", "75107", PERSON.subject)
    assert not any(word in repr(dict(stored)) for word in secret)
    assert open_person(FakeVault(), stored["sealed_identity"], PERSON.subject) == PERSON


def test_a_contact_linked_to_somebody_else_is_not_taken(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """A Contact our store gave to another identity stays theirs, though the org forgot it."""
    contact_id = contacts.add(ANGELA)
    taken = link(certified(like(given_names=("Angela",)), subject="an earlier sub"))
    stored = contacts.contacts[contact_id]
    contacts.contacts[contact_id] = replace(stored, contact=replace(stored.contact, subject_hash=None))
    outcome = link(PERSON)
    assert taken.link is not None
    assert outcome.link is None
    assert outcome.review is not None
    assert outcome.review.candidate_ids == (contact_id,)
    assert contacts.contacts[contact_id].contact.subject_hash is None


def test_a_contact_that_bears_our_hash_but_is_linked_to_another_goes_to_an_agent(
    link: LinkContact, contacts: FakeContacts
) -> None:
    """Org and store that contradict each other end in a review, not in an error page."""
    contact_id = contacts.add(ANGELA)
    link(certified(like(given_names=("Angela",)), subject="an earlier sub"))
    stored = contacts.contacts[contact_id]
    contacts.contacts[contact_id] = replace(
        stored, contact=replace(stored.contact, subject_hash=subject_hash(PERSON))
    )
    outcome = link(PERSON)
    assert outcome.link is None
    assert outcome.review is not None
    assert outcome.review.candidate_ids == (contact_id,)
    assert outcome.review.reasons[0] == "contact.linked"


def test_the_duplicate_rule_of_the_org_ends_in_a_review(
    sqlite_store: SqlStore, clock: FakeClock, bell: FakeBell
) -> None:
    """Where the org sees a duplicate that we do not, an agent decides and nothing is forced."""

    class Guarded(FakeContacts):
        def create(self, subject_hash: str, person: object) -> str:
            raise AmbiguousContactError("the org knows somebody like this")

    outcome = LinkContact(sqlite_store, Guarded(), PSEUDONYMS, FakeVault(), clock, bell)(PERSON)
    assert outcome.review is not None
    assert outcome.review.candidate_ids == ()
    assert outcome.review.reasons == ("contact.ambiguous",)


def test_salesforce_down_leaves_nothing_behind(
    link: LinkContact, contacts: FakeContacts, sqlite_store: SqlStore
) -> None:
    """A first sign-in that cannot ask the org is refused whole, and succeeds later."""
    contacts.failure = TransientError("down", system="salesforce", code="remote.503")
    with pytest.raises(TransientError) as caught:
        link(PERSON)
    assert caught.value.code == "remote.503"
    assert audited(sqlite_store) == []
    contacts.failure = None
    assert link(PERSON).link is not None


def test_cases_that_waited_are_attached_and_pushed(
    link: LinkContact, sqlite_store: SqlStore, clock: FakeClock, bell: FakeBell
) -> None:
    """At the first sign-in the requests of that person are theirs, and nobody else's."""
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), row(2, PAUL), row(3, like(given_names=("Angela",)))))
    before = case(sqlite_store, 1).version
    outcome = link(PERSON)
    assert outcome.link is not None
    with sqlite_store.begin() as tx:
        mine = tx.cases.of_citizen(outcome.link.id, CaseFilter())
    assert sorted(one.content.key.source_case_id for one in mine) == ["DP 1", "DP 3"]
    assert {one.contact_id for one in mine} == {outcome.link.contact_id}
    assert case(sqlite_store, 1).version == before + 1
    assert case(sqlite_store, 2).link_id is None
    assert open_pushes(sqlite_store) == 3
    assert bell.rung == ["push"]


def test_a_case_that_comes_later_finds_its_citizen(
    link: LinkContact, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """A request filed after the sign-in is attached as it is absorbed."""
    outcome = link(PERSON)
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    assert outcome.link is not None
    assert case(sqlite_store, 1).contact_id == outcome.link.contact_id


def test_a_rotated_key_recognises_and_renews(
    link: LinkContact, sqlite_store: SqlStore, contacts: FakeContacts, clock: FakeClock, bell: FakeBell
) -> None:
    """After a rotation a link is found under the old key and stored anew under the new one."""
    first = link(PERSON)
    again = LinkContact(sqlite_store, contacts, ROTATED, FakeVault(), clock, bell)(PERSON)
    assert first.link is not None
    assert again.link is not None
    assert again.link.id == first.link.id
    newest = ROTATED.subject(PERSON.issuer, PERSON.subject)
    with sqlite_store.begin() as tx:
        assert tx.links.by_subject([newest]) is not None
    absorb = AbsorbDelivery(sqlite_store, KeyedPseudonyms({"v2": NEW_KEY}), clock)
    absorb(URBANISME, delivery(row(1)))
    assert case(sqlite_store, 1).link_id == first.link.id


def test_a_rotated_key_parts_nobody_from_their_cases(
    link: LinkContact, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Cases that move or arrive after a rotation stay with a citizen who has not signed in since."""
    outcome = link(PERSON)
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    rotated = AbsorbDelivery(sqlite_store, ROTATED, clock)
    rotated(URBANISME, delivery(row(1, CD_ETAT="ACC"), row(2), key="d2"))
    assert outcome.link is not None
    assert [case(sqlite_store, number).link_id for number in (1, 2)] == [outcome.link.id] * 2


def test_a_corrected_civil_status_brings_its_own_cases(
    link: LinkContact, sqlite_store: SqlStore, clock: FakeClock, bell: FakeBell
) -> None:
    """Under the same `sub` a corrected name replaces the keys, and the waiting case is attached."""
    link(PERSON)
    corrected = like(family_name="DUBOIT")
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1, corrected)))
    assert case(sqlite_store, 1).link_id is None
    bell.rung.clear()
    outcome = link(replace(PERSON, identity=corrected))
    assert outcome.link is not None
    assert case(sqlite_store, 1).link_id == outcome.link.id
    assert bell.rung == ["push"]
