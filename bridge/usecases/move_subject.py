"""Recognises somebody whom FranceConnect gives a new `sub`, by their unchanged civil status.

The `sub` changes when the State's register was corrected, and differs between FranceConnect and
FranceConnect+. Source: FranceConnect, `sub`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bridge.domain.contact import CertifiedPerson, Contact, IdentityLink, Origin
from bridge.domain.matching import compare
from bridge.domain.review import ReviewKind
from bridge.errors import AmbiguousContactError, GoneError
from bridge.usecases.add_link import AddLink
from bridge.usecases.open_review import Doubt
from bridge.usecases.ports import AuditEntry, ContactDirectory


@dataclass(frozen=True, slots=True)
class MoveSubject:
    """From an old subject to the new one: same person, same Contact, same requests."""

    links: AddLink
    contacts: ContactDirectory

    def __call__(self, person: CertifiedPerson) -> IdentityLink | Doubt | None:
        """Give the link the subject was moved to; a doubt when that is not clear; None for somebody new.

        Only a complete French identity is recognised so: a presumed date or a name in use fits too many.
        Raises: TransientError, BudgetError, PermanentError when Salesforce cannot be told.
        """
        if person.origin is not Origin.FRENCH or not person.identity.is_complete:
            return None
        with self.links.store.read() as tx:
            subjects = self.links.pseudonyms.subjects(person.issuer, person.subject)
            kept_apart = tx.link_history.unlinked_from(subjects) | tx.reviews.ruled_out(subjects)
            same = tx.links.by_pivot(self.links.pseudonyms.pivots(person.identity))
        known = [link for link in same if link.contact_id not in kept_apart]
        if not known:
            return None
        link = known[0]
        if len(known) > 1:
            return Doubt("subject.several_links", kind=ReviewKind.NEW_SUBJECT, link_id=link.id)
        try:
            return self.move(link, person, self.links.pseudonyms.subject(person.issuer, person.subject))
        except AmbiguousContactError as doubt:
            return self._two_subjects(person, link, doubt.code)

    def move(
        self,
        link: IdentityLink,
        person: CertifiedPerson,
        subject_hash: str,
        *,
        author: str = "rule",
        reason: str | None = None,
    ) -> IdentityLink:
        """Give the link under its new subject, by the rule or by an agent who decided a `new_subject` review.

        Raises: AmbiguousContactError when another Contact bears the subject; TransientError, BudgetError,
        PermanentError when Salesforce cannot be told.
        """
        self._tell(link, person, subject_hash)
        pseudonyms, now = self.links.pseudonyms, self.links.clock.now()
        keys = pseudonyms.link_keys(person.identity)
        with self.links.store.begin() as tx:
            if not tx.link_moves.to_subject(link.id, link.subject_hash, subject_hash):
                return tx.links.by_id(link.id) or link  # another tab came first
            tx.links.seen(
                link.id,
                subject_hash=subject_hash,
                pivot_hash=pseudonyms.pivot(person.identity),
                person_keys=keys,
                acr=person.acr,
                now=now,
            )
            moved = replace(link, subject_hash=subject_hash, acr=person.acr)
            tx.audit.add(AuditEntry(author, "link.subject_moved", link.id, reason=reason), now)
            if author == "rule":  # an agent's review is theirs to end
                self.links.settle_doubts(tx, person, moved, now)
            tx.sign_ins.link_sessions(subject_hash, link.id)
            tx.cases.attach_by_person_keys(moved, keys, now)
        self.links.bell.ring("push")
        return moved

    def _tell(self, link: IdentityLink, person: CertifiedPerson, subject_hash: str) -> None:
        """Write the new subject on the Contact; one that is gone is followed later, and keeps nobody out."""
        if link.contact_gone_at is not None:
            return
        try:
            self.contacts.attach(link.contact_id, subject_hash, person)
        except GoneError:
            with self.links.store.begin() as tx:
                tx.contact_log.notice([link.contact_id], self.links.clock.now())

    def _two_subjects(self, person: CertifiedPerson, link: IdentityLink, reason: str) -> Doubt:
        """Another Contact bears the new subject already, and nothing is written over."""
        held = self.contacts.by_subject(
            self.links.pseudonyms.subjects(person.issuer, person.subject)
        ) or Contact(link.contact_id, person.identity, link.subject_hash)
        evidence = (compare(person.identity, person.usage_name, held, person.origin),)
        return Doubt(reason, evidence, ReviewKind.TWO_SUBJECTS, link.id)
