"""The store's side of people: links to Contacts, and doubts about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bridge.domain.agent import Agent, AgentSession, ListedAgent
from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview
from bridge.usecases.ports.desk_values import ReviewFilter, WaitingReviews
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
        A doubt about a request has no `pivot_hash`: it is empty.
        """

    def by_id(self, review_id: str) -> LinkReview | None:
        """Give a review, open or decided, locked against other writers."""

    def of_subject(self, subject_hashes: Collection[str]) -> LinkReview | None:
        """Give the open doubt about who this subject is."""

    def about_link(self, link_id: str) -> tuple[LinkReview, ...]:
        """Give the open doubts about a link, oldest first."""

    def sealed_identity(self, review_id: str) -> str | None:
        """Give what a doubt holds of the person; None once it is dropped."""

    def undecided(self, limit: int = 500) -> tuple[LinkReview, ...]:
        """Give those nobody ended, oldest first."""

    def add_reason(self, review_id: str, reason: str) -> None:
        """Add a stable code to the reasons of an open review, once."""

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

    def surviving(self, contact_id: str) -> str:
        """Give the Contact that stands where this one was, through any number of merges."""

    def notice(self, contact_ids: Collection[str], now: datetime) -> None:
        """Note Contacts to look at; the same one twice is one look."""

    def noticed(self, limit: int) -> tuple[str, ...]:
        """Give Contacts to look at, those noted first first."""

    def looked_at(self, contact_ids: Collection[str], until: datetime) -> None:
        """Forget notices made up to a moment; a later one stays."""


class AgentSessions(Protocol):
    """Who is signed in to the console."""

    def open(self, session: AgentSession, token: str, sealed_id_token: str, now: datetime) -> None:
        """Store a session under the hash of its token."""

    def session(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session of an agent still on the allow-list, and note its use.

        30 minutes idle and 8 hours at most; role and sectors are those of this moment.
        """

    def recent(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session whose use was noted within the last minute, so that nothing is written."""

    def end(self, token: str, now: datetime) -> str | None:
        """End a session; give its sealed id token, once, and only while the session was live."""

    def prune(self, now: datetime) -> int:
        """Delete sessions that are over; give how many."""


class Agents(Protocol):
    """The allow-list of the console; an e-mail is looked up by its hashes, under every key still known."""

    def by_login(self, login_hashes: Collection[str]) -> ListedAgent | None:
        """Give the line of an e-mail, locked against other writers."""

    def listed(self) -> tuple[ListedAgent, ...]:
        """Give every line, oldest first."""

    def add(self, agent: Agent, login: str, login_hashes: Sequence[str], now: datetime) -> Agent:
        """Put an e-mail on the list, newest hash first; give the agent with the id the line has.

        One that was removed comes back under its old id, bound to nobody yet.
        Raises: RequestError `agent.listed` when it is on the list already.
        """

    def change(self, agent: Agent) -> None:
        """Write role and sectors; they hold from the next request on."""

    def remove(self, agent_id: str, now: datetime) -> None:
        """Take an agent off the list, and end every session they have."""

    def signed_in(self, agent_id: str, login_hash: str, subject_hash: str, now: datetime) -> None:
        """Bind a line to who signed in, and store both hashes anew, for keys rotate."""
