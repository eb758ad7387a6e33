"""A process killed with work in its hands holds nothing back for longer than its lease (F06, F09, F12)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from sqlalchemy import Engine

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.push_cases import LEASE, PushCases, PushSummary
from jobs.sweeper import INTERVAL_S
from tests.fakes.cases import FakeCases
from tests.fakes.clock import START, FakeClock
from tests.servers.patience import wait_for
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, numbers, row

_BEGIN = """
import sys, time
from datetime import datetime, timedelta
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from tests.fakes.vault import FakeVault
store = SqlStore(create_store_engine(sys.argv[1]), FakeVault())
now = datetime.fromisoformat(sys.argv[2])
def hold():
    print("holding", flush=True)
    time.sleep(600)
"""
CLAIMED = "with store.begin() as tx: tx.pushes.claim(200, timedelta(seconds=120), now)\nhold()"
SOLE = "with store.sole('sweeper') as alone:\n    assert alone\n    hold()"
UNCOMMITTED = """
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, row
from tests.fakes.clock import FakeClock
from bridge.usecases.absorb_delivery import AbsorbDelivery
absorb = AbsorbDelivery(store, PSEUDONYMS, FakeClock())
class Held(AbsorbDelivery):
    def _write(self, *given):
        done = super()._write(*given)
        hold()
        return done
Held(store, PSEUDONYMS, FakeClock())(URBANISME, delivery(row(7), key="d7"))
"""


@contextmanager
def another_process(engine: Engine, script: str) -> Iterator[subprocess.Popen[str]]:
    """Give a process that holds something, until it is killed."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _BEGIN + script, url, START.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            process.kill()


def _kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_f06_what_a_killed_worker_had_claimed_is_sent_after_its_lease(
    store_engine: Engine, store: SqlStore, clock: FakeClock
) -> None:
    """Not before, for it might still be alive; then once, as a second attempt."""
    AbsorbDelivery(store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    org = FakeCases()
    push = PushCases(store, org, clock)
    with another_process(store_engine, CLAIMED) as worker:
        _kill(worker)
        assert push() == PushSummary()
        clock.move(LEASE)
        with store.begin() as tx:
            (claimed,) = tx.pushes.claim(1, LEASE, clock.now())
        assert claimed.attempts == 2
        clock.move(LEASE)
        assert push() == PushSummary(applied=1)
    assert len(org.ids) == 1


def test_f09_another_sweeper_takes_over_from_a_killed_one(store_engine: Engine, store: SqlStore) -> None:
    """While it lives no other works; once it is dead another has the lock within its interval."""
    with another_process(store_engine, SOLE) as sweeper:
        with store.sole("sweeper") as alone:
            assert not alone
        _kill(sweeper)
        died = monotonic()
        wait_for(lambda: _holds(store))
        assert monotonic() - died < INTERVAL_S


def _holds(store: SqlStore) -> bool:
    """Tell whether the lock was free; PostgreSQL notices a dead client in its own time."""
    with store.sole("sweeper") as alone:
        return alone


def test_f12_a_process_killed_before_its_commit_leaves_no_half(
    store_engine: Engine, store: SqlStore, clock: FakeClock
) -> None:
    """Neither case, event nor delivery is there, and the next reading takes the whole (F02 too)."""
    with another_process(store_engine, UNCOMMITTED) as absorbing:
        _kill(absorbing)
    assert numbers(store) == []
    done = AbsorbDelivery(store, PSEUDONYMS, clock)(URBANISME, delivery(row(7), key="d7"))
    assert done.changed == 1
