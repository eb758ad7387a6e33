"""Links, creates or renews: what a decision about who somebody is leads to."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.contact import CertifiedPerson, IdentityLink, LinkMethod
from bridge.domain.review import LinkReview
from bridge.errors import AmbiguousContactError, BridgeError, ConflictError
from bridge.usecases.add_link import end_by_rule
from bridge.usecases.ports import (
    AuditEntry,
    Bell,
    Clock,
    ContactDesk,
    ContactDirectory,
    Pseudonyms,
    Store,
    Transaction,
    Vault,
)
from bridge.usecases.sealed_person import open_person
from bridge.usecases.settling import Settled, close
from bridge.usecases.undo_link import undo


@dataclass(frozen=True, slots=True)
class SettlePerson:
    """The org is written first: a refusal there leaves the doubt as it was."""

    store: Store
    contacts: ContactDirectory
    desk: ContactDesk
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    bell: Bell

    def link(self, settled: Settled) -> None:
        """Link the identity to the chosen Contact. Raises: ConflictError when another one has it."""
        person = self._person(settled.before)
        contact_id = _chosen(settled)
        if (standing := self._standing(contact_id)) and standing.subject_hash != settled.before.subject_hash:
            raise ConflictError("the Contact is linked to another identity", code="contact.linked")
        self.contacts.attach(contact_id, settled.before.subject_hash, person)
        self._store_link(settled, person, contact_id)

    def create(self, settled: Settled) -> None:
        """Make a Contact of their own for this identity."""
        person = self._person(settled.before)
        contact_id = self.contacts.create(settled.before.subject_hash, person)
        self._store_link(settled, person, contact_id)

    def take_over(self, settled: Settled) -> None:
        """Give the Contact to this identity; the link that stood there is undone with all it led to."""
        person = self._person(settled.before)
        contact_id = _chosen(settled)
        standing = self._standing(contact_id)
        self.contacts.attach(contact_id, settled.before.subject_hash, person)
        self._store_link(settled, person, contact_id, standing)

    def renew(self, settled: Settled) -> None:
        """Let a known link go on under the person's new subject; Contact and requests stay theirs."""
        person, before, now = self._person(settled.before), settled.before, self.clock.now()
        with self.store.read() as tx:
            known = tx.links.by_id(before.link_id or "")
        if known is None:
            raise ConflictError("the link was ended meanwhile", code="link.undone")
        self.contacts.attach(known.contact_id, before.subject_hash, person)
        with self.store.begin() as tx:
            close(tx, settled, now)
            keys = self.pseudonyms.link_keys(person.identity)
            tx.links.seen(
                known.id,
                subject_hash=before.subject_hash,
                pivot_hash=self.pseudonyms.pivot(person.identity),
                person_keys=keys,
                acr=person.acr,
                now=now,
            )
            entry = AuditEntry(settled.author, "link.renewed", known.id, known.contact_id, settled.reason)
            tx.audit.add(entry, now)
            self._welcome(tx, before, known, now, keys)
        self.bell.ring("push")

    def _store_link(
        self,
        settled: Settled,
        person: CertifiedPerson,
        contact_id: str,
        standing: IdentityLink | None = None,
    ) -> None:
        try:
            self._stored(settled, person, contact_id, standing)
        except (ConflictError, AmbiguousContactError):
            self._take_back(contact_id, settled.before.subject_hash)
            raise
        self.bell.ring("push")

    def _stored(
        self, settled: Settled, person: CertifiedPerson, contact_id: str, standing: IdentityLink | None
    ) -> None:
        now, before = self.clock.now(), settled.before
        keys = self.pseudonyms.link_keys(person.identity)
        wanted = _new_link(settled, person, contact_id, now)
        with self.store.begin() as tx:
            close(tx, settled, now)
            if standing:
                undo(tx, standing, settled.author, settled.reason, now)
            link = tx.links.add(wanted, self.pseudonyms.pivot(person.identity), keys)
            if link.id != wanted.id:
                raise ConflictError("the person was linked meanwhile", code="review.decided")
            tx.audit.add(AuditEntry(settled.author, "link.added", link.id, link.method, settled.reason), now)
            self._welcome(tx, before, link, now, keys)

    def _welcome(
        self,
        tx: Transaction,
        review: LinkReview,
        link: IdentityLink,
        now: datetime,
        keys: frozenset[str],
    ) -> None:
        """Give the person, who may be waiting at a page just now, what is theirs."""
        tx.cases.attach_by_person_keys(link, keys, now)
        tx.sign_ins.link_sessions(review.subject_hash, link.id)
        while other := tx.reviews.of_subject([review.subject_hash]):
            end_by_rule(tx, other, link.id, now)

    def _take_back(self, contact_id: str, subject_hash: str) -> None:
        """Somebody else was first: the org may not keep what our store refused."""
        standing = self._standing(contact_id)
        if standing is None or standing.subject_hash != subject_hash:
            with suppress(BridgeError):
                self.desk.release(contact_id, subject_hash)

    def _standing(self, contact_id: str) -> IdentityLink | None:
        with self.store.read() as tx:
            return tx.links.by_contact([contact_id]).get(contact_id)

    def _person(self, review: LinkReview) -> CertifiedPerson:
        with self.store.read() as tx:
            sealed = tx.reviews.sealed_identity(review.id)
        if sealed is None:
            raise ConflictError("the identity was dropped meanwhile", code="review.decided")
        return open_person(self.vault, sealed, "")


def _chosen(settled: Settled) -> str:
    assert settled.after.decided_contact_id is not None
    return settled.after.decided_contact_id


def _new_link(settled: Settled, person: CertifiedPerson, contact_id: str, now: datetime) -> IdentityLink:
    return IdentityLink(
        id=f"l_{secrets.token_hex(10)}",
        person_id=f"p_{secrets.token_hex(16)}",
        subject_hash=settled.before.subject_hash,
        contact_id=contact_id,
        method=LinkMethod.AGENT,
        author=settled.author,
        linked_at=now,
        acr=person.acr,
        reasons=settled.before.reasons,
    )
