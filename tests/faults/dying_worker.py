"""A worker of the lane in a process of its own, which stops in mid-work at a moment, to be killed there."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import datetime

from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.bulk import SalesforceBulk
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.domain.bulk import BulkKind
from bridge.usecases.ports import BulkSheet
from bridge.wiring.pushes import build_pushes
from mappings.loader import load_salesforce
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault


def hold() -> None:
    """Say that the moment has come, and go no further."""
    sys.stdout.write("holding\n")
    sys.stdout.flush()
    time.sleep(600)


class _Loader(SalesforceBulk):
    """The org's loader, until the moment."""

    moment = ""

    def open(self, kind: BulkKind) -> str:
        if self.moment == "claimed":
            hold()
        return super().open(kind)

    def upload(self, job_id: str, sheet: BulkSheet) -> None:
        if self.moment == "opened":
            hold()
        super().upload(job_id, sheet)
        if self.moment == "uploaded":
            hold()


def main(url: str, now: str, moment: str, *registration: str) -> None:
    """Work until the moment."""
    login_url, key, secret = registration
    clock = FakeClock(datetime.fromisoformat(now))
    config = SalesforceConfig(login_url=login_url, consumer_key=key, consumer_secret=secret)
    connection = SalesforceConnection(config, clock)
    store = SqlStore(create_store_engine(url), FakeVault())
    push = build_pushes(store, connection, clock, ApiBudget(clock.now), 6)
    assert push.bulk is not None
    bulk = push.bulk
    loader = _Loader(
        connection, SalesforceCases(connection, load_salesforce("case")), load_salesforce("case_event")
    )
    loader.moment = moment
    sending = replace(bulk.sending, loader=loader)
    replace(push, bulk=replace(bulk, sending=sending))()


if __name__ == "__main__":
    main(*sys.argv[1:])
