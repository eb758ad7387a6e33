"""Keys of our own, by generation; the private half is sealed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from bridge.adapters.store.tables import service_keys
from bridge.usecases.ports import ServiceKeys, Vault

PURPOSE = "service-keys"
# Far longer than a sign-in under way, or than anybody keeps a copy of the list we publish.
KEPT_FOR = timedelta(hours=24)


class SqlServiceKeys:
    """The `ServiceKeyRing` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def usable(self, purpose: str, now: datetime) -> tuple[ServiceKeys, ...]:
        """Give the generations that still open what was encrypted for them, newest first."""
        mine, retired = service_keys.c.purpose == purpose, service_keys.c.retired_at
        query = select(service_keys).where(mine, or_(retired.is_(None), retired > now - KEPT_FOR))
        query = query.order_by(service_keys.c.generation.desc())
        return tuple(self._keys_of(row) for row in self._connection.execute(query).mappings())

    def add(self, purpose: str, keys: ServiceKeys) -> None:
        """Store a generation, retire the one before it, and delete those that open nothing any more."""
        mine, retired = service_keys.c.purpose == purpose, service_keys.c.retired_at
        self._connection.execute(delete(service_keys).where(mine, retired <= keys.created_at - KEPT_FOR))
        before = update(service_keys).where(mine, retired.is_(None))
        self._connection.execute(before.values(retired_at=keys.created_at))
        row = {
            "id": keys.id,
            "purpose": purpose,
            "generation": keys.generation,
            "sealed_private_keys": self._vault.seal(PURPOSE, keys.private_jwks),
            "public_keys": list(keys.public_keys),
            "created_at": keys.created_at,
        }
        self._connection.execute(insert(service_keys).values(row))

    def _keys_of(self, row: RowMapping) -> ServiceKeys:
        return ServiceKeys(
            id=row["id"],
            generation=row["generation"],
            private_jwks=self._vault.open(PURPOSE, row["sealed_private_keys"]),
            public_keys=tuple(row["public_keys"]),
            created_at=row["created_at"],
            retired_at=row["retired_at"],
        )
