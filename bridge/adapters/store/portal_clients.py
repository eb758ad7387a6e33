"""The relying parties of our OpenID provider; of their secrets only hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.portal_ends import delete_grants
from bridge.adapters.store.tables import portal_clients, portal_failures, portal_grants, portal_requests
from bridge.domain.portal import PortalClient


class SqlPortalClients:
    """The `PortalClients` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, client_id: str) -> PortalClient | None:
        """Give a client."""
        query = select(portal_clients).where(portal_clients.c.client_id == client_id)
        row = self._connection.execute(query).mappings().first()
        return _client_of(row) if row else None

    def all(self) -> tuple[PortalClient, ...]:
        """Give every client, by id."""
        rows = self._connection.execute(select(portal_clients).order_by(portal_clients.c.client_id))
        return tuple(_client_of(row) for row in rows.mappings())

    def add(self, client: PortalClient, secret_hash: str | None) -> bool:
        """Register a client; False when the id is taken."""
        if self.by_id(client.client_id) is not None:
            return False
        row = {
            "client_id": client.client_id,
            "label": client.label,
            "secret_hash": secret_hash,
            "redirect_uris": list(client.redirect_uris),
            "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
            "scopes": list(client.scopes),
            "pkce_required": client.pkce_required,
            "created_at": client.created_at,
        }
        self._connection.execute(insert(portal_clients).values(row))
        return True

    def secret_hashes(self, client_id: str, now: datetime) -> tuple[str, ...]:
        """Give the hashes a secret may match: the present one, and the previous until its time ends."""
        query = select(portal_clients).where(portal_clients.c.client_id == client_id)
        row = self._connection.execute(query).mappings().first()
        if row is None or row["secret_hash"] is None:
            return ()
        until = row["previous_secret_until"]
        if until is None or until <= now:
            return (row["secret_hash"],)
        return row["secret_hash"], row["previous_secret_hash"]

    def replace_secret(self, client_id: str, secret_hash: str, previous_until: datetime) -> bool:
        """Set a new secret and keep the one before; False for a client without secret."""
        mine = portal_clients.c.client_id == client_id
        statement = update(portal_clients).where(mine, portal_clients.c.secret_hash.is_not(None))
        row = {
            "previous_secret_hash": portal_clients.c.secret_hash,
            "previous_secret_until": previous_until,
            "secret_hash": secret_hash,
        }
        return self._connection.execute(statement.values(row)).rowcount == 1

    def remove(self, client_id: str) -> bool:
        """Take a client away with everything it was granted; False when there is none."""
        delete_grants(self._connection, portal_grants.c.client_id == client_id)
        for table in (portal_requests, portal_failures):
            self._connection.execute(delete(table).where(table.c.client_id == client_id))
        mine = portal_clients.c.client_id == client_id
        return self._connection.execute(delete(portal_clients).where(mine)).rowcount == 1

    def failures_since(self, client_id: str, since: datetime) -> int:
        """Give how many wrong secrets came in this client's name."""
        recent = portal_failures.c.client_id == client_id, portal_failures.c.at > since
        query = select(func.count()).select_from(portal_failures).where(*recent)
        return int(self._connection.execute(query).scalar_one())

    def note_failure(self, client_id: str, now: datetime) -> None:
        """Note a wrong secret."""
        row = {"id": new_id("pf_"), "client_id": client_id, "at": now}
        self._connection.execute(insert(portal_failures).values(row))


def _client_of(row: RowMapping) -> PortalClient:
    return PortalClient(
        client_id=row["client_id"],
        label=row["label"],
        redirect_uris=tuple(row["redirect_uris"]),
        post_logout_redirect_uris=tuple(row["post_logout_redirect_uris"]),
        scopes=tuple(row["scopes"]),
        is_public=row["secret_hash"] is None,
        pkce_required=row["pkce_required"],
        created_at=row["created_at"],
    )
