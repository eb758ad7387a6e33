"""Pushes under way survive the upgrade that gave them a lane."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import as_file, files

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, text

from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import cases, metadata, pushes
from bridge.domain.synchronisation import CallLane
from tests.adapters.store.samples import LEASE, SOURCE
from tests.fakes.clock import START
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.own_database

CASE = {
    "source": SOURCE,
    "procedure": "p",
    "title": "t",
    "phase": "received",
    "waiting_for": "town",
    "tacit": False,
    "legacy_code": "DEP",
    "legacy_label": "",
    "mapping_version": "1",
    "fingerprint": b"1",
    "version": 1,
    "observed_at": START,
    "changed_at": START,
    "contact_withdrawn": False,
}
PUSH = {
    "desired_version": 1,
    "told_version": 0,
    "state": "due",
    "due_at": START,
    "attempts": 1,
    "unanswered": 1,
    "fence": 1,
}


def go_back_to(engine: Engine, revision: str) -> None:
    """Empty the database and give it the tables of a version."""
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    with as_file(files("bridge.adapters.store") / "migrations") as folder, engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_open_pushes_keep_their_place_and_leases(store_engine: Engine) -> None:
    """What was due is claimed as scheduled work of its source; what was leased, at the end of its lease."""
    go_back_to(store_engine, "0003")
    with store_engine.begin() as connection:
        for number, until in ((1, None), (2, START + LEASE)):
            case_id = f"c_{number}"
            connection.execute(insert(cases).values(CASE | {"id": case_id, "source_case_id": case_id}))
            connection.execute(insert(pushes).values(PUSH | {"case_id": case_id, "lease_until": until}))

    migrate(store_engine)

    store = SqlStore(store_engine, FakeVault())
    claimed = []
    for now in (START, START + LEASE - timedelta(seconds=1), START + LEASE):
        with store.begin() as tx:
            claimed.append([(p.case_id, p.key.source, p.lane) for p in tx.pushes.claim(9, 2 * LEASE, now)])
    assert claimed == [
        [("c_1", SOURCE, CallLane.SCHEDULED)],
        [],
        [("c_2", SOURCE, CallLane.SCHEDULED)],
    ]
