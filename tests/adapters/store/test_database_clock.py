"""Leases go by one clock, whatever the machines' own say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.database_clock import ASKED_EVERY_S, DatabaseClock
from bridge.adapters.store.store import SqlStore
from tests.adapters.store.samples import LEASE, change, save
from tests.fakes.clock import FakeClock

A_SECOND = timedelta(seconds=1)


class Ticks:
    """A monotonic clock moved by hand."""

    at_s = 1000.0

    def __call__(self) -> float:
        """Give the seconds."""
        return self.at_s


@pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)
def test_f19_a_drifting_machine_takes_no_lease_early(store: SqlStore, store_engine: Engine) -> None:
    """One worker's clock is an hour ahead, another's 90 seconds behind: a lease is a lease for both."""
    real = datetime.now(UTC)
    ahead = DatabaseClock(store_engine, FakeClock(real + timedelta(hours=1)))
    behind = DatabaseClock(store_engine, FakeClock(real - timedelta(seconds=90)))
    save(store, change(), now=behind.now())

    with store.begin() as tx:
        assert len(tx.pushes.claim(9, LEASE, behind.now())) == 1
    with store.begin() as tx:
        assert tx.pushes.claim(9, LEASE, ahead.now()) == ()


@pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)
def test_it_counts_on_between_two_questions(store_engine: Engine) -> None:
    """A statement each half minute is all it costs; time goes on meanwhile."""
    ticks = Ticks()
    clock = DatabaseClock(store_engine, FakeClock(), ticks)
    first = clock.now()
    ticks.at_s += ASKED_EVERY_S - 1
    assert clock.now() == first + (ASKED_EVERY_S - 1) * A_SECOND
    ticks.at_s += 1
    assert clock.now() - first < 20 * A_SECOND


@pytest.mark.parametrize("store_engine", ["sqlite"], indirect=True)
def test_on_one_machine_it_is_the_machines(store_engine: Engine) -> None:
    """SQLite knows no other."""
    machine = FakeClock()
    assert DatabaseClock(store_engine, machine).now() == machine.now()
