"""Links as they were and are; an undone one is kept, for it keeps the rule from making it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bridge.adapters.store.links import link_of
from bridge.adapters.store.locks import change_links
from bridge.adapters.store.tables import identity_links as table
from bridge.domain.contact import IdentityLink
from bridge.errors import ConflictError
from bridge.usecases.ports import LinkStory


class SqlLinkHistory:
    """The `LinkHistory` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def story(self, link_id: str) -> LinkStory | None:
        """Give a link, undone or not."""
        return next(iter(self._stories(table.c.id == link_id)), None)

    def of_contact(self, contact_id: str) -> tuple[LinkStory, ...]:
        """Give every link this Contact ever had, the latest first."""
        return self._stories(table.c.contact_id == contact_id)

    def of_subject(self, subject_hash: str) -> tuple[LinkStory, ...]:
        """Give every link this subject ever had, the latest first."""
        # Two conditions, for each has an index of its own.
        standing, ended = table.c.undone_at.is_(None), table.c.undone_at.is_not(None)
        same = table.c.subject_hash == subject_hash
        return self._stories((same & standing) | (same & ended))

    def unlinked_from(self, subject_hashes: Collection[str]) -> frozenset[str]:
        """Give the Contacts an agent took this subject off: no rule alone may link them again."""
        query = select(table.c.contact_id).where(
            table.c.subject_hash.in_(sorted(subject_hashes)), table.c.undone_at.is_not(None)
        )
        return frozenset(self._connection.execute(query).scalars())

    def undo(self, link_id: str, by: str, because: str, now: datetime) -> None:
        """End a link. Raises: ConflictError when it was ended meanwhile."""
        # The row before the links as a whole, as a sign-in locks them.
        self._connection.execute(
            select(table.c.id).where(table.c.id == link_id).with_for_update(key_share=True)
        )
        change_links(self._connection)
        standing = update(table).where(table.c.id == link_id, table.c.undone_at.is_(None))
        ended = standing.values(undone_at=now, undone_by=by, undone_because=because)
        if self._connection.execute(ended).rowcount != 1:
            raise ConflictError("the link was ended meanwhile", code="link.undone")

    def to_release(self, limit: int) -> tuple[IdentityLink, ...]:
        """Give undone links whose Contact may still bear the identity in the org, oldest first."""
        query = select(table).where(table.c.undone_at.is_not(None), table.c.released_at.is_(None))
        rows = self._connection.execute(query.order_by(table.c.undone_at).limit(limit)).mappings()
        return tuple(map(link_of, rows))

    def released(self, link_id: str, now: datetime) -> None:
        """Note that the Contact bears it no more."""
        self._connection.execute(update(table).where(table.c.id == link_id).values(released_at=now))

    def _stories(self, condition: ColumnElement[bool]) -> tuple[LinkStory, ...]:
        query = select(table).where(condition).order_by(table.c.linked_at.desc(), table.c.id.desc())
        return tuple(map(_story_of, self._connection.execute(query).mappings()))


def _story_of(row: RowMapping) -> LinkStory:
    return LinkStory(
        link=link_of(row),
        last_seen_at=row["last_seen_at"],
        undone_at=row["undone_at"],
        undone_by=row["undone_by"],
        undone_because=row["undone_because"],
    )
