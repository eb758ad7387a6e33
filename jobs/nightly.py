"""Once a night: does the org have every request of ours? Beside the sweeps, which go on meanwhile."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bridge.errors import BridgeError
from bridge.usecases.ports import Clock, Store
from bridge.usecases.reconcile import Reconcile

log = structlog.get_logger("bridge.reconcile")

TOWN = ZoneInfo("Europe/Paris")
LATEST_AFTER = timedelta(hours=6)
"""A comparison missed by more is left to the next night, not made while people work."""
AGAIN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class Nightly:
    """Compares at an hour of the town's clock; never heals, for that is a person's decision."""

    store: Store
    clock: Clock
    reconcile: Reconcile
    hour: int
    _thread: threading.Thread | None = field(default=None, init=False)

    def is_due(self) -> bool:
        """Tell whether tonight's comparison is still to be made, or was not finished an hour ago."""
        now = self.clock.now()
        begins = self._begins(now)
        if not timedelta(0) <= now - begins < LATEST_AFTER:
            return False
        with self.store.read() as tx:
            last = tx.reconciliations.last()
        if last is None or last.started_at < begins:
            return True
        return last.error_code is not None and now - last.started_at >= AGAIN_AFTER

    def start_if_due(self) -> None:
        """Begin it in a thread of its own when it is time and none is under way."""
        if (self._thread is None or not self._thread.is_alive()) and self.is_due():
            self._thread = threading.Thread(target=self.run, name="reconcile", daemon=True)
            self._thread.start()

    def run(self) -> None:
        """Compare once; what goes wrong is in the log and in the store, and does not end the watch."""
        try:
            self.reconcile()
        except BridgeError as error:
            log.warning("store and org not compared", code=error.code)
        except Exception as error:  # noqa: BLE001 - the watch outlives a fault nobody foresaw
            log.error("store and org not compared", error_type=type(error).__qualname__)  # noqa: TRY400 - no names in logs

    def _begins(self, now: datetime) -> datetime:
        local = now.astimezone(TOWN)
        # Where an hour comes twice, the night begins at the first of them.
        today = local.replace(hour=self.hour, minute=0, second=0, microsecond=0, fold=0)
        return today if today <= local else today - timedelta(days=1)
