"""What becomes of a link when its Contact is merged, deleted or brought back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bridge.adapters.store.links import active_links
from bridge.adapters.store.locks import change_links
from bridge.adapters.store.tables import identity_links
from bridge.domain.contact import IdentityLink
from bridge.errors import AmbiguousContactError


class SqlLinkMoves:
    """The `LinkMoves` port. A link is locked before the links as a whole, as a sign-in does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def to_contact(self, link_id: str, contact_id: str) -> None:
        """Give a link another Contact, which is there. Raises: AmbiguousContactError when it is linked."""
        self._lock(link_id)
        change_links(self._connection)
        holders = active_links(self._connection, identity_links.c.contact_id == contact_id)
        if any(holder.id != link_id for holder in holders):
            raise AmbiguousContactError("the Contact is linked to another identity", code="contact.linked")
        self._write(link_id, contact_id=contact_id, contact_gone_at=None)

    def to_subject(self, link_id: str, before: str, subject_hash: str) -> bool:
        """Give a link another subject than it had before; False when it has moved meanwhile."""
        had = update(identity_links).where(
            identity_links.c.id == link_id, identity_links.c.subject_hash == before
        )
        return self._connection.execute(had.values(subject_hash=subject_hash)).rowcount == 1

    def contact_gone(self, link_id: str, now: datetime) -> bool:
        """Note that the Contact is gone; False when that was noted before."""
        self._lock(link_id)
        change_links(self._connection)
        there = update(identity_links).where(
            identity_links.c.id == link_id, identity_links.c.contact_gone_at.is_(None)
        )
        return self._connection.execute(there.values(contact_gone_at=now)).rowcount == 1

    def contact_back(self, link_id: str) -> None:
        """Note that the Contact is there again."""
        self._lock(link_id)
        change_links(self._connection)
        self._write(link_id, contact_gone_at=None)

    def gone(self) -> tuple[IdentityLink, ...]:
        """Give the active links whose Contact is gone, oldest first."""
        return tuple(active_links(self._connection, identity_links.c.contact_gone_at.is_not(None)))

    def linked_contacts(self, after: str, limit: int) -> tuple[str, ...]:
        """Give a page of the Contacts that are linked, in order of their ids."""
        query = select(identity_links.c.contact_id).where(
            identity_links.c.undone_at.is_(None), identity_links.c.contact_id > after
        )
        page = query.order_by(identity_links.c.contact_id).limit(limit)
        return tuple(self._connection.execute(page).scalars())

    def _lock(self, link_id: str) -> None:
        query = select(identity_links.c.id).where(identity_links.c.id == link_id)
        self._connection.execute(query.with_for_update(key_share=True))

    def _write(self, link_id: str, **values: object) -> None:
        self._connection.execute(update(identity_links).where(identity_links.c.id == link_id).values(values))
