"""Absorbs what sources pushed: each delivery in one transaction with the word that it is done."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bridge.crash_points import crash_point
from bridge.domain.case import CaseKey
from bridge.domain.inbox import (
    EXHAUSTED,
    KEPT_FOR,
    MOST_ATTEMPTS,
    MOST_DEATHS,
    RETRIED_FOR,
    RETRY_CLOCK,
    WORKERS_DIED,
    InboxState,
    PushedDelivery,
)
from bridge.domain.synchronisation import CallLane, Delivery
from bridge.errors import BridgeError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import Bell, Clock, Store, Transaction
from bridge.usecases.pushed_records import Pushed, sort_pushed
from bridge.usecases.translate_record import content
from mappings.errors import RecordError
from mappings.model import SourceMapping
from mappings.records import map_record

log = structlog.get_logger("bridge.inbox")

BATCH = 50
LEASE = timedelta(seconds=120)
UNKNOWN_SOURCE = "delivery.source"
FAULT = "delivery.fault"


@dataclass(frozen=True, slots=True)
class AbsorbInbox:
    """The lane of the inbox; any number of workers may run it at once."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    absorb: AbsorbDelivery
    clock: Clock
    bell: Bell
    jitter: Callable[[], float] = field(default=random.random)

    def __call__(self) -> Counter[InboxState]:
        """Absorb until nothing is due; give how many deliveries ended how, those to try again as waiting."""
        ended: Counter[InboxState] = Counter()
        while claimed := self._claimed():
            ended.update(self._carried(claimed))
            if ended[InboxState.ABSORBED] or ended[InboxState.SUPERSEDED]:
                self.bell.ring("push")
        return ended

    def due(self) -> bool:
        """Whether a delivery waits to be absorbed."""
        with self.store.read() as tx:
            return tx.inbox.due_count(self.clock.now()) > 0

    def forget_bodies(self) -> int:
        """Drop the bodies that were kept long enough; give how many."""
        with self.store.begin() as tx:
            return tx.inbox.forget_bodies(self.clock.now() - KEPT_FOR)

    def _claimed(self) -> tuple[PushedDelivery, ...]:
        with self.store.begin() as tx:
            return tx.inbox.claim(BATCH, LEASE, self.clock.now())

    def _carried(self, claimed: Sequence[PushedDelivery]) -> list[InboxState]:
        """Absorb one after the other; what names a case that failed waits behind it.

        What is left at half the lease goes back, before somebody else takes it for abandoned.
        """
        failed: set[CaseKey] = set()
        ended = []
        enough_at = self.clock.now() + LEASE / 2
        for delivery in claimed:
            keys = {CaseKey(delivery.source, case) for case in delivery.cases}
            if keys & failed or self.clock.now() >= enough_at:
                self._released(delivery)
                continue
            state = self._tried(delivery)
            if state is InboxState.WAITING:
                failed |= keys
            if state is not None:
                ended.append(state)
        return ended

    def _tried(self, delivery: PushedDelivery) -> InboxState | None:
        """Give how a delivery ended; None when another worker has it by now."""
        if delivery.deaths >= MOST_DEATHS:
            return self._parked(delivery, WORKERS_DIED)
        try:
            return self._absorbed(delivery)
        except RecordError as error:
            return self._parked(delivery, error.code)
        except BridgeError as error:
            return self._again(delivery, error.code, is_ours=isinstance(error, TransientError))
        except Exception as error:  # noqa: BLE001 - one delivery may not stop the others
            log.error(  # noqa: TRY400 - a traceback may hold a name
                "delivery fault", delivery=delivery.id, error_type=type(error).__qualname__
            )
            return self._again(delivery, FAULT, is_ours=False)

    def _absorbed(self, delivery: PushedDelivery) -> InboxState | None:
        mapping = self.mappings.get(delivery.source)
        if mapping is None:
            return self._parked(delivery, UNKNOWN_SOURCE)
        with self.store.begin() as tx:
            body = tx.inbox.hold(delivery)
            if body is None:
                return None
            records = json.loads(body)["records"]
            pushed = sort_pushed(tx, mapping, delivery, records)
            self._write(tx, mapping, pushed)
            state = InboxState.SUPERSEDED if pushed.past and not pushed.waves else InboxState.ABSORBED
            tx.inbox.settle(delivery, state, self.clock.now())
            crash_point("inbox.absorbing")
        return state

    def _write(self, tx: Transaction, mapping: SourceMapping, pushed: Pushed) -> None:
        for wave in pushed.waves:
            self.absorb.within(tx, mapping, Delivery("pushed", wave, None), CallLane.WEBHOOK)
        tx.inbox.note_newest(mapping.source, pushed.newest)
        for record in pushed.past:
            mapped = map_record(mapping, record.values, record.position, today=self.clock.now().date())
            said = content(mapping.source, mapped, mapping.mapping_version, None)
            tx.cases.add_past(said, self.clock.now(), CallLane.WEBHOOK)

    def _again(self, delivery: PushedDelivery, code: str, *, is_ours: bool) -> InboxState | None:
        """Have a delivery tried again; a fault that may be its own parks it after eight attempts."""
        waited_out = self.clock.now() - delivery.received_at >= RETRIED_FOR
        if waited_out if is_ours else delivery.attempts >= MOST_ATTEMPTS:
            return self._parked(delivery, EXHAUSTED)
        with self.store.begin() as tx:
            if not tx.inbox.is_held(delivery):
                return None
            tx.inbox.retry(delivery, self._retry_at(delivery.attempts), code)
        return InboxState.WAITING

    def _parked(self, delivery: PushedDelivery, code: str) -> InboxState | None:
        with self.store.begin() as tx:
            if not tx.inbox.is_held(delivery):
                return None
            tx.inbox.settle(delivery, InboxState.PARKED, self.clock.now(), code)
        log.warning("delivery parked", delivery=delivery.id, source=delivery.source, code=code)
        return InboxState.PARKED

    def _released(self, delivery: PushedDelivery) -> None:
        with self.store.begin() as tx:
            if tx.inbox.is_held(delivery):
                tx.inbox.release(delivery, self.clock.now())

    def _retry_at(self, attempts: int) -> datetime:
        """Full jitter, so that what failed together does not come back together."""
        step = RETRY_CLOCK[min(attempts, len(RETRY_CLOCK)) - 1]
        return self.clock.now() + step * (0.5 + self.jitter() / 2)
