"""Doubts: one at a time for a person, and nothing of the person stays when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.review import LinkReview, ReviewDecision, ReviewState
from bridge.errors import ConflictError
from tests.adapters.store.samples import review
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


def decided(doubt: LinkReview) -> LinkReview:
    """Give a review as an agent leaves it."""
    return replace(
        doubt,
        state=ReviewState.DECIDED,
        decision=ReviewDecision.NOT_SAME,
        decided_by="a_1",
        decided_because="another birthplace on the paper file",
        decided_at=LATER,
    )


def test_a_subject_has_one_open_review(store: SqlStore) -> None:
    """Signing in again while an agent decides opens no second doubt; a decided one makes room."""
    with store.begin() as tx:
        assert tx.reviews.open(review(1), "pivot", "sealed") == review(1)
        assert tx.reviews.open(review(2), "pivot", "sealed") == review(1)
        assert tx.reviews.of_subject(["rotated", "subject-1"]) == review(1)
        assert tx.reviews.of_subject(["subject-2"]) is None
        tx.reviews.update(decided(review(1)))
    with store.begin() as tx:
        assert tx.reviews.of_subject(["subject-1"]) is None
        assert tx.reviews.open(review(3), "pivot", "sealed") == review(3)
        assert tx.reviews.undecided() == (review(3),)


def test_a_decided_review_holds_nothing_of_the_person(store: SqlStore) -> None:
    """The sealed identity goes with the decision; who decided what, and why, stays."""
    with store.begin() as tx:
        tx.reviews.open(review(1), "pivot", "sealed")
        assert tx.reviews.sealed_identity("r_1") == "sealed"
        tx.reviews.update(decided(review(1)))
    with store.begin() as tx:
        assert tx.reviews.sealed_identity("r_1") is None
        assert tx.reviews.by_id("r_1") == decided(review(1))


def test_the_second_of_two_decisions_is_refused(store: SqlStore) -> None:
    """Two agents at one doubt: who comes second learns it, and changes nothing."""
    with store.begin() as tx:
        tx.reviews.open(review(1), "pivot", "sealed")
        tx.reviews.update(decided(review(1)))
    with pytest.raises(ConflictError) as refusal, store.begin() as tx:
        tx.reviews.update(replace(decided(review(1)), decision=ReviewDecision.LINK))
    assert refusal.value.code == "review.decided"


def test_an_identity_is_held_for_thirty_days_at_most(store: SqlStore) -> None:
    """A doubt nobody decided ends, and what it held of the person with it."""
    with store.begin() as tx:
        tx.reviews.open(review(1), "pivot", "sealed")
        assert tx.reviews.expire(START + timedelta(days=29)) == 0
        assert tx.reviews.expire(START + timedelta(days=30)) == 1
        assert tx.reviews.sealed_identity("r_1") is None
        assert tx.reviews.undecided() == ()
