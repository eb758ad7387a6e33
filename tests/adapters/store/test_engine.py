"""How the database is opened, and what its errors become."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.errors import ConfigurationError, PermanentError, TransientError
from tests.adapters.store.samples import change, content, save
from tests.fakes.clock import START
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.own_database


@pytest.mark.parametrize("address", ["mysql://root:secret@db/bridge", "not an address", ""])
def test_another_database_is_refused_by_the_name_of_the_setting(address: str) -> None:
    """The person who starts the product reads which setting is wrong, and no password."""
    with pytest.raises(ConfigurationError, match="BRIDGE_DATABASE_URL") as refused:
        create_store_engine(address)
    assert "secret" not in refused.value.explanation


def test_sqlite_survives_a_power_cut_and_checks_its_keys(tmp_path: Path) -> None:
    """What was committed is on the disk, readers do not wait for writers, no row points nowhere."""
    engine = create_store_engine(f"sqlite:///{tmp_path / 'bridge.db'}")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()

    assert found == ["wal", 2, 1, 10_000]


@pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)
def test_statements_have_an_end_on_postgresql(store_engine: Engine) -> None:
    """A frozen statement gives its connection back after half a minute."""
    with store_engine.connect() as connection:
        names = ("statement_timeout", "idle_in_transaction_session_timeout", "TimeZone")
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names] == [
            "30s",
            "1min",
            "UTC",
        ]


@pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)
def test_a_restarted_server_costs_nothing(store: SqlStore, store_engine: Engine) -> None:
    """Connections that died in the pool are replaced before they are used (F28)."""
    with store.begin() as tx:
        tx.intake.advance("urbanisme", "17")
    assassin = create_engine(store_engine.url)
    with assassin.connect() as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    assassin.dispose()

    with store.begin() as tx:
        assert tx.intake.cursor("urbanisme") == "17"


def test_an_in_memory_store_is_one_database_for_all_threads(vault: FakeVault) -> None:
    """The embedded default of a demonstration holds what it was given."""
    engine = create_store_engine("sqlite://")
    migrate(engine)
    store = SqlStore(engine, vault)
    with store.begin() as tx:
        tx.intake.advance("urbanisme", "17")
    with store.begin() as tx:
        assert tx.intake.cursor("urbanisme") == "17"
    engine.dispose()


def test_an_unreachable_database_is_worth_another_try(vault: FakeVault, tmp_path: Path) -> None:
    """A request during a restart of the database is told to come back."""
    engine = create_store_engine(f"postgresql://nobody:secret@/bridge?host={tmp_path}")
    with pytest.raises(TransientError) as refused, SqlStore(engine, vault).begin():
        pass

    assert (refused.value.system, refused.value.code) == ("database", "database.unavailable")
    assert refused.value.retry_after_s == 5.0
    assert "secret" not in refused.value.explanation


def test_a_busy_database_is_worth_another_try(tmp_path: Path, vault: FakeVault) -> None:
    """A writer that waits too long for another gives up and says so."""
    engine = create_store_engine(f"sqlite:///{tmp_path / 'bridge.db'}")
    migrate(engine)
    other = create_engine(f"sqlite:///{tmp_path / 'bridge.db'}")
    store = SqlStore(engine, vault)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    with other.connect() as holder:
        holder.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(TransientError, match="SQLITE_BUSY") as refused, store.begin():
            pass
    other.dispose()
    engine.dispose()
    assert refused.value.system == "database"


def test_an_error_shows_no_value_of_the_row(store: SqlStore) -> None:
    """The database's own text quotes what was written; ours does not, nor does the chain behind it."""
    title = "Élodie LEFÈVRE"
    save(store, change(content(title=title)))
    with pytest.raises(TransientError) as refused, store.begin() as tx:
        tx.cases.save([change(content(title=title))], {}, START)

    assert title not in str(refused.value)
    assert refused.value.__suppress_context__
    assert "IntegrityError" in refused.value.explanation


def test_what_the_database_refuses_for_good_is_not_tried_again(store_engine: Engine, store: SqlStore) -> None:
    """A statement that can never work does not come back every minute."""
    with store_engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sources RENAME COLUMN cursor TO place")
    with pytest.raises(PermanentError) as refused, store.begin() as tx:
        tx.intake.cursor("urbanisme")
    assert (refused.value.system, refused.value.code) == ("database", "database.refused")


def test_the_folder_of_a_database_file_is_made(tmp_path: Path) -> None:
    """The default lies in a folder that a fresh checkout does not have; others may not look into it."""
    create_store_engine(f"sqlite:///{tmp_path / 'var' / 'bridge.db'}").dispose()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_told_with_its_setting(tmp_path: Path) -> None:
    """Whoever wrote the address can mend it from the message alone."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError) as refused:
        create_store_engine(f"sqlite:///{tmp_path / 'file' / 'var' / 'bridge.db'}")
    assert refused.value.explanation.startswith("BRIDGE_DATABASE_URL: the folder ")
