"""The database goes away, freezes or locks: nobody waits for ever, and nothing has to be repaired."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.errors import TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.push_cases import PushCases
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.servers.patience import wait_for
from tests.soak.servers import Server, postgresql
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, numbers, row

_PATIENCE_S = 1


@pytest.fixture(scope="module")
def own_database() -> Iterator[tuple[Server, str]]:
    """Give a PostgreSQL of these tests' own, with this version's tables."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server, url = postgresql(folder)
    server.start()
    try:
        engine = create_store_engine(url)
        migrate(engine)
        engine.dispose()
        yield server, url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(own_database: tuple[Server, str]) -> Server:
    """Give the server."""
    return own_database[0]


@pytest.fixture
def engine(own_database: tuple[Server, str]) -> Iterator[Engine]:
    """Give an engine on an empty store, whose statements may take a second."""
    made = create_store_engine(own_database[1], statement_s=_PATIENCE_S)
    with made.begin() as connection:
        connection.exec_driver_sql("TRUNCATE cases, deliveries, sources, parked_records CASCADE")
    yield made
    made.dispose()


@pytest.fixture
def shop(engine: Engine) -> SqlStore:
    """Give the store on it."""
    return SqlStore(engine, FakeVault())


def test_f28_a_restarted_database_is_found_again_without_a_restart_of_ours(
    server: Server, shop: SqlStore, clock: FakeClock
) -> None:
    """While it is away the caller is told to come back; then the same pool serves."""
    absorb = AbsorbDelivery(shop, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), key="d1"))
    server.stop()
    try:
        with pytest.raises(TransientError) as refused:
            absorb(URBANISME, delivery(row(2), key="d2"))
    finally:
        server.start()
    assert (refused.value.code, refused.value.retry_after_s) == ("database.unavailable", 5.0)
    absorb(URBANISME, delivery(row(2), key="d2"))
    assert len(numbers(shop)) == 2


def test_f29_a_frozen_database_holds_nobody_longer_than_its_time(server: Server, shop: SqlStore) -> None:
    """The server cannot count its own seconds any more: we do, and the connection is not used again."""
    with shop.read() as tx:
        tx.intake.health()
    began = time.monotonic()
    with server.frozen(), pytest.raises(TransientError) as refused, shop.read() as tx:
        tx.intake.health()
    assert refused.value.code == "database.unavailable"
    assert time.monotonic() - began < 15
    with shop.read() as tx:
        assert tx.intake.health() == {}


def test_f30_a_row_somebody_holds_keeps_no_other_case_back(
    own_database: tuple[Server, str], shop: SqlStore, clock: FakeClock
) -> None:
    """A console session sits on one push: the others go, this one as soon as it is let go."""
    AbsorbDelivery(shop, PSEUDONYMS, clock)(URBANISME, delivery(row(1), row(2), row(3)))
    org = FakeCases()
    push = PushCases(shop, org, clock)
    with psycopg.connect(own_database[1].replace("+psycopg", "")) as console:
        console.execute("SELECT * FROM pushes ORDER BY case_id LIMIT 1 FOR UPDATE")
        assert push().applied == 2
    assert push().applied == 1
    assert len(org.ids) == 3


def test_f33_a_caller_who_finds_every_connection_taken_is_told_to_come_back(
    own_database: tuple[Server, str],
) -> None:
    """After five seconds, not at the end of the world; and the next one is served."""
    engine = create_store_engine(own_database[1])
    full = SqlStore(engine, FakeVault())
    held = [engine.connect() for _ in range(10)]
    with pytest.raises(TransientError) as refused, full.read():
        pass
    assert (refused.value.code, refused.value.retry_after_s) == ("database.unavailable", 5.0)
    for connection in held:
        connection.close()
    with full.read() as tx:
        tx.intake.health()
    engine.dispose()


def test_f35_a_reading_sees_what_was_just_written(shop: SqlStore, clock: FakeClock) -> None:
    """There is one database and no lagging copy: nobody is shown an older state after a newer one."""
    AbsorbDelivery(shop, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    assert len(numbers(shop)) == 1


def test_f31_a_deadlock_s_victim_tries_again_and_nobody_notices(
    own_database: tuple[Server, str], engine: Engine, clock: FakeClock
) -> None:
    """A console session locks in the wrong order: the database ends our transaction, and we do it again."""
    patient = create_store_engine(own_database[1])
    absorb = AbsorbDelivery(SqlStore(patient, FakeVault()), PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), row(2), key="d1"))
    done: list[int] = []
    with psycopg.connect(own_database[1].replace("+psycopg", "")) as console:
        first, second = (str(r[0]) for r in console.execute("SELECT id FROM cases ORDER BY id").fetchall())
        console.execute("SELECT 1 FROM cases WHERE id = %s FOR UPDATE", [second])
        news = delivery(row(1, CD_ETAT="ACC"), row(2, CD_ETAT="ACC"), key="d2")
        writing = threading.Thread(target=lambda: done.append(absorb(URBANISME, news).changed))
        writing.start()
        with psycopg.connect(own_database[1].replace("+psycopg", ""), autocommit=True) as watch:
            wait_for(lambda: bool(watch.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone()))
        console.execute("SELECT 1 FROM cases WHERE id = %s FOR UPDATE", [first])
    writing.join(20)
    assert done == [2]
    patient.dispose()
