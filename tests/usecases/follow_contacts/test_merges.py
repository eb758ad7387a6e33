"""What agents merge in the org: link and requests go to the survivor, and nothing is written over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.review import ReviewKind
from bridge.errors import AmbiguousContactError, PermanentError
from bridge.usecases.follow_contacts import FollowSummary
from bridge.usecases.push_cases import PushCases
from tests.domain.people import ANGELA, like
from tests.fakes.cases import FakeCases
from tests.usecases.follow_contacts.hall import PERSON, Hall
from tests.usecases.people import PAUL, certified, subject_hash
from tests.usecases.town import audited, case


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
