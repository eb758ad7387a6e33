"""Doubts waiting for an agent; what they hold of a person is sealed, and does not stay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from bridge.adapters.store.locks import change_links
from bridge.adapters.store.review_queue import queue_of, waiting_of
from bridge.adapters.store.tables import identity_links, link_reviews
from bridge.domain.matching import Grade
from bridge.domain.review import LinkReview, Question, ReviewDecision, ReviewKind, ReviewState
from bridge.domain.review_choices import RULING_OUT
from bridge.errors import ConflictError
from bridge.usecases.ports import ReviewFilter, WaitingReviews

_OPEN = link_reviews.c.decided_at.is_(None)
_WHO_IT_IS = (ReviewKind.IDENTITY, ReviewKind.NEW_SUBJECT, ReviewKind.TWO_SUBJECTS)


class SqlReviews:
    """The `Reviews` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, review: LinkReview, pivot_hash: str, sealed_identity: str | None) -> LinkReview:
        """Store a doubt; when the same one is open already, give that one instead, with today's evidence.

        One that an agent is at work on keeps the evidence the agent saw.
        """
        change_links(self._connection)
        same = (
            _OPEN,
            link_reviews.c.kind == review.kind,
            link_reviews.c.subject_hash == review.subject_hash,
            link_reviews.c.link_id.is_not_distinct_from(review.link_id),
            link_reviews.c.case_id.is_not_distinct_from(review.case_id),
        )
        known = self._connection.execute(select(link_reviews).where(*same)).mappings().first()
        if known is not None:
            held = {"pivot_hash": pivot_hash, "sealed_identity": sealed_identity}
            return self._renewed(_review_of(known), review, held)
        row = {
            "id": review.id,
            "kind": review.kind,
            "subject_hash": review.subject_hash,
            "pivot_hash": pivot_hash,
            "candidate_ids": list(review.candidate_ids),
            "reasons": list(review.reasons),
            "grade": review.grade,
            "link_id": review.link_id,
            "case_id": review.case_id,
            "created_at": review.created_at,
            "expires_at": review.expires_at,
            "sealed_identity": sealed_identity,
            **_standing(review),
        }
        self._connection.execute(insert(link_reviews).values(row))
        return review

    def _renewed(self, known: LinkReview, today: LinkReview, held: dict[str, str | None]) -> LinkReview:
        """Show the candidates as they are now: an agent may have mended one, which makes it provable."""
        evidence = {"candidate_ids": today.candidate_ids, "reasons": today.reasons, "grade": today.grade}
        renewed = replace(known, **evidence)  # type: ignore[arg-type]  # three fields of the same class
        if known.state is not ReviewState.OPEN or renewed == known:
            return known
        row = {
            "candidate_ids": list(today.candidate_ids),
            "reasons": list(today.reasons),
            "grade": today.grade,
            **held,
        }
        self._connection.execute(update(link_reviews).where(link_reviews.c.id == known.id).values(row))
        return renewed

    def by_id(self, review_id: str) -> LinkReview | None:
        """Give a review, open or decided, locked against other writers."""
        query = select(link_reviews).where(link_reviews.c.id == review_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _review_of(row)

    def of_subject(self, subject_hashes: Collection[str]) -> LinkReview | None:
        """Give the open doubt about who this subject is, under any of its hashes."""
        query = select(link_reviews).where(
            _OPEN,
            link_reviews.c.subject_hash.in_(sorted(subject_hashes)),
            link_reviews.c.kind.in_(_WHO_IT_IS),
            link_reviews.c.case_id.is_(None),
        )
        row = self._connection.execute(query.order_by(link_reviews.c.created_at)).mappings().first()
        return None if row is None else _review_of(row)

    def about_link(self, link_id: str) -> tuple[LinkReview, ...]:
        """Give the open doubts about a link, oldest first."""
        query = select(link_reviews).where(_OPEN, link_reviews.c.link_id == link_id)
        rows = self._connection.execute(query.order_by(link_reviews.c.created_at, link_reviews.c.id))
        return tuple(map(_review_of, rows.mappings()))

    def sealed_identity(self, review_id: str) -> str | None:
        """Give what a doubt holds of the person; None once it is dropped."""
        query = select(link_reviews.c.sealed_identity).where(link_reviews.c.id == review_id)
        return self._connection.execute(query).scalar()

    def undecided(self, limit: int = 500) -> tuple[LinkReview, ...]:
        """Give those nobody ended, oldest first."""
        query = select(link_reviews).where(_OPEN)
        rows = self._connection.execute(
            query.order_by(link_reviews.c.created_at, link_reviews.c.id).limit(limit)
        )
        return tuple(map(_review_of, rows.mappings()))

    def add_reason(self, review_id: str, reason: str) -> None:
        """Add a stable code to the reasons of an open review, once."""
        this = (_OPEN, link_reviews.c.id == review_id)
        query = select(link_reviews.c.reasons).where(*this).with_for_update()
        reasons = self._connection.execute(query).scalar()
        if reasons is not None and reason not in reasons:
            statement = update(link_reviews).where(*this)
            self._connection.execute(statement.values(reasons=[*reasons, reason]))

    def update(self, review: LinkReview) -> None:
        """Write where a review stands now; a decided one loses the identity it held.

        Raises: ConflictError when it was ended meanwhile.
        """
        row = _standing(review)
        if review.decided_at is not None:
            row["sealed_identity"] = None
        statement = update(link_reviews).where(link_reviews.c.id == review.id, _OPEN).values(row)
        if self._connection.execute(statement).rowcount != 1:
            raise ConflictError("the review was ended meanwhile", code="review.decided")

    def ruled_out(self, subject_hashes: Collection[str]) -> frozenset[str]:
        """Give the Contacts an agent found not to be this person."""
        query = (
            select(link_reviews.c.candidate_ids, identity_links.c.contact_id)
            .join_from(link_reviews, identity_links, isouter=True)
            .where(
                link_reviews.c.subject_hash.in_(sorted(subject_hashes)),
                link_reviews.c.decision.in_(sorted(RULING_OUT)),
                link_reviews.c.decided_at.is_not(None),
                link_reviews.c.case_id.is_(None),
            )
        )
        rows = self._connection.execute(query).all()
        return frozenset(
            contact for candidates, linked in rows for contact in (*candidates, linked) if contact
        )

    def queue(self, wanted: ReviewFilter) -> tuple[LinkReview, ...]:
        """Give a page of the queue."""
        return tuple(map(_review_of, self._connection.execute(queue_of(wanted)).mappings()))

    def waiting(self, sources: frozenset[str] | None) -> tuple[WaitingReviews, ...]:
        """Give how many wait, by kind and state, with the day the oldest opened."""
        return tuple(WaitingReviews(*row) for row in self._connection.execute(waiting_of(sources)))

    def expire(self, now: datetime) -> int:
        """Drop the identities held for longer than 30 days; give how many reviews that ended.

        One that holds none, because it is about a link or a case we know, stays until it is decided.
        """
        held = link_reviews.c.sealed_identity.is_not(None)
        old = update(link_reviews).where(_OPEN, held, link_reviews.c.expires_at <= now)
        ended = {"state": ReviewState.DECIDED, "decided_at": now, "sealed_identity": None}
        return self._connection.execute(old.values(ended)).rowcount


def _standing(review: LinkReview) -> dict[str, object]:
    return {
        "state": review.state,
        "decision": review.decision,
        "decided_contact_id": review.decided_contact_id,
        "decided_by": review.decided_by,
        "decided_because": review.decided_because,
        "confirmed_by": review.confirmed_by,
        "decided_at": review.decided_at,
        "asked_for": review.asked_for,
    }


def _review_of(row: RowMapping) -> LinkReview:
    return LinkReview(
        id=row["id"],
        kind=ReviewKind(row["kind"]),
        subject_hash=row["subject_hash"],
        candidate_ids=tuple(row["candidate_ids"]),
        reasons=tuple(row["reasons"]),
        created_at=row["created_at"],
        grade=Grade(row["grade"]) if row["grade"] else None,
        state=ReviewState(row["state"]),
        link_id=row["link_id"],
        case_id=row["case_id"],
        decision=ReviewDecision(row["decision"]) if row["decision"] else None,
        decided_contact_id=row["decided_contact_id"],
        decided_by=row["decided_by"],
        decided_because=row["decided_because"],
        confirmed_by=row["confirmed_by"],
        decided_at=row["decided_at"],
        asked_for=Question(row["asked_for"]) if row["asked_for"] else None,
    )
