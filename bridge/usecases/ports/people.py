"""The store's side of people: links to Contacts, and doubts about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bridge.domain.agent import AgentSession
from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview
from bridge.usecases.ports.values import ContactMark


class Links(Protocol):
    """Identities attached to Contacts."""

    def by_subject(self, subject_hashes: Collection[str]) -> IdentityLink | None:
        """Give the active link of a subject."""

    def by_id(self, link_id: str) -> IdentityLink | None:
        """Give an active link."""

    def by_pivot(self, pivot_hashes: Collection[str]) -> tuple[IdentityLink, ...]:
        """Give the active links of this civil status, under any of its hashes, oldest first."""

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
        """Store a doubt; when its subject has an open one of the same kind already, give that one instead.

        It shows today's evidence then, unless an agent is at work on it.
        """

    def by_id(self, review_id: str) -> LinkReview | None:
        """Give a review, open or decided, locked against other writers."""

    def of_subject(self, subject_hashes: Collection[str]) -> LinkReview | None:
        """Give the open doubt about who this subject is."""

    def about_link(self, link_id: str) -> tuple[LinkReview, ...]:
        """Give the open doubts about a link, oldest first."""

    def ruled_out(self, subject_hashes: Collection[str]) -> frozenset[str]:
        """Give the Contacts an agent said are not this subject."""

    def sealed_identity(self, review_id: str) -> str | None:
        """Give what a doubt holds of the person; None once it is dropped."""

    def undecided(self, limit: int = 500) -> tuple[LinkReview, ...]:
        """Give those nobody ended, oldest first."""

    def update(self, review: LinkReview) -> None:
        """Write where a review stands now; a decided one loses the identity it held."""

    def expire(self, now: datetime) -> int:
        """Drop the identities held for longer than 30 days; give how many reviews that ended."""


class LinkMoves(Protocol):
    """What becomes of a link when its Contact moves or goes."""

    def to_contact(self, link_id: str, contact_id: str) -> None:
        """Give a link another Contact, which is there. Raises: AmbiguousContactError when it is linked."""

    def to_subject(self, link_id: str, before: str, subject_hash: str) -> bool:
        """Give a link another subject than it had before; False when it has moved meanwhile."""

    def contact_gone(self, link_id: str, now: datetime) -> bool:
        """Note that the Contact is gone; False when that was noted before."""

    def contact_back(self, link_id: str) -> None:
        """Note that the Contact is there again."""

    def gone(self) -> tuple[IdentityLink, ...]:
        """Give the active links whose Contact is gone."""

    def linked_contacts(self, after: str, limit: int) -> tuple[str, ...]:
        """Give a page of the Contacts that are linked, in order of their ids."""


class ContactLog(Protocol):
    """How far the org's Contacts were followed, and which are to be looked at."""

    def mark(self) -> ContactMark | None:
        """Give how far; None before the first look."""

    def covered(self, until: datetime, due_at: datetime) -> None:
        """Note how far they were followed, and when to look again."""

    def failed(self, now: datetime, due_at: datetime) -> None:
        """Note that the org could not be asked."""

    def merged(self, merged_id: str, surviving_id: str, now: datetime) -> None:
        """Note which Contact took the place of which; once noted it stays."""

    def notice(self, contact_ids: Collection[str], now: datetime) -> None:
        """Note Contacts to look at; the same one twice is one look."""

    def noticed(self, limit: int) -> tuple[str, ...]:
        """Give Contacts to look at, those noted first first."""

    def looked_at(self, contact_ids: Collection[str], until: datetime) -> None:
        """Forget notices made up to a moment; a later one stays."""


class AgentSessions(Protocol):
    """Who is signed in to the console."""

    def session(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session of an agent still on the allow-list: 30 minutes idle and 8 hours at most."""
