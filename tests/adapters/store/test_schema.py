"""The tables of the code are those of the migrations, and none holds a civil status."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import check, migrate
from bridge.adapters.store.tables import metadata
from bridge.errors import ConfigurationError, PermanentError

pytestmark = pytest.mark.own_database

CLASSES = {"id", "hash", "time", "word", "number", "sealed", "text"}
CIVIL_STATUS = ("name", "birth", "gender", "sex", "surname", "given", "address", "email", "phone")


def test_migrations_and_tables_agree(store_engine: Engine) -> None:
    """A column added to the code without a migration is found here, not in production."""
    with store_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(store_engine: Engine) -> None:
    """A restart finds the database as it should be."""
    migrate(store_engine)

    check(store_engine)


def test_a_database_without_tables_is_refused(tmp_path: Path) -> None:
    """The product does not start on a database it does not know, and says which setting."""
    engine = create_store_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(ConfigurationError, match="BRIDGE_DATABASE_URL: the database is at revision none"):
        check(engine)
    engine.dispose()


def test_a_database_of_another_version_is_refused(store_engine: Engine) -> None:
    """After a downgrade of the product, the newer database is left alone."""
    with store_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigurationError, match="at revision 9999"):
        check(store_engine)


def test_an_interrupted_migration_leaves_nothing_behind(store_engine: Engine) -> None:
    """A migration that fails half-way is undone whole, so the next start can do it again (F14)."""
    with store_engine.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        connection.exec_driver_sql("CREATE TABLE pushes (in_the_way INTEGER)")

    with pytest.raises(PermanentError):
        migrate(store_engine)

    with store_engine.begin() as connection:
        assert inspect(connection).get_table_names() == ["pushes"]
        connection.exec_driver_sql("DROP TABLE pushes")
    migrate(store_engine)
    check(store_engine)


def test_migrations_travel_with_the_package() -> None:
    """An installed wheel finds its migrations beside the code."""
    folder = files("bridge.adapters.store") / "migrations"

    assert (folder / "env.py").is_file()
    assert [each.name for each in (folder / "versions").iterdir() if each.name.startswith("r0001")]


def test_every_column_says_what_it_holds() -> None:
    """A column without a declared class of data, or named after a civil status, does not pass."""
    columns = [column for table in metadata.sorted_tables for column in table.columns]

    assert {str(c) for c in columns if c.info.get("holds") not in CLASSES} == set()
    bare = {str(c) for c in columns if not c.name.startswith("sealed_")}
    assert {c for c in bare if any(word in c.split(".")[1].split("_") for word in CIVIL_STATUS)} == set()
