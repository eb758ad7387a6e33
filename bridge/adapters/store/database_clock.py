"""The database's clock: the one time that every process of an installation goes by for leases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Engine, text

from bridge.adapters.store.engine import for_single_statements
from bridge.adapters.store.failures import translated
from bridge.usecases.ports import Clock

ASKED_EVERY_S = 30.0


class DatabaseClock:
    """Asked every 30 seconds, counted on from there; a machine whose own clock jumps takes no lease early.

    On SQLite every process is on this machine, whose clock it is.
    """

    def __init__(self, engine: Engine, machine: Clock, ticks_s: Callable[[], float] = monotonic) -> None:
        self._engine = for_single_statements(engine) if engine.dialect.name == "postgresql" else None
        self._machine = machine
        self._ticks_s = ticks_s
        self._known: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Give the present moment in UTC. Raises: TransientError when the database never told it."""
        if self._engine is None:
            return self._machine.now()
        known = self._known
        if known is None or self._ticks_s() - known[1] >= ASKED_EVERY_S:
            known = self._known = self._asked(self._engine)
        said, at_s = known
        return said + timedelta(seconds=self._ticks_s() - at_s)

    def _asked(self, engine: Engine) -> tuple[datetime, float]:
        return time_of_server(engine), self._ticks_s()


def time_of_server(engine: Engine) -> datetime:
    """Give the present moment in UTC as a PostgreSQL tells it. Raises: TransientError."""
    with translated(), engine.connect() as connection:
        said: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return said.astimezone(UTC)
