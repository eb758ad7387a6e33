"""The store's side of people: links to Contacts, and doubts about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bridge.domain.agent import AgentSession
from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview
from bridge.usecases.ports.desk_values import ReviewFilter, WaitingReviews


class Links(Protocol):
    """Identities attached to Contacts."""

    def by_subject(self, subject_hashes: Collection[str]) -> IdentityLink | None:
        """Give the active link of a subject."""

    def by_id(self, link_id: str) -> IdentityLink | None:
        """Give an active link."""

    def by_pivot(self, pivot_hash: str) -> tuple[IdentityLink, ...]:
        """Give the active links of this civil status."""

    def by_contact(self, contact_ids: Collection[str]) -> dict[str, IdentityLink]:
        """Give the active links of these Contacts."""

    def add(self, link: IdentityLink, pivot_hash: str, person_keys: Collection[str]) -> IdentityLink:
        """Store a link; when the subject has one already, give that one instead.

        Raises: AmbiguousContactError when the Contact is linked to another subject.
        """

    def seen(
        self,
        link_id: str,
        *,
        subject_hash: str,
        pivot_hash: str,
        person_keys: Collection[str],
        acr: str,
        now: datetime,
    ) -> None:
        """Note a sign-in, and store the hashes anew: keys rotate and civil status is corrected."""


class Reviews(Protocol):
    """Doubts for agents. The identity one holds is sealed, and dropped with the decision or after 30 days."""

    def open(self, review: LinkReview, pivot_hash: str, sealed_identity: str | None) -> LinkReview:
        """Store a doubt; when its subject has an open one of the same kind already, give that one instead."""

    def by_id(self, review_id: str) -> LinkReview | None:
        """Give a review, open or decided, locked against other writers."""

    def of_subject(self, subject_hashes: Collection[str]) -> LinkReview | None:
        """Give the open doubt about who this subject is."""

    def sealed_identity(self, review_id: str) -> str | None:
        """Give what a doubt holds of the person; None once it is dropped."""

    def undecided(self, limit: int = 500) -> tuple[LinkReview, ...]:
        """Give those nobody ended, oldest first."""

    def update(self, review: LinkReview) -> None:
        """Write where a review stands now; a decided one loses the identity it held.

        Raises: ConflictError when it was ended meanwhile.
        """

    def ruled_out(self, subject_hashes: Collection[str]) -> frozenset[str]:
        """Give the Contacts an agent found not to be this person."""

    def queue(self, wanted: ReviewFilter) -> tuple[LinkReview, ...]:
        """Give a page of the queue."""

    def waiting(self, sources: frozenset[str] | None) -> tuple[WaitingReviews, ...]:
        """Give how many wait, by kind and state; of these sources alone where a request is in doubt."""

    def expire(self, now: datetime) -> int:
        """Drop the identities held for longer than 30 days; give how many reviews that ended."""


class AgentSessions(Protocol):
    """Who is signed in to the console."""

    def session(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session of an agent still on the allow-list: 30 minutes idle and 8 hours at most."""
