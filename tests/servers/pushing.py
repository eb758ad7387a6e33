"""A store, the stand-in org, and the lane between them, put together as in production."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.store.call_ledger import SqlCallCounter
from bridge.adapters.store.store import SqlStore
from bridge.domain.bulk import BulkJob
from bridge.domain.synchronisation import CallLane, ParkedPush
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.push_cases import PushCases
from bridge.wiring.pushes import build_pushes
from tests.servers.org import StandInOrg
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, row

SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Pushing:
    """One worker of the lane; its naps let the org's jobs go on and move the clock."""

    store: SqlStore
    org: StandInOrg
    connection: SalesforceConnection
    budget: ApiBudget
    push: PushCases

    def file(self, *numbers: int, lane: CallLane = CallLane.SCHEDULED, **changes: Any) -> None:
        """Let the planning office say something of these files."""
        absorb = AbsorbDelivery(self.store, PSEUDONYMS, self.org.clock)
        rows = [row(number, **changes) for number in numbers]
        key = f"{numbers[0]} {len(numbers)} {sorted(changes.items())}"
        absorb(URBANISME, delivery(*rows, key=key), lane=lane)

    def cases(self, fields: str = "Source_Key__c, Subject, Source_Version__c") -> list[dict[str, Any]]:
        """Give the Cases of the org, by key."""
        found = self.org.records(f"SELECT {fields} FROM Case ORDER BY Source_Key__c")
        return [{name: value for name, value in one.items() if name != "attributes"} for one in found]

    def open_count(self) -> int:
        """Give how many pushes are due, now or later."""
        with self.store.read() as tx:
            return tx.pushes.open_count()

    def parked(self) -> tuple[ParkedPush, ...]:
        """Give what is parked."""
        with self.store.read() as tx:
            return tx.pushes.parked()

    def jobs(self) -> tuple[BulkJob, ...]:
        """Give the jobs under way."""
        with self.store.read() as tx:
            return tx.bulk.unfinished()

    def calls(self, kind: str) -> int:
        """Give how many calls of a kind the org counted."""
        return int(self.org.stats()["calls"].get(kind, 0))


@contextmanager
def pushing(
    store: SqlStore,
    org: StandInOrg,
    *,
    bulk_from: int = 0,
    limits: OutboundLimits | None = None,
    **changes: Any,
) -> Iterator[Pushing]:
    """Give a worker of the lane over this store and this org."""
    budget = ApiBudget(org.clock.now, SqlCallCounter(store))
    connection = SalesforceConnection(
        org.config(**changes), org.clock, limits=limits, sleep=lambda _: None, budget=budget
    )

    def nap(seconds: float) -> None:
        time.sleep(0.02)
        org.clock.move(timedelta(seconds=seconds))

    push = build_pushes(store, connection, org.clock, budget, bulk_from)
    yield Pushing(store, org, connection, budget, replace(push, wait=nap))
    connection.close()
