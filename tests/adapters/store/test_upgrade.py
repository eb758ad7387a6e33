"""A database of the version before, with people in it, is brought to this version and loses none of them."""

from __future__ import annotations

from importlib.resources import as_file, files

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, select, table, text
from sqlalchemy.sql.expression import column

from bridge.adapters.store.schema import check, migrate
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.domain.contact import LinkMethod
from tests.fakes.clock import START
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.own_database

LINK = {
    "id": "l_1",
    "subject_hash": "v1:subject",
    "pivot_hash": "v1:pivot",
    "contact_id": "003000000000001",
    "method": "certain",
    "author": "rule",
    "acr": "eidas1",
    "linked_at": START,
    "last_seen_at": START,
}
SESSION = {
    "token_hash": "t",
    "id": "s_1",
    "link_id": "l_1",
    "sealed_display_name": "sealed",
    "sealed_id_token": "sealed",
    "acr": "eidas1",
    "signed_in_at": START,
    "last_seen_at": START,
}


def go_back_to_the_first_version(engine: Engine) -> None:
    """Empty the database and give it the tables of the first version."""
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    with as_file(files("bridge.adapters.store") / "migrations") as folder, engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def test_links_survive_the_upgrade_and_sessions_end(store_engine: Engine) -> None:
    """Who was linked stays linked, and is somebody for the portal; everybody signs in once more."""
    go_back_to_the_first_version(store_engine)
    with store_engine.begin() as connection:
        for name, row in (("identity_links", LINK), ("sessions", SESSION)):
            connection.execute(insert(table(name, *map(column, row))).values(row))

    migrate(store_engine)

    check(store_engine)
    with SqlStore(store_engine, FakeVault()).begin() as tx:
        link = tx.links.by_subject(["v1:subject"])
        assert tx.sign_ins.session("t", START) is None
    assert link is not None
    assert (link.id, link.person_id, link.method, link.reasons) == ("l_1", "p_1", LinkMethod.CERTAIN, ())
    with store_engine.connect() as connection:
        sessions = connection.execute(select(metadata.tables["sessions"])).all()
    assert sessions == []
