"""Where the town asks for two, the first decision is a proposal."""

from __future__ import annotations

import pytest

from bridge.domain.review import Question, ReviewDecision, ReviewState
from bridge.errors import ConflictError, ForbiddenError, RequestError
from tests.usecases.desk.hall import CAMILLE, PERSON, REASON, SACHA, Town
from tests.usecases.people import subject_hash
from tests.usecases.town import audited


def test_nothing_happens_before_another_agent_confirms(careful_town: Town) -> None:
    """The proposal is kept with its reason; the link is its author's, the confirmation the other's."""
    review, contact_id = careful_town.in_doubt()
    proposed = careful_town.decide(review, ReviewDecision.LINK, contact_id=contact_id)
    assert (proposed.state, proposed.decided_by, proposed.decided_because) == (
        ReviewState.PROPOSED,
        CAMILLE.id,
        REASON,
    )
    with careful_town.store.begin() as tx:
        assert tx.links.by_subject([subject_hash(PERSON)]) is None
        assert tx.reviews.sealed_identity(review.id) is not None

    ended = careful_town.desk.review_link.confirm(SACHA, review.id)

    assert (ended.state, ended.confirmed_by) == (ReviewState.DECIDED, SACHA.id)
    with careful_town.store.begin() as tx:
        link = tx.links.by_subject([subject_hash(PERSON)])
    assert link is not None
    assert (link.contact_id, link.author) == (contact_id, CAMILLE.id)
    assert (SACHA.id, "review.confirmed", review.id, "link") in audited(careful_town.store)


def test_nobody_confirms_their_own_proposal(careful_town: Town) -> None:
    """Two means two."""
    review, _ = careful_town.in_doubt()
    careful_town.decide(review, ReviewDecision.CREATE)
    with pytest.raises(ForbiddenError) as refused:
        careful_town.desk.review_link.confirm(CAMILLE, review.id)
    assert refused.value.code == "review.same_agent"
    with pytest.raises(ForbiddenError):
        careful_town.desk.review_link.send_back(CAMILLE, review.id, REASON)
    assert careful_town.review(review.id).state is ReviewState.PROPOSED


def test_a_proposal_sent_back_is_open_again(careful_town: Town) -> None:
    """With the reason in the journal, and whoever comes next may decide."""
    review, contact_id = careful_town.in_doubt()
    careful_town.decide(review, ReviewDecision.CREATE)
    with pytest.raises(RequestError) as refused:
        careful_town.desk.review_link.send_back(SACHA, review.id, "")
    assert refused.value.code == "review.reason"
    assert careful_town.desk.review_link.send_back(SACHA, review.id, "look at the paper file") == review
    assert (SACHA.id, "review.sent_back", review.id, "create") in audited(careful_town.store)
    again = careful_town.decide(review, ReviewDecision.LINK, SACHA, contact_id=contact_id)
    assert again.state is ReviewState.PROPOSED


def test_a130_a_proposal_is_a_decision_to_the_next_agent(careful_town: Town) -> None:
    """Nobody proposes over a proposal, and nobody confirms where nothing is proposed."""
    review, contact_id = careful_town.in_doubt()
    with pytest.raises(ConflictError) as refused:
        careful_town.desk.review_link.confirm(SACHA, review.id)
    assert refused.value.code == "review.decided"
    careful_town.decide(review, ReviewDecision.CREATE)
    with pytest.raises(ConflictError) as refused:
        careful_town.decide(review, ReviewDecision.LINK, SACHA, contact_id=contact_id)
    assert refused.value.code == "review.decided"
    assert careful_town.review(review.id).decision is ReviewDecision.CREATE


def test_a_question_needs_no_second_agent(careful_town: Town) -> None:
    """Asking changes nothing that could be wrong."""
    review, _ = careful_town.in_doubt()
    asked = careful_town.decide(review, ReviewDecision.ASK, question=Question.CALL_US)
    assert asked.state is ReviewState.ASKED
