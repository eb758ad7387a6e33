"""Brings the database to the shape this version needs, and refuses any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bridge.adapters.store.failures import translated
from bridge.adapters.store.locks import change_links
from bridge.adapters.store.patient_connection import wait_for_ever
from bridge.errors import ConfigurationError


def migrate(engine: Engine) -> None:
    """Run the missing migrations, all or none of them; a second process waits for the first."""
    with translated(), _migrations() as config, engine.begin() as connection:
        _take_time(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(engine: Engine) -> None:
    """Raises: ConfigurationError when the database has not exactly this version's tables."""
    with translated(), _migrations() as config, engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
        wanted = ScriptDirectory.from_config(config).get_heads()
    if set(found) != set(wanted):
        raise ConfigurationError(
            f"BRIDGE_DATABASE_URL: the database is at revision {', '.join(found) or 'none'} and this version"
            f" needs {', '.join(wanted)}: run its migrations, or the version they came with"
        )


def _take_time(connection: Connection) -> None:
    """Let a migration of large tables last as long as it must, alone."""
    if connection.dialect.name == "postgresql":
        wait_for_ever(connection)
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        change_links(connection)


@contextmanager
def _migrations() -> Iterator[Config]:
    """Give Alembic's settings, over the migrations packed with the product."""
    with as_file(files("bridge.adapters.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        yield config
