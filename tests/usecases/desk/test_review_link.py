"""A doubt about who somebody is, decided by an agent."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.domain.contact import LinkMethod
from bridge.domain.review import Question, ReviewDecision, ReviewKind, ReviewState
from bridge.domain.review_choices import Choice
from bridge.errors import BridgeError, ConflictError, RequestError, TransientError
from tests.domain.people import ANGELA
from tests.usecases.desk.hall import CAMILLE, PERSON, REASON, SACHA, Town
from tests.usecases.people import certified, subject_hash
from tests.usecases.town import audited


def test_linking_gives_the_person_everything_at_once(town: Town) -> None:
    """Contact certified, link with author and reasons, requests attached, the waiting session opened."""
    review, contact_id = town.in_doubt()
    case, token = town.request(), town.session()
    town.bell.rung.clear()

    ended = town.decide(review, ReviewDecision.LINK, contact_id=contact_id)

    assert (ended.state, ended.decided_by, ended.decided_because) == (
        ReviewState.DECIDED,
        CAMILLE.id,
        REASON,
    )
    stored = town.contacts.contacts[contact_id]
    assert (stored.contact.subject_hash, stored.contact.identity) == (subject_hash(PERSON), ANGELA)
    with town.store.begin() as tx:
        link = tx.links.by_subject([subject_hash(PERSON)])
        session = tx.sign_ins.session(token, town.clock.now())
        mine = tx.cases.by_ids([case.id])[case.id]
        assert tx.reviews.sealed_identity(review.id) is None
    assert link is not None
    assert (link.contact_id, link.method, link.author) == (contact_id, LinkMethod.AGENT, CAMILLE.id)
    assert link.reasons == review.reasons
    assert session is not None
    assert (session.link_id, mine.link_id, mine.contact_id) == (link.id, link.id, contact_id)
    assert town.bell.rung == ["push"]
    entries = audited(town.store)
    assert (CAMILLE.id, "review.decided", review.id, "link") in entries
    assert (CAMILLE.id, "link.added", link.id, "agent") in entries


def test_creating_makes_a_contact_of_their_own(town: Town) -> None:
    """The person is somebody new: one Contact more, linked, and the one in doubt is left alone."""
    review, contact_id = town.in_doubt()
    town.decide(review, ReviewDecision.CREATE)
    assert len(town.contacts.contacts) == 2
    assert town.contacts.contacts[contact_id].contact.subject_hash is None
    again = town.sign_in().link
    assert again is not None
    assert again.contact_id != contact_id
    assert (again.method, again.author) == (LinkMethod.AGENT, CAMILLE.id)


def test_not_the_same_is_not_asked_again(town: Town) -> None:
    """The next sign-in makes a Contact, however alike the one an agent ruled out."""
    review, contact_id = town.in_doubt()
    town.decide(review, ReviewDecision.NOT_SAME)
    with town.store.begin() as tx:
        assert tx.reviews.ruled_out([subject_hash(PERSON)]) == {contact_id}
        assert tx.reviews.ruled_out(["somebody else"]) == frozenset()
    made = town.linked()
    assert (made.method, made.contact_id == contact_id) == (LinkMethod.CREATED, False)


def test_asking_leaves_the_doubt_open(town: Town) -> None:
    """The person reads a question of the list, and an agent can decide afterwards."""
    review, contact_id = town.in_doubt()
    asked = town.decide(review, ReviewDecision.ASK, question=Question.COME_WITH_ID)
    assert (asked.state, asked.asked_for) == (ReviewState.ASKED, Question.COME_WITH_ID)
    assert town.review(review.id) == asked
    assert (CAMILLE.id, "review.asked", review.id, "come_with_id") in audited(town.store)
    ended = town.decide(asked, ReviewDecision.LINK, SACHA, contact_id=contact_id)
    assert (ended.state, ended.decided_by) == (ReviewState.DECIDED, SACHA.id)


def test_a130_the_second_of_two_agents_changes_nothing(town: Town) -> None:
    """Who decides after another learns it; the first decision stands, in the org too."""
    review, contact_id = town.in_doubt()
    town.decide(review, ReviewDecision.NOT_SAME)
    before = audited(town.store)
    with pytest.raises(ConflictError) as refused:
        town.decide(review, ReviewDecision.LINK, SACHA, contact_id=contact_id)
    assert refused.value.code == "review.decided"
    assert town.review(review.id).decided_by == CAMILLE.id
    assert town.contacts.contacts[contact_id].contact.subject_hash is None
    assert audited(town.store) == before


def test_a130_two_agents_at_the_same_moment(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one writes to the org another decides: the org gets its Contact back as it was."""
    review, contact_id = town.in_doubt()
    attach = town.contacts.attach

    def while_another_decides(*given: Any) -> None:
        attach(*given)
        town.decide(review, ReviewDecision.NOT_SAME, SACHA)

    monkeypatch.setattr(town.contacts, "attach", while_another_decides)
    with pytest.raises(ConflictError) as refused:
        town.decide(review, ReviewDecision.LINK, contact_id=contact_id)
    assert refused.value.code == "review.decided"
    assert town.review(review.id).decided_by == SACHA.id
    assert town.contacts.contacts[contact_id].contact.subject_hash is None
    with town.store.begin() as tx:
        assert tx.links.by_subject([subject_hash(PERSON)]) is None


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (Choice(ReviewDecision.CREATE, "  "), "review.reason"),
        (Choice(ReviewDecision.CREATE, "x" * 501), "review.reason"),
        (Choice(ReviewDecision.LINK, REASON), "review.contact"),
        (Choice(ReviewDecision.LINK, REASON, contact_id="003000000000999AAA"), "review.contact"),
        (Choice(ReviewDecision.UNDO, REASON), "review.choice"),
        (Choice(ReviewDecision.ASK, REASON), "review.question"),
    ],
)
def test_an_incomplete_choice_is_refused(town: Town, choice: Choice, code: str) -> None:
    """No reason, a Contact nobody proposed, a decision of another doubt: nothing is written."""
    review, _ = town.in_doubt()
    before = audited(town.store)
    with pytest.raises(RequestError) as refused:
        town.desk.review_link.decide(CAMILLE, review.id, choice)
    assert refused.value.code == code
    assert (town.review(review.id), audited(town.store)) == (review, before)


