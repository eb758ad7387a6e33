"""Opens the database named in the settings, the same way for SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bridge.adapters.store.patient_connection import hang_up_after
from bridge.errors import ConfigurationError

CONNECTIONS = 10
WAIT_FOR_CONNECTION_S = 5
WAIT_FOR_LOCK_S = 10
STATEMENT_TIMEOUT_S = 30
# The server's own limit comes first; this one is for a server that has no clock any more.
_GRACE_S = 5
_BEGINS_WITH = "begins_with"


def create_store_engine(database_url: str, statement_s: int = STATEMENT_TIMEOUT_S) -> Engine:
    """Give an engine with at most ten connections. Raises: ConfigurationError for another database.

    `statement_s` is how long PostgreSQL may work at one statement.
    """
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise ConfigurationError("BRIDGE_DATABASE_URL is not a database address") from None
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url)
        case "postgresql" | "postgres":
            return _postgresql(url, statement_s)
        case other:
            raise ConfigurationError(f"BRIDGE_DATABASE_URL: {other} is neither sqlite nor postgresql")


def for_reading(engine: Engine) -> Engine:
    """Give the engine for transactions that write nothing; on SQLite they wait for no writer."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(postgresql_readonly=True)
    return engine.execution_options(**{_BEGINS_WITH: "BEGIN"})


def for_single_statements(engine: Engine) -> Engine:
    """Give the engine for statements that are each a transaction by themselves, with no lock held between."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine.execution_options(**{_BEGINS_WITH: None})


def in_memory(engine: Engine) -> bool:
    """Whether the database ends with the process."""
    return engine.dialect.name == "sqlite" and _without_file(engine.url)


def _postgresql(url: URL, statement_s: int) -> Engine:
    settings = {
        "timezone": "UTC",
        "statement_timeout": f"{statement_s}s",
        "idle_in_transaction_session_timeout": f"{2 * STATEMENT_TIMEOUT_S}s",
    }
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": WAIT_FOR_CONNECTION_S,
            "tcp_user_timeout": statement_s * 1000,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION_S,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    hang_up_after(engine, statement_s + _GRACE_S)
    return engine


def _sqlite(url: URL) -> Engine:
    if not _without_file(url):
        _make_folder(Path(str(url.database)).parent)
    # An in-memory database lives in its one connection, which threads take in turns.
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"timeout": WAIT_FOR_LOCK_S, "check_same_thread": False},
        poolclass=QueuePool,
        pool_size=1 if _without_file(url) else CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_FOR_LOCK_S,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make_folder(folder: Path) -> None:
    """Make the folder of a database file, for us alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"BRIDGE_DATABASE_URL: the folder {folder} cannot be made") from error


def _without_file(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def _prepare(connection: Any, _record: object) -> None:
    """Set up a SQLite connection; FULL so that a commit survives a power cut."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer half-way would be refused, not queued."""
    words = connection.get_execution_options().get(_BEGINS_WITH, "BEGIN IMMEDIATE")
    if words is not None:
        connection.exec_driver_sql(words)
