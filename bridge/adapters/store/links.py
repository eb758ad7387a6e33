"""Identities attached to Contacts, and doubts waiting for an agent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

from bridge.adapters.store.locks import change_links
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import identity_links, link_person_keys, link_reviews
from bridge.domain.contact import IdentityLink, LinkMethod, LinkReview
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
            "subject_hash": link.subject_hash,
            "pivot_hash": pivot_hash,
            "contact_id": link.contact_id,
            "method": link.method,
            "author": link.author,
            "acr": link.acr,
            "linked_at": link.linked_at,
            "last_seen_at": link.linked_at,
        }
        self._connection.execute(insert(identity_links).values(row))
        self._insert_keys(link.id, frozenset(person_keys))
        return link

    def open_review(self, review: LinkReview, pivot_hash: str, sealed_identity: str) -> LinkReview:
        """Store a review; when the subject has an open one already, give that one instead."""
        change_links(self._connection)
        known = self.review_of([review.subject_hash])
        if known is not None:
            return known
        row = {
            "id": review.id,
            "subject_hash": review.subject_hash,
            "pivot_hash": pivot_hash,
            "candidate_ids": list(review.candidate_ids),
            "reasons": list(review.reasons),
            "created_at": review.created_at,
            "sealed_identity": sealed_identity,
        }
        self._connection.execute(insert(link_reviews).values(row))
        return review

    def review_of(self, subject_hashes: Collection[str]) -> LinkReview | None:
        """Give the open review of a subject, under any of its hashes."""
        query = select(link_reviews).where(
            link_reviews.c.subject_hash.in_(sorted(subject_hashes)), link_reviews.c.decided_at.is_(None)
        )
        row = self._connection.execute(query.order_by(link_reviews.c.created_at)).mappings().first()
        return None if row is None else _review_of(row)

    def close_review(self, subject_hashes: Collection[str], now: datetime) -> LinkReview | None:
        """Close the open review of a subject and drop the identity it held; give it if there was one."""
        review = self.review_of(subject_hashes)
        if review is not None:
            closed = update(link_reviews).where(link_reviews.c.id == review.id)
            self._connection.execute(closed.values(decided_at=now, sealed_identity=None))
        return review

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
        query = select(identity_links).where(condition, identity_links.c.undone_at.is_(None))
        query = query.order_by(identity_links.c.linked_at, identity_links.c.id)
        return [_link_of(row) for row in self._connection.execute(query).mappings()]


def _link_of(row: RowMapping) -> IdentityLink:
    return IdentityLink(
        id=row["id"],
        subject_hash=row["subject_hash"],
        contact_id=row["contact_id"],
        method=LinkMethod(row["method"]),
        author=row["author"],
        linked_at=row["linked_at"],
        acr=row["acr"],
    )


def _review_of(row: RowMapping) -> LinkReview:
    return LinkReview(
        id=row["id"],
        subject_hash=row["subject_hash"],
        candidate_ids=tuple(row["candidate_ids"]),
        reasons=tuple(row["reasons"]),
        created_at=row["created_at"],
    )