def test_a_contact_linked_to_another_identity_is_not_taken(town: Town) -> None:
    """One Contact has one identity: the other link has to be undone first."""
    other = town.linked(certified(subject="another sub"))
    review = town.doubt(ReviewKind.IDENTITY, other.contact_id)
    with pytest.raises(ConflictError) as refused:
        town.decide(review, ReviewDecision.LINK, contact_id=other.contact_id)
    assert refused.value.code == "contact.linked"
    assert town.contacts.contacts[other.contact_id].contact.subject_hash == other.subject_hash


def test_an_org_that_is_away_leaves_the_doubt_as_it_was(town: Town) -> None:
    """The agent tries again later; nothing is half done."""
    review, contact_id = town.in_doubt()
    town.contacts.failure = TransientError("away", system="salesforce")
    with pytest.raises(TransientError):
        town.decide(review, ReviewDecision.LINK, contact_id=contact_id)
    assert town.review(review.id) == review
    town.contacts.failure = None
    assert town.decide(review, ReviewDecision.LINK, contact_id=contact_id).state is ReviewState.DECIDED


def test_an_expired_doubt_cannot_be_decided(town: Town) -> None:
    """After thirty days the identity is gone, and with it what could be decided."""
    review, contact_id = town.in_doubt()
    with town.store.begin() as tx:
        tx.reviews.expire(review.expires_at)
    with pytest.raises(BridgeError) as refused:
        town.decide(review, ReviewDecision.LINK, contact_id=contact_id)
    assert refused.value.code == "review.decided"
