"""Doubts about a link, a Contact or a request, decided by an agent."""

from __future__ import annotations

import pytest

from bridge.domain.contact import AttachMethod
from bridge.domain.review import ReviewDecision, ReviewKind, ReviewState
from bridge.errors import ConflictError, UnknownCaseError
from bridge.usecases.ports import CaseFilter
from tests.usecases.desk.hall import CAMILLE, PERSON, ROADS_ONLY, Town
from tests.usecases.people import PAUL, certified, subject_hash
from tests.usecases.town import audited, row

NEW_SUB = certified(subject="the sub after a correction")


def cases_of(town: Town, link_id: str) -> list[str]:
    """Give the numbers of the requests a link shows."""
    with town.store.begin() as tx:
        found = tx.cases.of_citizen(link_id, CaseFilter())
    return sorted(case.content.key.source_case_id for case in found)


def test_a_corrected_person_keeps_their_link(town: Town) -> None:
    """The new subject takes the place of the old one on the Contact and in the link; nothing else moves."""
    town.request()
    known = town.linked()
    review = town.doubt(ReviewKind.NEW_SUBJECT, known.contact_id, link_id=known.id, person=NEW_SUB)
    token = town.session(NEW_SUB)
    town.decide(review, ReviewDecision.MOVE)
    renewed = town.linked(NEW_SUB)
    assert (renewed.id, renewed.person_id, renewed.contact_id) == (
        known.id,
        known.person_id,
        known.contact_id,
    )
    assert town.contacts.contacts[known.contact_id].contact.subject_hash == subject_hash(NEW_SUB)
    assert cases_of(town, known.id) == ["DP 1"]
    with town.store.begin() as tx:
        session = tx.sign_ins.session(token, town.clock.now())
    assert session is not None
    assert session.link_id == known.id
    assert (CAMILLE.id, "link.renewed", known.id, known.contact_id) in audited(town.store)


def test_a_refused_new_subject_is_ruled_out_there(town: Town) -> None:
    """The known link stays, and the Contact is no candidate for the other identity any more."""
    known = town.linked()
    review = town.doubt(ReviewKind.NEW_SUBJECT, link_id=known.id, person=NEW_SUB)
    town.decide(review, ReviewDecision.REFUSE)
    with town.store.begin() as tx:
        assert tx.links.by_id(known.id) == known
        assert tx.reviews.ruled_out([subject_hash(NEW_SUB)]) == {known.contact_id}


def test_of_two_identities_the_agent_gives_the_contact_to_one(town: Town) -> None:
    """The former link is undone with all it led to; the newcomer has Contact and requests."""
    town.request()
    former = town.linked()
    review = town.doubt(ReviewKind.TWO_SUBJECTS, former.contact_id, link_id=former.id, person=NEW_SUB)
    town.decide(review, ReviewDecision.MOVE, contact_id=former.contact_id)
    now_theirs = town.linked(NEW_SUB)
    assert now_theirs.contact_id == former.contact_id
    assert (cases_of(town, former.id), cases_of(town, now_theirs.id)) == ([], ["DP 1"])
    with town.store.begin() as tx:
        story = tx.link_history.story(former.id)
    assert story is not None
    assert (story.undone_by, town.contacts.contacts[former.contact_id].contact.subject_hash) == (
        CAMILLE.id,
        subject_hash(NEW_SUB),
    )


def test_a_link_whose_contact_is_gone_goes_on_with_another(town: Town) -> None:
    """Requests follow to the Contact the agent names, and Salesforce is told."""
    town.request()
    link = town.linked()
    other = town.contacts.add(PAUL)
    review = town.doubt(ReviewKind.CONTACT_GONE, other, link_id=link.id)
    del town.contacts.contacts[link.contact_id]
    town.bell.rung.clear()
    town.decide(review, ReviewDecision.MOVE, contact_id=other)
    assert town.contacts.contacts[other].contact.subject_hash == link.subject_hash
    with town.store.begin() as tx:
        moved = tx.links.by_id(link.id)
        cases = tx.cases.of_citizen(link.id, CaseFilter())
    assert moved is not None
    assert moved.contact_id == other
    assert {case.contact_id for case in cases} == {other}
    assert town.bell.rung == ["push"]


def test_a_link_goes_on_though_the_bin_holds_its_mark(town: Town) -> None:
    """The org refuses the same mark twice, in the bin or not: the requests follow all the same."""
    link = town.linked()
    other = town.contacts.add(PAUL)
    review = town.doubt(ReviewKind.CONTACT_GONE, other, link_id=link.id)
    town.decide(review, ReviewDecision.MOVE, contact_id=other)
    with town.store.begin() as tx:
        moved = tx.links.by_id(link.id)
    assert moved is not None
    assert moved.contact_id == other


