"""The queue of doubts as agents narrow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.matching import Grade
from bridge.domain.review import LinkReview, Question, ReviewDecision, ReviewKind, ReviewState
from bridge.usecases.ports import ReviewFilter, WaitingReviews
from tests.adapters.store.samples import add_link, change, content, link, review, save
from tests.fakes.clock import START


def opened(store: SqlStore, number: int, **changes: Any) -> LinkReview:
    """Open a doubt of its own subject, a minute after the one before."""
    at = START + timedelta(minutes=number)
    wanted = replace(review(number, subject=f"subject-{number}"), created_at=at, **changes)
    with store.begin() as tx:
        return tx.reviews.open(wanted, "pivot", "sealed")


def listed(store: SqlStore, **wanted: Any) -> list[str]:
    """Give the ids a filter finds."""
    with store.begin() as tx:
        return [each.id for each in tx.reviews.queue(ReviewFilter(**wanted))]


@pytest.fixture
def full(store: SqlStore) -> SqlStore:
    """Give a store with four doubts: two about persons, one about a request, one decided."""
    (case,) = save(store, change(content("PC-1")))
    opened(store, 1, grade=Grade.POSSIBLE)
    asked = opened(store, 2, grade=Grade.CONFLICT)
    opened(store, 3, kind=ReviewKind.CLAIM, case_id=case.id)
    decided = opened(store, 4)
    with store.begin() as tx:
        tx.reviews.update(replace(asked, state=ReviewState.ASKED, asked_for=Question.CALL_US))
        ended = replace(decided, state=ReviewState.DECIDED, decision=ReviewDecision.CREATE)
        tx.reviews.update(replace(ended, decided_by="a_1", decided_at=START))
    return store


def test_the_oldest_comes_first_unless_asked(full: SqlStore) -> None:
    """What waits longest is seen first; decided ones have a list of their own."""
    assert listed(full) == ["r_1", "r_2", "r_3"]
    assert listed(full, newest_first=True) == ["r_3", "r_2", "r_1"]
    assert listed(full, decided=True) == ["r_4"]


def test_each_filter_narrows(full: SqlStore) -> None:
    """Kind, state and grade, alone and together."""
    assert listed(full, kind=ReviewKind.CLAIM) == ["r_3"]
    assert listed(full, state=ReviewState.ASKED) == ["r_2"]
    assert listed(full, grade=Grade.POSSIBLE) == ["r_1"]
    assert listed(full, kind=ReviewKind.IDENTITY, grade=Grade.CONFLICT, state=ReviewState.OPEN) == []


def test_pages_follow_each_other(full: SqlStore) -> None:
    """No doubt twice, none left out."""
    assert listed(full, limit=2) + listed(full, limit=2, skip=2) == ["r_1", "r_2", "r_3"]


def test_a123_a_request_of_another_source_is_left_out(full: SqlStore) -> None:
    """Doubts about persons are for every agent; doubts about requests for those of the source."""
    assert listed(full, sources=frozenset({"voirie"})) == ["r_1", "r_2"]
    assert listed(full, sources=frozenset({"urbanisme"})) == ["r_1", "r_2", "r_3"]


def test_what_waits_is_counted_by_kind_and_state(full: SqlStore) -> None:
    """With the oldest, and within the sources of the agent."""
    first, second, third = (START + timedelta(minutes=number) for number in (1, 2, 3))
    persons = (
        WaitingReviews(ReviewKind.IDENTITY, ReviewState.OPEN, 1, first),
        WaitingReviews(ReviewKind.IDENTITY, ReviewState.ASKED, 1, second),
    )
    with full.begin() as tx:
        assert tx.reviews.waiting(frozenset({"voirie"})) == persons
        everything = tx.reviews.waiting(None)
    assert everything == (*persons, WaitingReviews(ReviewKind.CLAIM, ReviewState.OPEN, 1, third))


def test_a_question_is_kept(full: SqlStore) -> None:
    """The person reads it until somebody decides."""
    with full.begin() as tx:
        asked = tx.reviews.by_id("r_2")
    assert asked is not None
    assert (asked.state, asked.asked_for, asked.is_undecided) == (
        ReviewState.ASKED,
        Question.CALL_US,
        True,
    )


def test_contacts_ruled_out_are_those_of_ended_refusals(store: SqlStore) -> None:
    """By any hash of the person, the Contact of the link in question too; a proposal rules out none."""
    mine = add_link(store, link(9))
    refused = opened(store, 1, kind=ReviewKind.NEW_SUBJECT, link_id=mine.id)
    with store.begin() as tx:
        proposal = replace(refused, state=ReviewState.PROPOSED, decision=ReviewDecision.REFUSE)
        tx.reviews.update(proposal)
        assert tx.reviews.ruled_out(["subject-1"]) == frozenset()
        tx.reviews.update(replace(proposal, state=ReviewState.DECIDED, decided_at=START))
        assert tx.reviews.ruled_out(["rotated", "subject-1"]) == {"003A", "003B", mine.contact_id}
        assert tx.reviews.ruled_out(["subject-2"]) == frozenset()
