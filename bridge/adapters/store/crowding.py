"""How many sign-ins may start at once, whichever door they come through."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select

from bridge.errors import TooManyRequestsError, TransientError

MOST_STARTS = 1_200
# More than a whole front desk behind one address starts in a minute.
MOST_FROM_ONE_ADDRESS = 60
_BUSY_SPAN = timedelta(minutes=1)


def refuse_a_crowd(connection: Connection, starts: Table, origin_hash: str | None, now: datetime) -> None:
    """Count what `starts` holds of the last minute, by its `started_at` and `origin_hash`.

    Raises: TooManyRequestsError `login.too_many` when one address starts more than a front desk would;
    TransientError `login.busy` when more start at once than citizens ever would.
    """
    recent = starts.c.started_at > now - _BUSY_SPAN
    from_here = starts.c.origin_hash == origin_hash
    if origin_hash and _count(connection, starts, recent & from_here) >= MOST_FROM_ONE_ADDRESS:
        raise TooManyRequestsError(
            "too many sign-ins from one address", code="login.too_many", retry_after_s=_BUSY_SPAN.seconds
        )
    if _count(connection, starts, recent) >= MOST_STARTS:
        raise TransientError("too many sign-ins at once", system="bridge", code="login.busy")


def _count(connection: Connection, starts: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(starts).where(which)).scalar_one()
