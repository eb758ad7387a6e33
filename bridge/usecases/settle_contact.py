"""Moves or undoes a link whose Contact is gone from the org."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview
from bridge.errors import AmbiguousContactError, ConflictError, GoneError
from bridge.usecases.ports import AuditEntry, Bell, Clock, ContactChanges, Store, Transaction
from bridge.usecases.release_contacts import ReleaseContacts
from bridge.usecases.settling import Settled, close
from bridge.usecases.undo_link import undo


@dataclass(frozen=True, slots=True)
class SettleContact:
    """The org is told first who the Contact now is; what must leave it is released afterwards."""

    store: Store
    changes: ContactChanges
    clock: Clock
    bell: Bell
    release: ReleaseContacts

    def move(self, settled: Settled) -> None:
        """Let the link go on with the chosen Contact; a link that stood there is undone.

        Raises: ConflictError when that Contact or the link is gone too; what Salesforce raises.
        """
        now, contact_id = self.clock.now(), settled.after.decided_contact_id
        assert contact_id is not None
        self._certify(settled.before, contact_id)
        with self.store.begin() as tx:
            close(tx, settled, now)
            link = _link_of(tx, settled.before)
            standing = tx.links.by_contact([contact_id]).get(contact_id)
            if standing and standing.id != link.id:
                undo(tx, standing, settled.author, settled.reason, now)
            tx.link_moves.to_contact(link.id, contact_id)
            tx.cases.readdress(replace(link, contact_id=contact_id, contact_gone_at=None), now)
            tx.audit.add(AuditEntry(settled.author, "link.moved", link.id, contact_id, settled.reason), now)
        self._tell()

    def undo(self, settled: Settled) -> None:
        """Undo the link with all it led to."""
        now = self.clock.now()
        with self.store.begin() as tx:
            close(tx, settled, now)
            undo(tx, _link_of(tx, settled.before), settled.author, settled.reason, now)
        self._tell()

    def _certify(self, review: LinkReview, contact_id: str) -> None:
        """Write the identity on the chosen Contact, or the portal would not know it."""
        with self.store.read() as tx:
            link = _link_of(tx, review)
        try:
            # A Contact in the bin may hold on to the mark: the link stands all the same, until it is emptied.
            with suppress(AmbiguousContactError):
                self.changes.certify(contact_id, link.contact_id, link.subject_hash)
        except GoneError as error:
            raise ConflictError("the chosen Contact is gone too", code="contact.gone") from error

    def _tell(self) -> None:
        self.bell.ring("push")
        self.release()


def _link_of(tx: Transaction, review: LinkReview) -> IdentityLink:
    link = tx.links.by_id(review.link_id or "")
    if link is None:
        raise ConflictError("the link was ended meanwhile", code="link.undone")
    return link
