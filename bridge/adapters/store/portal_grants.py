"""What the portal was granted on behalf of people, seen from the one who ends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bridge.adapters.store.tables import portal_grants


class SqlPortalGrants:
    """The `PortalGrants` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revoke_of_link(self, link_id: str, why: str, now: datetime) -> int:
        """End every grant of a link; give how many."""
        standing = (portal_grants.c.link_id == link_id, portal_grants.c.revoked_at.is_(None))
        ended = update(portal_grants).where(*standing).values(revoked_at=now, revoked_because=why)
        return self._connection.execute(ended).rowcount
