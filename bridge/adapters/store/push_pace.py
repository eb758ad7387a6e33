"""How many pushes ended in each of the last minutes: ten rows, used again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy import case as sql_case

from bridge.adapters.store.rowsets import insert_into
from bridge.adapters.store.tables import push_pace as table
from bridge.domain.pace import PACE_OVER, Pace

_MINUTE = timedelta(minutes=1)
_SLOTS = PACE_OVER // _MINUTE


def note_ended(connection: Connection, ended: int, now: datetime) -> None:
    """Count pushes that need nothing more; whoever writes them does this last, for all write this row."""
    if not ended:
        return
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    insert = insert_into(connection, table).values(slot=minute.minute % _SLOTS, minute=minute, ended=ended)
    is_same = table.c.minute == insert.excluded.minute
    counted = {
        "minute": insert.excluded.minute,
        "ended": sql_case((is_same, table.c.ended + ended), else_=ended),
    }
    connection.execute(insert.on_conflict_do_update(index_elements=["slot"], set_=counted))


def pace(connection: Connection, now: datetime) -> Pace:
    """Give what ended since the first of the last minutes in which anything did."""
    recent = (table.c.minute > now - PACE_OVER) & (table.c.minute <= now)
    found = select(func.coalesce(func.sum(table.c.ended), 0), func.min(table.c.minute)).where(recent)
    ended, since = connection.execute(found).one()
    return Pace(ended, now - since if since else PACE_OVER)
