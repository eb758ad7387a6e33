"""Attaches a certified identity to its Contact: the known, the certain, a new one, or an agent's choice."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace

from bridge.domain.contact import CertifiedPerson, Contact, IdentityLink, LinkMethod
from bridge.domain.matching import Decision, Verdict, compare, decide
from bridge.domain.review import LinkReview, ReviewDecision, ReviewKind, ReviewState
from bridge.errors import AmbiguousContactError, BudgetError, TransientError
from bridge.usecases.ports import AuditEntry, Bell, Clock, ContactDirectory, Pseudonyms, Store, Vault
from bridge.usecases.sealed_person import seal_person

UNDONE_BEFORE = "link.undone_before"


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """Exactly one of the two: the link, or the review an agent has to decide."""

    link: IdentityLink | None
    review: LinkReview | None

    @property
    def subject_hash(self) -> str:
        """The pseudonym of whoever signed in."""
        found = self.link or self.review
        assert found is not None
        return found.subject_hash


@dataclass(frozen=True, slots=True)
class LinkContact:
    """The one way from a sign-in to a Contact."""

    store: Store
    contacts: ContactDirectory
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    bell: Bell

    def __call__(self, person: CertifiedPerson) -> LinkOutcome:
        """Give the person's link, made if the rules allow, else the open review.

        Two simultaneous first sign-ins end in one Contact: the org's unique hash and the store's
        unique subject decide, whoever comes first.
        Raises: TransientError, BudgetError, PermanentError when Salesforce cannot answer.
        """
        if known := self._known(person):
            return known
        try:
            return self._recovered(person) or self._decided(person)
        except (TransientError, BudgetError):
            if review := self._under_review(person):
                return LinkOutcome(None, review)
            raise

    def _under_review(self, person: CertifiedPerson) -> LinkReview | None:
        with self.store.read() as tx:
            return tx.reviews.of_subject(self.pseudonyms.subjects(person.issuer, person.subject))

    def _known(self, person: CertifiedPerson) -> LinkOutcome | None:
        """A link answers at once; a review does not, for an agent may have mended the Contact since."""
        subjects = self.pseudonyms.subjects(person.issuer, person.subject)
        with self.store.begin() as tx:
            link = tx.links.by_subject(subjects)
            if link is None:
                return None
            pivot, keys = self.pseudonyms.pivot(person.identity), self.pseudonyms.link_keys(person.identity)
            now = self.clock.now()
            tx.links.seen(
                link.id, subject_hash=subjects[0], pivot_hash=pivot, person_keys=keys, acr=person.acr, now=now
            )
            attached = tx.cases.attach_by_person_keys(link, keys, now)
        if attached:
            self.bell.ring("push")
        return LinkOutcome(link, None)

    def _recovered(self, person: CertifiedPerson) -> LinkOutcome | None:
        """The Contact was made or attached, but we stopped before the link was stored."""
        contact = self.contacts.by_subject(self.pseudonyms.subjects(person.issuer, person.subject))
        return self._bearing(person, contact) if contact else None

    def _bearing(self, person: CertifiedPerson, contact: Contact) -> LinkOutcome:
        """Link the Contact that bears this very identity, unless our store gave it to another one."""
        subjects = self.pseudonyms.subjects(person.issuer, person.subject)
        if contact.id in self._unlinked_from(person) | self._ruled_out(subjects):
            evidence = (compare(person.identity, person.usage_name, contact),)
            return self._review(person, Decision(Verdict.REVIEW, None, evidence), UNDONE_BEFORE)
        try:
            return self._linked(person, contact.id, LinkMethod.RECOVERED)
        except AmbiguousContactError as doubt:
            evidence = (compare(person.identity, person.usage_name, contact),)
            return self._review(person, Decision(Verdict.REVIEW, None, evidence), doubt.explanation)

    def _decided(self, person: CertifiedPerson) -> LinkOutcome:
        found = self.contacts.candidates(person.identity, person.usage_name)
        subjects = self.pseudonyms.subjects(person.issuer, person.subject)
        # Another tab of the same person may have come first since we looked.
        if ours := next((contact for contact in found if contact.subject_hash in subjects), None):
            return self._bearing(person, ours)
        ruled_out = self._ruled_out(subjects)
        decision = decide(person.identity, person.usage_name, (c for c in found if c.id not in ruled_out))
        if decision.contact and decision.contact.id in self._unlinked_from(person):
            return self._review(person, decision, UNDONE_BEFORE)
        try:
            linked = decision.contact if decision.verdict is Verdict.LINK else None
            if linked and not self._is_taken(linked.id, subjects):
                self.contacts.attach(linked.id, subjects[0], person)
                return self._linked(person, linked.id, LinkMethod.CERTAIN)
            if decision.verdict is Verdict.CREATE:
                return self._linked(person, self.contacts.create(subjects[0], person), LinkMethod.CREATED)
        except AmbiguousContactError as doubt:
            return self._review(person, decision, doubt.explanation)
        return self._review(person, decision, "candidates, none certain")

    def _ruled_out(self, subjects: Collection[str]) -> frozenset[str]:
        """Give the Contacts an agent found to be somebody else."""
        with self.store.read() as tx:
            return tx.reviews.ruled_out(subjects)

    def _unlinked_from(self, person: CertifiedPerson) -> frozenset[str]:
        """Give the Contacts an agent took this person off: only an agent links the two again."""
        with self.store.read() as tx:
            return tx.link_history.unlinked_from(self.pseudonyms.subjects(person.issuer, person.subject))

    def _is_taken(self, contact_id: str, subjects: Collection[str]) -> bool:
        """Whether the Contact is linked to another identity than this one."""
        with self.store.read() as tx:
            link = tx.links.by_contact([contact_id]).get(contact_id)
        return link is not None and link.subject_hash not in subjects

    def _linked(self, person: CertifiedPerson, contact_id: str, method: LinkMethod) -> LinkOutcome:
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
            if review := tx.reviews.of_subject(self.pseudonyms.subjects(person.issuer, person.subject)):
                tx.reviews.update(
                    replace(
                        review,
                        state=ReviewState.DECIDED,
                        decision=ReviewDecision.PROVEN,
                        decided_by="rule",
                        decided_at=now,
                    )
                )
                tx.audit.add(AuditEntry("rule", "review.closed", review.id, link.id), now)
            tx.cases.attach_by_person_keys(link, keys, now)
        self.bell.ring("push")
        return LinkOutcome(link, None)

    def _review(self, person: CertifiedPerson, decision: Decision, reason: str) -> LinkOutcome:
        now = self.clock.now()
        wanted = LinkReview(
            id=f"r_{secrets.token_hex(10)}",
            kind=ReviewKind.IDENTITY,
            subject_hash=self.pseudonyms.subject(person.issuer, person.subject),
            candidate_ids=tuple(c.contact.id for c in decision.evidence),
            reasons=(reason, *sorted({r for c in decision.evidence for r in c.reasons})),
            created_at=now,
            grade=decision.evidence[0].grade if decision.evidence else None,
        )
        sealed = seal_person(self.vault, person)
        with self.store.begin() as tx:
            review = tx.reviews.open(wanted, self.pseudonyms.pivot(person.identity), sealed)
            if review.id == wanted.id:
                tx.audit.add(AuditEntry("rule", "review.opened", review.id, reason), now)
        return LinkOutcome(None, review)
