"""Leaves a doubt about a person to an agent, with the evidence and the person sealed beside it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import structlog

from bridge.domain.contact import CertifiedPerson
from bridge.domain.matching import Comparison, Grade
from bridge.domain.review import LinkReview, ReviewKind
from bridge.usecases.ports import AuditEntry, Clock, Pseudonyms, Store, Transaction, Vault
from bridge.usecases.sealed_person import seal_person

log = structlog.get_logger("bridge.links")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why nobody was linked: a stable code, the Contacts it is about with what they say, best first.

    `link_id` is the link that may be this very person's, or stands in the way. `may_be_proven` when the
    one candidate may be linked by a proof of possession.
    """

    reason: str
    evidence: tuple[Comparison, ...] = ()
    kind: ReviewKind = ReviewKind.IDENTITY
    link_id: str | None = None
    may_be_proven: bool = False

    @property
    def grade(self) -> Grade | None:
        """The best grade; *probable* only where the person may prove it, for that is how it will be read."""
        best = self.evidence[0].grade if self.evidence else None
        return Grade.POSSIBLE if best is Grade.PROBABLE and not self.may_be_proven else best


@dataclass(frozen=True, slots=True)
class OpenReview:
    """The one way from a sign-in to an agent's desk."""

    store: Store
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock

    def __call__(self, person: CertifiedPerson, doubt: Doubt) -> LinkReview:
        """Give the open review of this doubt, the same one however often the person signs in."""
        wanted = LinkReview(
            id=f"r_{secrets.token_hex(10)}",
            kind=doubt.kind,
            subject_hash=self.pseudonyms.subject(person.issuer, person.subject),
            candidate_ids=tuple(each.contact.id for each in doubt.evidence),
            reasons=(doubt.reason, *sorted({r for each in doubt.evidence for r in each.reasons})),
            created_at=self.clock.now(),
            grade=doubt.grade,
            link_id=doubt.link_id,
        )
        sealed = seal_person(self.vault, person)
        with self.store.begin() as tx:
            return opened(tx, wanted, self.pseudonyms.pivot(person.identity), sealed)


def opened(
    tx: Transaction, wanted: LinkReview, pivot_hash: str = "", sealed: str | None = None
) -> LinkReview:
    """Give the review as it stands, audited when new; two subjects for one Contact are an event besides."""
    review = tx.reviews.open(wanted, pivot_hash, sealed)
    if review.id == wanted.id:
        tx.audit.add(AuditEntry("rule", "review.opened", review.id, wanted.reasons[0]), wanted.created_at)
        if review.kind is ReviewKind.TWO_SUBJECTS:
            log.warning("two subjects for one contact", review=review.id, reason=wanted.reasons[0])
    return review