def test_a_link_cannot_go_on_with_a_contact_that_is_gone_too(town: Town) -> None:
    """The doubt stays as it was, and the agent learns why."""
    link = town.linked()
    other = town.contacts.add(PAUL)
    review = town.doubt(ReviewKind.CONTACT_GONE, other, link_id=link.id)
    del town.contacts.contacts[link.contact_id], town.contacts.contacts[other]
    with pytest.raises(ConflictError) as refusal:
        town.decide(review, ReviewDecision.MOVE, contact_id=other)
    assert refusal.value.code == "contact.gone"
    assert town.review(review.id).decision is None


def test_a_survivor_that_is_linked_loses_that_link(town: Town) -> None:
    """Two linked Contacts were merged: the agent chose whose link stands."""
    link, loser = town.linked(), town.linked(certified(PAUL))
    review = town.doubt(ReviewKind.CONTACT_GONE, loser.contact_id, link_id=link.id)
    town.decide(review, ReviewDecision.MOVE, contact_id=loser.contact_id)
    with town.store.begin() as tx:
        assert tx.links.by_id(loser.id) is None
        standing = tx.links.by_contact([loser.contact_id])
    assert standing[loser.contact_id].id == link.id


def test_a_link_without_contact_can_be_undone(town: Town) -> None:
    """The person starts anew at the next sign-in."""
    link = town.linked()
    review = town.doubt(ReviewKind.CONTACT_GONE, link_id=link.id)
    town.decide(review, ReviewDecision.UNDO)
    with town.store.begin() as tx:
        assert tx.links.by_id(link.id) is None
    with pytest.raises(ConflictError):
        town.decide(review, ReviewDecision.UNDO)


def test_an_undone_link_leaves_no_doubt_about_its_contact(town: Town) -> None:
    """Undone from its page, the link's other doubt is ended with the same author and reason."""
    link = town.linked()
    review = town.doubt(ReviewKind.CONTACT_GONE, link_id=link.id)
    town.desk.undo_link(CAMILLE, link.id, "duplicate")
    ended = town.review(review.id)
    assert (ended.state, ended.decision, ended.decided_by, ended.decided_because) == (
        ReviewState.DECIDED,
        ReviewDecision.UNDO,
        CAMILLE.id,
        "duplicate",
    )


def test_a_person_linked_has_no_other_doubt_left(town: Town) -> None:
    """Who they are was asked twice, in two kinds: the one answer ends both."""
    review, contact_id = town.in_doubt()
    known = town.linked(certified(PAUL))
    other = town.doubt(ReviewKind.TWO_SUBJECTS, known.contact_id, link_id=known.id)
    town.decide(review, ReviewDecision.LINK, contact_id=contact_id)
    assert town.review(other.id).decision is ReviewDecision.PROVEN


def test_a_claimed_request_goes_to_the_claimant(town: Town) -> None:
    """With method and author, and it appears on their page."""
    link = town.linked()
    town.requests(row(7, PAUL))
    with town.store.begin() as tx:
        (case,) = tx.cases.by_reference("urbanisme:DP 7")
    review = town.doubt(ReviewKind.CLAIM, case_id=case.id, link_id=link.id)
    town.decide(review, ReviewDecision.ATTACH)
    assert cases_of(town, link.id) == ["DP 7"]
    assert (CAMILLE.id, "case.given", link.id, case.id) in audited(town.store)
    with town.store._engine.connect() as connection:
        how = connection.exec_driver_sql("SELECT attached_how FROM cases").scalar()
    assert how == AttachMethod.AGENT


@pytest.mark.parametrize("kind", [ReviewKind.CLAIM, ReviewKind.NOT_MINE])
def test_a_refusal_moves_no_request(town: Town, kind: ReviewKind) -> None:
    """What was claimed stays where it is; what was given back stays off."""
    link = town.linked()
    town.requests(row(7, PAUL))
    with town.store.begin() as tx:
        (case,) = tx.cases.by_reference("urbanisme:DP 7")
    review = town.doubt(kind, case_id=case.id, link_id=link.id)
    assert town.decide(review, ReviewDecision.REFUSE).state is ReviewState.DECIDED
    assert cases_of(town, link.id) == []
    with town.store.begin() as tx:
        assert tx.reviews.ruled_out([subject_hash(PERSON)]) == frozenset()


def test_a123_a_doubt_about_another_service_s_request_is_no_doubt_of_mine(town: Town) -> None:
    """Reading and deciding give the same answer as an id that does not exist."""
    link = town.linked()
    case = town.request()
    review = town.doubt(ReviewKind.NOT_MINE, case_id=case.id, link_id=link.id)
    with pytest.raises(UnknownCaseError) as refused:
        town.desk.read_review(ROADS_ONLY, review.id)
    assert refused.value.code == "review.unknown"
    with pytest.raises(UnknownCaseError) as refused:
        town.decide(review, ReviewDecision.ATTACH, ROADS_ONLY)
    assert refused.value.code == "review.unknown"
    with pytest.raises(UnknownCaseError) as refused:
        town.desk.read_review(ROADS_ONLY, "r_nowhere")
    assert refused.value.code == "review.unknown"
