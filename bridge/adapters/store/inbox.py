"""What sources pushed to us, absorbed in the order it came, case by case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal_column, select, update

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.inbox_claims import claim_deliveries
from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import case_orders, inbox_cases
from bridge.adapters.store.tables import inbox as table
from bridge.domain.inbox import InboxState, KnownDelivery, NewDelivery, ParkedDelivery, PushedDelivery
from bridge.usecases.ports import Vault

PURPOSE = "inbox"
_WAITING = table.c.state == literal_column("'waiting'")


class SqlInbox:
    """The `Inbox` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(self, new: NewDelivery, now: datetime) -> str | None:
        """Store a delivery; give its id, or None when one of the same key is there."""
        row = {
            "id": new_id("d_"),
            "source": new.source,
            "delivery_key": new.key,
            "body_hash": new.body_hash,
            "sealed_body": self._vault.seal(PURPOSE, new.body),
            "received_at": now,
            "state": InboxState.PARKED if new.parked_for else InboxState.WAITING,
            "due_at": now,
            "attempts": 0,
            "deaths": 0,
            "fence": 0,
            "cause_code": new.parked_for,
            "parked_at": now if new.parked_for else None,
        }
        stored = insert_into(self._connection, table).values(row).on_conflict_do_nothing()
        number = self._connection.execute(stored.returning(table.c.number)).scalar_one_or_none()
        if number is None:
            return None
        named = [{"number": number, "source_case_id": case} for case in sorted(new.cases)]
        if named:
            self._connection.execute(insert(inbox_cases), named)
        return str(row["id"])

    def known(self, source: str, key: str) -> KnownDelivery | None:
        """Give what came before under this key."""
        query = select(table.c.id, table.c.body_hash)
        query = query.where(table.c.source == source, table.c.delivery_key == key)
        row = self._connection.execute(query).first()
        return None if row is None else KnownDelivery(*row)

    def received_since(self, source: str, since: datetime) -> int:
        """Give how many deliveries of a source came since then."""
        query = select(func.count()).select_from(table)
        query = query.where(table.c.source == source, table.c.received_at > since)
        return self._connection.execute(query).scalar_one()

    def claim(self, limit: int, lease: timedelta, now: datetime) -> tuple[PushedDelivery, ...]:
        """Lease due deliveries; the attempt counts from here, so a crash counts.

        None goes before an older one that names the same case and is not settled.
        """
        return claim_deliveries(self._connection, limit, lease, now)

    def hold(self, delivery: PushedDelivery) -> str | None:
        """Lock a claimed delivery and give its body; None when another worker has it, or it is settled."""
        query = select(table.c.fence, table.c.sealed_body).where(table.c.number == delivery.number, _WAITING)
        row = self._connection.execute(query.with_for_update()).first()
        if row is None or row.fence != delivery.fence:
            return None
        return self._vault.open(PURPOSE, row.sealed_body)

    def is_held(self, delivery: PushedDelivery) -> bool:
        """Lock a claimed delivery; False when another worker has it, or it is settled."""
        query = select(table.c.fence).where(table.c.number == delivery.number, _WAITING)
        return self._connection.execute(query.with_for_update()).scalar() == delivery.fence

    def settle(
        self, delivery: PushedDelivery, state: InboxState, now: datetime, cause_code: str | None = None
    ) -> None:
        """End a held delivery; it stands in no other one's way from then on."""
        after: dict[str, Any] = {"state": state, "lease_until": None, "cause_code": cause_code}
        after |= {"parked_at": now} if state is InboxState.PARKED else {"settled_at": now}
        self._write(delivery, after)
        if state is not InboxState.PARKED:
            mine = inbox_cases.c.number == delivery.number
            self._connection.execute(delete(inbox_cases).where(mine))

    def retry(self, delivery: PushedDelivery, at: datetime, cause_code: str) -> None:
        """Have a held delivery tried again at a moment."""
        self._write(delivery, {"due_at": at, "lease_until": None, "cause_code": cause_code, "deaths": 0})

    def release(self, delivery: PushedDelivery, at: datetime) -> None:
        """Give a held delivery back as if it had not been tried."""
        self._write(delivery, {"due_at": at, "lease_until": None, "attempts": max(delivery.attempts - 1, 0)})

    def due_count(self, now: datetime) -> int:
        """Give how many wait whose time has come."""
        query = select(func.count()).select_from(table).where(_WAITING, table.c.due_at <= now)
        return self._connection.execute(query).scalar_one()

    def waiting_count(self) -> int:
        """Give how many wait, now or later."""
        return self._connection.execute(select(func.count()).select_from(table).where(_WAITING)).scalar_one()

    def parked(self) -> tuple[ParkedDelivery, ...]:
        """Give what waits for a person, oldest first."""
        query = select(table.c.id, table.c.source, table.c.cause_code, table.c.parked_at)
        query = query.where(table.c.state == literal_column("'parked'"))
        rows = self._connection.execute(query.order_by(table.c.parked_at, table.c.number))
        return tuple(ParkedDelivery(*row) for row in rows)

    def replay(self, ids: Collection[str] | None, now: datetime) -> int:
        """Make parked deliveries due again, all of them with None; give how many."""
        again = update(table).where(table.c.state == literal_column("'parked'"))
        again = again.values(state=InboxState.WAITING, due_at=now, attempts=0, deaths=0, lease_until=None)
        if ids is None:
            return self._connection.execute(again).rowcount
        return sum(
            self._connection.execute(again.where(table.c.id.in_(piece))).rowcount for piece in in_pieces(ids)
        )

    def forget_bodies(self, before: datetime) -> int:
        """Drop the bodies of what was settled before then; their keys stay. Give how many."""
        old = (table.c.sealed_body.is_not(None), table.c.settled_at <= before)
        return self._connection.execute(update(table).where(*old).values(sealed_body=None)).rowcount

    def newest(self, source: str, case_ids: Collection[str]) -> dict[str, int]:
        """Give how far each of these cases was told, by its source's own order."""
        found: dict[str, int] = {}
        for piece in in_pieces(case_ids):
            query = select(case_orders.c.source_case_id, case_orders.c.newest)
            query = query.where(case_orders.c.source == source, case_orders.c.source_case_id.in_(piece))
            found.update(self._connection.execute(query).all())
        return found

    def note_newest(self, source: str, orders: Mapping[str, int]) -> None:
        """Note how far cases were told."""
        rows = [
            {"source": source, "source_case_id": case, "newest": newest}
            for case, newest in sorted(orders.items())
        ]
        if rows:
            noted = insert_into(self._connection, case_orders)
            keys = ["source", "source_case_id"]
            newer = noted.on_conflict_do_update(index_elements=keys, set_={"newest": noted.excluded.newest})
            self._connection.execute(newer, rows)

    def _write(self, delivery: PushedDelivery, values: dict[str, Any]) -> None:
        mine = (table.c.number == delivery.number, table.c.fence == delivery.fence)
        self._connection.execute(update(table).where(*mine).values(values))
