"""Identities attached to Contacts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

from bridge.adapters.store.locks import change_links
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import identity_links, link_person_keys
from bridge.domain.contact import IdentityLink, LinkMethod
from bridge.errors import AmbiguousContactError


class SqlLinks:
    """The `Links` port. A link that was undone is no link to any of these."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_subject(self, subject_hashes: Collection[str]) -> IdentityLink | None:
        """Give the active link of a subject, under any of its hashes."""
        return self._first(identity_links.c.subject_hash.in_(sorted(subject_hashes)))

    def by_id(self, link_id: str) -> IdentityLink | None:
        """Give an active link."""
        return self._first(identity_links.c.id == link_id)

    def by_pivot(self, pivot_hashes: Collection[str]) -> tuple[IdentityLink, ...]:
        """Give the active links of this civil status, under any of its hashes, oldest first."""
        return tuple(self._active(identity_links.c.pivot_hash.in_(sorted(pivot_hashes))))

    def by_contact(self, contact_ids: Collection[str]) -> dict[str, IdentityLink]:
        """Give the active link of each of these Contacts that has one, its first if it has several."""
        found: dict[str, IdentityLink] = {}
        for piece in in_pieces(contact_ids):
            for link in self._active(identity_links.c.contact_id.in_(piece)):
                found.setdefault(link.contact_id, link)
        return found

    def add(self, link: IdentityLink, pivot_hash: str, person_keys: Collection[str]) -> IdentityLink:
        """Store a link; when the subject has one already, give that one instead.

        Raises: AmbiguousContactError when the Contact is linked to another subject.
        """
        change_links(self._connection)
        known = self.by_subject([link.subject_hash])
        if known is not None:
            return known
        if self.by_contact([link.contact_id]):
            raise AmbiguousContactError("the Contact is linked to another identity", code="contact.linked")
        row = {
            "id": link.id,
            "person_id": link.person_id,
            "subject_hash": link.subject_hash,
            "pivot_hash": pivot_hash,
            "contact_id": link.contact_id,
            "method": link.method,
            "reasons": list(link.reasons),
            "author": link.author,
            "acr": link.acr,
            "linked_at": link.linked_at,
            "last_seen_at": link.linked_at,
        }
        self._connection.execute(insert(identity_links).values(row))
        self._insert_keys(link.id, frozenset(person_keys))
        return link

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
        statement = update(identity_links).where(identity_links.c.id == link_id)
        row = {"subject_hash": subject_hash, "pivot_hash": pivot_hash, "acr": acr, "last_seen_at": now}
        self._connection.execute(statement.values(row))
        self._replace_keys(link_id, frozenset(person_keys))

    def _replace_keys(self, link_id: str, keys: frozenset[str]) -> None:
        mine = link_person_keys.c.link_id == link_id
        stored = self._connection.execute(select(link_person_keys.c.key_hash).where(mine)).scalars()
        if keys != frozenset(stored):
            change_links(self._connection)
            self._connection.execute(delete(link_person_keys).where(mine))
            self._insert_keys(link_id, keys)

    def _insert_keys(self, link_id: str, keys: frozenset[str]) -> None:
        rows = [{"link_id": link_id, "key_hash": key} for key in sorted(keys)]
        if rows:
            self._connection.execute(insert(link_person_keys), rows)

    def _first(self, condition: ColumnElement[bool]) -> IdentityLink | None:
        return next(iter(self._active(condition)), None)

    def _active(self, condition: ColumnElement[bool]) -> list[IdentityLink]:
        """Give the active links that meet a condition, oldest first."""
        return active_links(self._connection, condition)


def active_links(connection: Connection, condition: ColumnElement[bool]) -> list[IdentityLink]:
    """Give the active links that meet a condition, oldest first."""
    query = select(identity_links).where(condition, identity_links.c.undone_at.is_(None))
    query = query.order_by(identity_links.c.linked_at, identity_links.c.id)
    return [link_of(row) for row in connection.execute(query).mappings()]


def link_of(row: RowMapping) -> IdentityLink:
    """Give the link a row holds."""
    return IdentityLink(
        id=row["id"],
        person_id=row["person_id"],
        subject_hash=row["subject_hash"],
        contact_id=row["contact_id"],
        method=LinkMethod(row["method"]),
        author=row["author"],
        linked_at=row["linked_at"],
        acr=row["acr"],
        reasons=tuple(row["reasons"]),
        contact_gone_at=row["contact_gone_at"],
    )
