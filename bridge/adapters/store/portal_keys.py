"""The provider's signing keys; one signs, those retired since yesterday still verify."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from bridge.adapters.store.tables import portal_keys
from bridge.domain.portal import KEY_AFTERLIFE, PortalKey


class SqlPortalKeys:
    """The `PortalKeys` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> PortalKey | None:
        """Give the key that signs."""
        newest = select(portal_keys).where(portal_keys.c.retired_at.is_(None)).order_by(*_NEWEST_FIRST)
        row = self._connection.execute(newest).mappings().first()
        return _key_of(row) if row else None

    def published(self, now: datetime) -> tuple[PortalKey, ...]:
        """Give the keys that verify, the one that signs first; a retired one for a day more."""
        retired_at = portal_keys.c.retired_at
        verifies = or_(retired_at.is_(None), retired_at > now - KEY_AFTERLIFE)
        rows = self._connection.execute(select(portal_keys).where(verifies).order_by(*_NEWEST_FIRST))
        return tuple(_key_of(row) for row in rows.mappings())

    def replace(self, key: PortalKey, now: datetime) -> None:
        """Sign with this key from now on, and retire the one before."""
        standing = update(portal_keys).where(portal_keys.c.retired_at.is_(None))
        self._connection.execute(standing.values(retired_at=now))
        row = {
            "kid": key.kid,
            "sealed_private_key": key.sealed_private_key,
            "public_key": key.public_key,
            "created_at": key.created_at,
        }
        self._connection.execute(insert(portal_keys).values(row))

    def withdraw_retired(self) -> int:
        """Have no retired key verify any more; give how many."""
        return self._connection.execute(
            delete(portal_keys).where(portal_keys.c.retired_at.is_not(None))
        ).rowcount


_NEWEST_FIRST = (portal_keys.c.retired_at.is_not(None), portal_keys.c.created_at.desc(), portal_keys.c.kid)


def _key_of(row: RowMapping) -> PortalKey:
    return PortalKey(
        kid=row["kid"],
        sealed_private_key=row["sealed_private_key"],
        public_key=row["public_key"],
        created_at=row["created_at"],
        retired_at=row["retired_at"],
    )
