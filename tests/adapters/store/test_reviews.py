"""Doubts: one at a time for a person, and nothing of the person stays when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.matching import Grade
from bridge.domain.review import LinkReview, ReviewDecision, ReviewKind, ReviewState
from bridge.errors import ConflictError
from tests.adapters.store.samples import add_link, link, review
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


def test_an_open_review_shows_todays_evidence(store: SqlStore) -> None:
    """A candidate that was mended is seen as it is now; what an agent is at work on stays as they saw it."""
    mended = replace(
        review(2), candidate_ids=("003B",), reasons=("candidates.one_probable",), grade=Grade.PROBABLE
    )
    with store.begin() as tx:
        first = tx.reviews.open(review(1), "pivot", "sealed")
        renewed = tx.reviews.open(mended, "pivot", "sealed")
        assert renewed == replace(mended, id=first.id)
        assert tx.reviews.by_id(first.id) == renewed
        tx.reviews.update(replace(renewed, state=ReviewState.PROPOSED))
        assert tx.reviews.open(review(3), "pivot", "sealed").candidate_ids == ("003B",)


def test_doubts_of_different_kinds_stand_side_by_side(store: SqlStore) -> None:
    """Who somebody is, and what became of their Contact, are two questions."""
    mine = add_link(store, link(1))
    gone = replace(review(2, kind=ReviewKind.CONTACT_GONE), link_id=mine.id)
    two = replace(review(3, kind=ReviewKind.TWO_SUBJECTS), link_id=mine.id)
    with store.begin() as tx:
        assert [tx.reviews.open(each, "", None) for each in (gone, two)] == [gone, two]
        assert tx.reviews.about_link(mine.id) == (gone, two)
        assert tx.reviews.of_subject(["subject-1"]) == two
        assert tx.reviews.expire(START + timedelta(days=31)) == 0


def test_who_an_agent_ruled_out_is_remembered(store: SqlStore) -> None:
    """Of the decided doubts of this subject alone, under any of its hashes, and of no open one."""
    with store.begin() as tx:
        tx.reviews.open(review(1), "pivot", "sealed")
        assert tx.reviews.ruled_out(["subject-1"]) == frozenset()
        tx.reviews.update(decided(review(1)))
        assert tx.reviews.ruled_out(["rotated", "subject-1"]) == {"003A", "003B"}
        assert tx.reviews.ruled_out(["subject-2"]) == frozenset()


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
