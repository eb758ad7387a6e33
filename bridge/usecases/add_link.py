"""Stores a link between an identity and a Contact, ends its doubts, and brings the requests that waited."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.crash_points import crash_point
from bridge.domain.contact import CertifiedPerson, IdentityLink, LinkMethod
from bridge.domain.review import LinkReview, ReviewDecision, ReviewState
from bridge.usecases.ports import AuditEntry, Bell, Clock, Pseudonyms, Store, Transaction


@dataclass(frozen=True, slots=True)
class AddLink:
    """The store's side of a link; the Contact bears the identity already."""

    store: Store
    pseudonyms: Pseudonyms
    clock: Clock
    bell: Bell

    def __call__(self, person: CertifiedPerson, contact_id: str, method: LinkMethod) -> IdentityLink:
        """Give the subject's link, this one or the one that came first.

        Raises: AmbiguousContactError when the Contact is linked to another subject.
        """
        now = self.clock.now()
        keys = self.pseudonyms.link_keys(person.identity)
        wanted = IdentityLink(
            id=f"l_{secrets.token_hex(10)}",
            person_id=f"p_{secrets.token_hex(16)}",
            subject_hash=self.pseudonyms.subject(person.issuer, person.subject),
            contact_id=contact_id,
            method=method,
            author="rule",
            linked_at=now,
            acr=person.acr,
        )
        with self.store.begin() as tx:
            link = tx.links.add(wanted, self.pseudonyms.pivot(person.identity), keys)
            if link.id == wanted.id:
                tx.audit.add(AuditEntry("rule", "link.added", link.id, method), now)
            self.settle_doubts(tx, person, link, now)
            tx.cases.attach_by_person_keys(link, keys, now)
        crash_point("link.inserted")
        self.bell.ring("push")
        return link

    def settle_doubts(
        self, tx: Transaction, person: CertifiedPerson, link: IdentityLink, now: datetime
    ) -> None:
        """End what was open about who this subject is: it is known now."""
        subjects = self.pseudonyms.subjects(person.issuer, person.subject)
        while review := tx.reviews.of_subject(subjects):
            end_by_rule(tx, review, link.id, now)


def end_by_rule(tx: Transaction, review: LinkReview, link_id: str, now: datetime) -> None:
    """End a doubt that settled itself."""
    ended = replace(
        review,
        state=ReviewState.DECIDED,
        decision=ReviewDecision.PROVEN,
        decided_by="rule",
        decided_at=now,
    )
    tx.reviews.update(ended)
    tx.audit.add(AuditEntry("rule", "review.closed", review.id, link_id), now)
