"""Links a person in doubt who proved to be the one Contact that fits, after one more look at that Contact."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bridge.domain.contact import CertifiedPerson, Contact, IdentityLink, LinkMethod
from bridge.domain.matching import Decision, Verdict, decide
from bridge.domain.review import LinkReview, ReviewDecision, ReviewState
from bridge.errors import AmbiguousContactError, GoneError
from bridge.usecases.ports import (
    AuditEntry,
    Bell,
    Clock,
    ContactDirectory,
    Pseudonyms,
    Session,
    Store,
    Transaction,
    Vault,
)
from bridge.usecases.sealed_person import open_person

CHANGED = "proof.contact_changed"
TAKEN = "proof.contact_taken"
_FITS = frozenset({Verdict.PROVE, Verdict.LINK})
Weigh = Callable[..., Decision]
Finish = Callable[[Transaction, datetime], bool]


@dataclass(frozen=True, slots=True)
class LinkProven:
    """The end of every proof of possession; `weigh` is the rule of matching."""

    store: Store
    contacts: ContactDirectory
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    bell: Bell
    weigh: Weigh = field(default=decide)

    def __call__(
        self, session: Session, review: LinkReview, method: LinkMethod, finish: Finish
    ) -> IdentityLink | None:
        """Give the link, or None when the Contact no longer fits: the doubt then waits for an agent.

        `finish` uses the proof up in the very transaction that links, and says whether it was still good.
        Raises: RemoteError when Salesforce cannot answer; the proof stays good.
        """
        contact_id = review.candidate_ids[0]
        person = self._person(review)
        if person is None or not self._still_fits(session, person, contact_id):
            self._keep(review, CHANGED)
            return None
        if self._has_another(session, contact_id):
            self._keep(review, TAKEN)
            return None
        try:
            self.contacts.attach(contact_id, session.subject_hash, person)
            link = self._linked(session, review, person, self._wanted(session, contact_id, method), finish)
        except AmbiguousContactError:
            self._keep(review, TAKEN)
            return None
        except GoneError:
            self._keep(review, CHANGED)
            return None
        self.bell.ring("push")
        return link

    def _person(self, review: LinkReview) -> CertifiedPerson | None:
        """Give who signed in, as certified then; the subject is known by its hash alone."""
        with self.store.read() as tx:
            sealed = tx.reviews.sealed_identity(review.id)
        return open_person(self.vault, sealed, "") if sealed else None

    def _still_fits(self, session: Session, person: CertifiedPerson, contact_id: str) -> bool:
        """Whether this Contact alone still fits, among those no agent ruled out or took this person off."""
        with self.store.read() as tx:
            subjects = [session.subject_hash]
            apart = tx.link_history.unlinked_from(subjects) | tx.reviews.ruled_out(subjects)
        candidates = self.contacts.candidates(person.identity, person.usage_name)
        found = tuple(contact for contact in candidates if contact.id not in apart)
        if ours := _ours(session, found):
            # A try that was interrupted after the Contact took our hash.
            return ours.id == contact_id
        decision = self.weigh(person.identity, person.usage_name, found, person.origin)
        only = decision.contact if decision.verdict in _FITS else None
        return only is not None and only.id == contact_id and only.subject_hash is None

    def _has_another(self, session: Session, contact_id: str) -> bool:
        """Whether our store links the Contact to somebody else: then nothing is written on it."""
        with self.store.read() as tx:
            holder = tx.links.by_contact([contact_id]).get(contact_id)
        return holder is not None and holder.subject_hash != session.subject_hash

    def _wanted(self, session: Session, contact_id: str, method: LinkMethod) -> IdentityLink:
        return IdentityLink(
            id=f"l_{secrets.token_hex(10)}",
            person_id=f"p_{secrets.token_hex(16)}",
            subject_hash=session.subject_hash,
            contact_id=contact_id,
            method=method,
            author="rule",
            linked_at=self.clock.now(),
            acr=session.acr,
        )

    def _linked(
        self,
        session: Session,
        review: LinkReview,
        person: CertifiedPerson,
        wanted: IdentityLink,
        finish: Finish,
    ) -> IdentityLink | None:
        now, keys = self.clock.now(), self.pseudonyms.link_keys(person.identity)
        with self.store.begin() as tx:
            if not finish(tx, now):
                # Another window of the same person came first, or the proof ended meanwhile.
                return tx.links.by_subject([session.subject_hash])
            link = tx.links.add(wanted, self.pseudonyms.pivot(person.identity), keys)
            tx.audit.add(AuditEntry("citizen", "link.added", link.id, link.method), now)
            tx.reviews.update(_proven(review, link, now))
            tx.audit.add(AuditEntry("citizen", "review.closed", review.id, link.id), now)
            tx.sign_ins.link_sessions(session.subject_hash, link.id)
            tx.cases.attach_by_person_keys(link, keys, now)
        return link

    def _keep(self, review: LinkReview, reason: str) -> None:
        with self.store.begin() as tx:
            tx.reviews.add_reason(review.id, reason)
            tx.audit.add(AuditEntry("rule", "review.kept", review.id, reason), self.clock.now())


def _ours(session: Session, found: tuple[Contact, ...]) -> Contact | None:
    return next((contact for contact in found if contact.subject_hash == session.subject_hash), None)


def _proven(review: LinkReview, link: IdentityLink, now: datetime) -> LinkReview:
    return replace(
        review,
        state=ReviewState.DECIDED,
        decision=ReviewDecision.PROVEN,
        decided_contact_id=link.contact_id,
        decided_by="citizen",
        decided_at=now,
    )
