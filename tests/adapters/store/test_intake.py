"""Deliveries known again, cursors, health and runs."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import deliveries, runs
from bridge.domain.synchronisation import Delivery, SourceHealth, SyncSummary
from tests.adapters.store.samples import SOURCE
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)
NEXT = START + timedelta(hours=2)
DELIVERY = Delivery(key="d-1", records=(), cursor=None)


def test_the_same_delivery_is_known_again(store: SqlStore, store_engine: Engine) -> None:
    """A delivery sent twice is absorbed once, and the first record of it stands."""
    with store.begin() as tx:
        assert tx.intake.record_delivery(SOURCE, DELIVERY, 3, START)
    with store.begin() as tx:
        assert not tx.intake.record_delivery(SOURCE, DELIVERY, 5, LATER)
        assert tx.intake.record_delivery("voirie", DELIVERY, 0, LATER)

    with store_engine.connect() as connection:
        first = connection.execute(select(deliveries).where(deliveries.c.source == SOURCE)).mappings().one()
    assert (first["changed"], first["received_at"]) == (3, START)


def test_a_cursor_moves_on_and_back_to_the_start(store: SqlStore) -> None:
    """Each source goes on where it was read to."""
    with store.begin() as tx:
        assert tx.intake.cursor(SOURCE) is None
        tx.intake.advance(SOURCE, None)
        assert tx.intake.health() == {}
        tx.intake.advance(SOURCE, "17")
        tx.intake.advance(SOURCE, "18")
        assert (tx.intake.cursor(SOURCE), tx.intake.cursor("voirie")) == ("18", None)
        tx.intake.advance(SOURCE, None)
        assert tx.intake.cursor(SOURCE) is None


def test_a_source_fails_since_the_first_time(store: SqlStore) -> None:
    """The town reads since when a source is silent, not when it was last tried."""
    with store.begin() as tx:
        tx.intake.advance(SOURCE, "17")
        tx.intake.source_answered(SOURCE, START, LATER)
        tx.intake.source_failed(SOURCE, "source.timeout", LATER, NEXT)
        tx.intake.source_failed(SOURCE, "source.refused", NEXT, NEXT + timedelta(hours=1))

        assert tx.intake.health() == {
            SOURCE: SourceHealth(SOURCE, START, NEXT, LATER, "source.refused", NEXT + timedelta(hours=1))
        }
        tx.intake.source_answered(SOURCE, NEXT, NEXT)
        assert tx.intake.health()[SOURCE] == SourceHealth(SOURCE, NEXT, NEXT, None, None, NEXT)
        assert tx.intake.cursor(SOURCE) == "17"


def test_a_run_ends_with_its_counts(store: SqlStore, store_engine: Engine) -> None:
    """What a run did can be read afterwards; one that never ended shows as open."""
    with store.begin() as tx:
        done, crashed = tx.intake.start_run(SOURCE, START), tx.intake.start_run(SOURCE, START)
        tx.intake.end_run(done, SyncSummary(SOURCE, 10, 3, 6, 1, 2, "source.volume"), LATER)

    with store_engine.connect() as connection:
        rows = {row["id"]: row for row in connection.execute(select(runs)).mappings()}
    row = rows[done]
    assert [row[name] for name in ("read", "changed", "unchanged", "parked", "no_longer_reported")] == [
        10,
        3,
        6,
        1,
        2,
    ]
    assert (row["started_at"], row["ended_at"], row["error_code"]) == (START, LATER, "source.volume")
    assert (rows[crashed]["ended_at"], rows[crashed]["read"]) == (None, None)
